"""`paradigms lesson`: one question, what moves when one thing is changed, and whether that could be luck."""

from __future__ import annotations

import json
import time
import webbrowser
from pathlib import Path
from typing import Any

import click

from paradigms.cli.options import lesson_options
from paradigms.cli.progress import Progress, Stop, stopping
from paradigms.cli.running import shell, typed_line
from paradigms.errors import Interrupted, UsageError


@click.command()
@click.argument("name", required=False)
@click.option(
    "--all", "every", is_flag=True, help="Every lesson, an index page and findings.md, in one folder."
)
@click.option(
    "--again",
    type=click.IntRange(1, 100),
    metavar="N",
    help="Judge the claims under N other study seeds too.",
)
@click.option(
    "--vary", multiple=True, metavar="NAME=VALUES", help="Your own values of what the lesson varies."
)
@lesson_options
def lesson(name: str | None, every: bool, again: int | None, vary: tuple[str, ...], **given: Any) -> None:
    """One question: changes one thing, shows what moves, and says which claims held.

    \b
    Examples:
      paradigms lesson                           the shelf
      paradigms lesson learning-rate             a page and slides
      paradigms lesson learning-rate --quick     three seeds, seconds, no verdicts
      paradigms lesson learning-rate --again 4   how often each claim holds
      paradigms lesson --all --out course        a folder to put on any web server
    """
    own = {
        key: given.pop(key) for key in ("out", "force", "resume", "open_", "json_", "quiet", "on", "mixed")
    }
    own["again"], asked = again, {key: value for key, value in given.items() if value not in (None, False)}
    asked |= {"vary": vary} if vary else {}
    if own["resume"] is not None:
        _go_on(name, every, asked, own)
    elif every:
        _check_all(name, asked, own)
        _course(asked, own)
    elif name is None:
        _check_shelf(asked, own)
        _shelf()
    else:
        _one(name, asked, own)


def _shelf() -> None:
    from paradigms import lessons

    names = lessons.names()
    width = max(map(len, names))
    click.echo("Lessons: one thing is changed, and what moves is shown.\n")
    for name in names:
        held = lessons.load(name)
        mine = "  (--data)" if held.own else ""
        click.echo(f"  {name:<{width}}  {held.seconds:>4} s  {held.question}{mine}")
    click.echo("\n(--data): it can be asked of a table of your own.")
    click.echo(
        "Try:  paradigms lesson " + names[0] + "     all of them:  paradigms lesson --all --out course"
    )


def _check_shelf(asked: dict[str, Any], own: dict[str, Any]) -> None:
    if asked or own["again"] or own["out"] or own["force"]:
        raise UsageError("no lesson is named.", "See the shelf with: paradigms lesson")


def _check_all(name: str | None, asked: dict[str, Any], own: dict[str, Any]) -> None:
    if name is not None:
        raise UsageError(f"--all holds every lesson, {name} among them.", "Leave one of the two out.")
    for flag in ("vary", "data", "target"):
        if flag in asked:
            raise UsageError(f"--{flag} is for one lesson.", f"Name it: paradigms lesson NAME --{flag} …")
    if own["again"]:
        raise UsageError("--again is for one lesson.", "Name it: paradigms lesson NAME --again N")


def _one(name: str, asked: dict[str, Any], own: dict[str, Any]) -> None:
    from paradigms import lessons
    from paradigms.course.asked import Asked
    from paradigms.course.session import choose

    request = Asked(name, **asked).checked(lessons.load(name))
    _hold(request, choose(own["out"], name, own["force"]), typed_line(), own)


def _hold(request: Any, folder: Path, command: str, own: dict[str, Any]) -> None:
    from paradigms.course.session import again, held
    from paradigms.studies.asking.elsewhere import elsewhere
    from paradigms.studies.study import Control

    began, stop = time.perf_counter(), Stop()
    try:
        with (
            elsewhere(own["on"], own["mixed"]) as there,
            stopping(stop),
            Progress(own["quiet"]) as progress,
        ):
            control = Control(progress.look, stop.asked, progress.say, elsewhere=there)
            page = held(request, folder, control, command)
            counted = again(request, folder, control, command, own["again"]) if own["again"] else []
    except (Interrupted, KeyboardInterrupt) as error:
        more = ["--again", str(own["again"])] if own["again"] else []
        raise _stopped(error, folder, more, stop) from None
    announce(page, counted, own, began)


def _stopped(error: BaseException, folder: Path, more: list[str], stop: Stop) -> Interrupted:
    what = error.what if isinstance(error, Interrupted) else "stopped."
    words = ["paradigms", "lesson", "--resume", str(folder), *more]
    stopped = Interrupted(what, f"Go on with:  {shell(words)}")
    stopped.exit_code = stop.exit_code
    return stopped


def announce(page: Any, counted: list[tuple[str, int, int]], own: dict[str, Any], began: float) -> None:
    """Which claims held, how often under other study seeds, and where the page is."""
    from paradigms.course.telling import headline

    told = page.summary["lesson"]
    if own["json_"]:
        click.echo(json.dumps(page.summary, indent=2, ensure_ascii=False))
    else:
        for claim in told["claims"]:
            mark = {True: "held  ", False: "FAILED", None: "?     "}[claim["held"]]
            click.echo(f"  {mark}  {claim['text']}")
        click.echo(f"\n{headline(told)}")
        for text, held, known in counted:
            click.echo(f"  held {held} of {known}  {text}")
        click.echo(f"\n{page.path}  ({page.size / 1e6:.1f} MB, {time.perf_counter() - began:.0f} s)")
    if own["open_"]:
        webbrowser.open(Path(page.path).resolve().as_uri())


def _go_on(name: str | None, every: bool, asked: dict[str, Any], own: dict[str, Any]) -> None:
    from paradigms.course.course import FILE as COURSE
    from paradigms.course.session import kept

    folder = own["resume"]
    if asked or name or own["out"] or own["force"]:
        raise UsageError(
            "--resume goes on as the lesson began; nothing but --again can be added.", "Leave it out."
        )
    if every or (folder / COURSE).is_file():
        _course({}, own)
        return
    request, command = kept(folder)
    _hold(request, folder, command, own)


def _course(asked: dict[str, Any], own: dict[str, Any]) -> None:
    """All lessons one after another; each that is whole already is passed over."""
    from paradigms.course import course
    from paradigms.studies.asking.elsewhere import elsewhere
    from paradigms.studies.study import Control

    began, stop = time.perf_counter(), Stop()
    folder = own["resume"] or course.choose(own["out"], own["force"])
    request, command = course.begun(folder, asked, typed_line())
    try:
        with (
            elsewhere(own["on"], own["mixed"]) as there,
            stopping(stop),
            Progress(own["quiet"]) as progress,
        ):
            control = Control(progress.look, stop.asked, progress.say, elsewhere=there)
            index = course.hold(request, folder, control, command, progress.say)
    except (Interrupted, KeyboardInterrupt) as error:
        raise _stopped(error, folder, [], stop) from None
    click.echo(f"{index}  ({time.perf_counter() - began:.0f} s)")
    if own["open_"]:
        webbrowser.open(index.resolve().as_uri())
