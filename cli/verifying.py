"""`paradigms verify`: whether a run can be repeated, bit for bit."""

from __future__ import annotations

from pathlib import Path

import click

from paradigms.cli.options import elsewhere_options, own_model
from paradigms.cli.progress import Progress, Stop, stopping


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@own_model
@elsewhere_options
@click.option("--quiet", is_flag=True, help="No progress, no notes.")
def verify(folder: Path, model: str | None, quiet: bool, on: str | None, mixed: bool) -> None:
    """Runs again what the folder of a run, or of an example, says, and compares: identical, or where not.

    \b
    Example:
      paradigms verify runs/compare-2026-01-31-1
    """
    from paradigms.studies.asking.elsewhere import elsewhere
    from paradigms.studies.study import Control
    from paradigms.studies.verify import Verdict
    from paradigms.studies.verify import verify as ask

    stop = Stop()
    if (folder / "example.json").is_file():
        from paradigms.worked.session import again

        with Progress(quiet) as progress:
            verdict = Verdict(*again(folder, progress.say), changed=[])
    else:
        with elsewhere(on, mixed) as there, stopping(stop), Progress(quiet) as progress:
            verdict = ask(folder, Control(progress.look, stop.asked, progress.say, elsewhere=there), model)
    if verdict.identical:
        click.echo(f"identical: {verdict.compared:,} words and numbers of {folder}")
    for line in verdict.differences:
        click.echo(f"differs: {line}")
    for line in verdict.changed:
        click.echo(f"changed: {line}")
    if not verdict.identical:
        if not verdict.changed:
            click.echo("Versions, device and threads are what they were: a file was edited, or damaged.")
        raise click.exceptions.Exit(1)
