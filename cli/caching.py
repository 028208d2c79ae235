"""`paradigms cache`: what is kept of tables that streamed, and how it goes."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--cache", "given", type=click.Path(path_type=Path), metavar="DIR", help="Where it lies, if said before."
)
@click.option("--clear", is_flag=True, help="Take all of it away.")
def cache(given: Path | None, clear: bool) -> None:
    """Tables that streamed: their shuffled rows, kept so that they are read once.

    \b
    Examples:
      paradigms cache                       what is kept, where, and how large it is
      paradigms cache --clear               take it away
    """
    from paradigms.datasets.streams import cache as kept

    where = kept.place(None if given is None else str(given))
    if clear:
        click.echo(f"{kept.clear(where) / 1e6:,.1f} MB are free again in {where}.")
        return
    found = kept.entries(where)
    for one in found:
        about = one.about
        target = f", target {about['target']}" if about["target"] else ""
        click.echo(f"{about['name']}: {one.rows:,} rows{target}, {one.bytes / 1e6:,.1f} MB in {one.folder}")
    handed = kept.handed(where)
    for file in handed:
        click.echo(f"rows that a program handed over: {file.stat().st_size / 1e6:,.1f} MB in {file.parent}")
    if not found and not handed:
        click.echo(f"Nothing is kept in {where}.")
