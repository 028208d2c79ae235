"""`paradigms doctor`: versions, device, threads, what is missing and what to type."""

from __future__ import annotations

import click


@click.command()
@click.option(
    "--on",
    metavar="dask:ADDRESS|MODULE:FUNCTION",
    help="Who is there to train shares, and whether they could.",
)
def doctor(on: str | None) -> None:
    """Says what is installed, where it would compute, and what is missing.

    \b
    Examples:
      paradigms doctor
      paradigms doctor --on dask:tcp://127.0.0.1:8786
    """
    from paradigms.studies.asking.elsewhere import elsewhere
    from paradigms.studies.health import examine

    with elsewhere(on) as there:
        if there is None:
            lines, well = examine()
        else:
            from paradigms.studies.attendance import attendance

            lines, well = attendance(there)
    for line in lines:
        click.echo(line)
    if not well:
        raise click.exceptions.Exit(1)
