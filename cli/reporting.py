"""`paradigms report`: draws the page of finished runs again, or several side by side."""

from __future__ import annotations

import time
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import click

from paradigms.cli.options import FIELDS
from paradigms.cli.running import announce, tell
from paradigms.errors import UsageError


@click.command()
@click.argument("folders", nargs=-1, required=True, metavar="DIR...", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where the page goes. [the run's own folder]",
)
@click.option("--embed-rows", is_flag=True, help="Let the page show rows of your own table.")
@FIELDS
@click.option("--open", "open_", is_flag=True, help="Open the page in a browser.")
@click.option("--json", "json_", is_flag=True, help="Only the summary, as JSON, on stdout.")
def report(folders: tuple[Path, ...], out: Path | None, **shown: Any) -> None:
    """Draws the page of a run again, or several runs on one page.

    \b
    Examples:
      paradigms report runs/compare-2026-01-31-1
      paradigms report runs/a runs/b --out runs/a-and-b --open
    """
    from paradigms.reports import draw
    from paradigms.runs.lock import sole

    began = time.perf_counter()
    for folder in folders:
        if not (folder / "config.json").is_file():
            raise UsageError(
                f"{folder} is not the folder of a run.", "Name a folder that holds a config.json."
            )
    out = out or (folders[0] if len(folders) == 1 else _next(Path("runs")))
    if out.resolve() not in [folder.resolve() for folder in folders]:
        _check_free(out)
    with sole(out) if out.is_dir() else nullcontext():
        tell(folders, shown)
        page = draw(list(folders), out, embed_rows=shown["embed_rows"], fields=shown["fields"])
    announce(out, page, shown, began)


def _check_free(out: Path) -> None:
    """A page goes into an empty folder, or over another page that is not that of another run."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out} is a file.", "Name a folder.")
    if (out / "config.json").exists():
        raise UsageError(f"{out} holds another run.", "Name another folder with --out.")
    if out.is_dir() and any(out.iterdir()) and not (out / "report.html").is_file():
        raise UsageError(f"{out} is not empty and holds no report.", "Name another folder with --out.")


def _next(parent: Path) -> Path:
    n = 1
    while (path := parent / f"report-{date.today().isoformat()}-{n}").exists():
        n += 1
    return path
