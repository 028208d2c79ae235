"""`paradigms doctor`: versions, device, threads, what is missing and what to type."""

from __future__ import annotations

import click


@click.command()
def doctor() -> None:
    """Says what is installed, where it would compute, and what is missing.

    \b
    Example:
      paradigms doctor
    """
    from paradigms.studies.health import examine

    lines, well = examine()
    for line in lines:
        click.echo(line)
    if not well:
        raise click.exceptions.Exit(1)
