"""`paradigms report`: draws the page of finished runs again, or several side by side."""

from __future__ import annotations

import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from paradigms.cli.lessons import announce as announce_lesson
from paradigms.cli.options import FIELDS
from paradigms.cli.running import announce, tell
from paradigms.errors import UsageError

LESSON = "lesson.json"


@click.command()
@click.argument("folders", nargs=-1, required=True, metavar="DIR...", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where the page goes. [the run's own folder]",
)
@click.option(
    "--embed-rows",
    is_flag=True,
    help="Let the page show rows of your own data, as far as the run recorded them.",
)
@FIELDS
@click.option("--open", "open_", is_flag=True, help="Open the page in a browser.")
@click.option("--json", "json_", is_flag=True, help="Only the summary, as JSON, on stdout.")
def report(folders: tuple[Path, ...], out: Path | None, **shown: Any) -> None:
    """Draws the page of a run or of a lesson again, or several runs on one page.

    \b
    Examples:
      paradigms report runs/compare-2026-01-31-1
      paradigms report course/overfitting
      paradigms report runs/a runs/b --out runs/a-and-b --open
    """
    from paradigms.reports import draw
    from paradigms.runs import place
    from paradigms.runs.lock import sole

    if any((folder / LESSON).is_file() for folder in folders):
        _lesson(folders, out, shown)
        return
    began = time.perf_counter()
    for folder in folders:
        if not (folder / "config.json").is_file():
            raise UsageError(
                f"{folder} is not the folder of a run.", "Name a folder that holds a config.json."
            )
    out = out or (folders[0] if len(folders) == 1 else place.free("report"))
    if out.resolve() not in [folder.resolve() for folder in folders]:
        _check_free(out)
    with sole(out) if out.is_dir() else nullcontext():
        tell(folders, shown)
        page = draw(list(folders), out, embed_rows=shown["embed_rows"], fields=shown["fields"])
    announce(out, page, shown, began)


def _lesson(folders: tuple[Path, ...], out: Path | None, shown: dict[str, Any]) -> None:
    """A lesson's page lies where it was held, and has no rows to show or fields to pick."""
    from paradigms.course.session import redrawn

    if len(folders) > 1 or out is not None or shown["embed_rows"]:
        raise UsageError(
            "a lesson's page is drawn again by itself, in its own folder.", f"paradigms report {folders[0]}"
        )
    announce_lesson(redrawn(folders[0]), [], shown, time.perf_counter())


def _check_free(out: Path) -> None:
    """A page goes into an empty folder, or over another page that is not that of another run."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out} is a file.", "Name a folder.")
    if (out / "config.json").exists():
        raise UsageError(f"{out} holds another run.", "Name another folder with --out.")
    if out.is_dir() and any(out.iterdir()) and not (out / "report.html").is_file():
        raise UsageError(f"{out} is not empty and holds no report.", "Name another folder with --out.")
