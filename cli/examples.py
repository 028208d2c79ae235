"""`paradigms example`: somebody's question, who was asked, and what the answers are worth."""

from __future__ import annotations

import json
import time
import webbrowser
from pathlib import Path
from typing import Any

import click

from paradigms.cli.options import example_options
from paradigms.cli.progress import Progress
from paradigms.cli.running import shell, typed_line
from paradigms.errors import Interrupted, UsageError


@click.command()
@click.argument("name", required=False)
@click.option("--list", "listed", is_flag=True, help="Every example with its question and its time.")
@example_options
def example(name: str | None, listed: bool, **given: Any) -> None:
    """Somebody's question: who was asked, what the answers are worth, what they must not be used for.

    \b
    Examples:
      paradigms example                     the list
      paradigms example disease             a page and slides
      paradigms example disease --quick     three seeds, seconds, no verdicts
      paradigms example --resume runs/example-disease-2026-01-31-1
    """
    resumed = given.pop("resume")
    if resumed is not None:
        _go_on(resumed, name, listed, given)
    elif name is None or listed:
        _check_list(name, given)
        _list()
    else:
        _work(name, given)


def _check_list(name: str | None, given: dict[str, Any]) -> None:
    asked = [f"--{key.rstrip('_')}" for key, value in given.items() if value not in (None, False)]
    if name is not None:
        raise UsageError(f"--list shows every example, {name} among them.", "Leave one of the two out.")
    if [flag for flag in asked if flag != "--seed" or given["seed"]]:
        raise UsageError("no example is named.", "See them with: paradigms example --list")


def _list() -> None:
    from paradigms import examples

    names = examples.names()
    width = max(map(len, names))
    click.echo("Worked examples: somebody's question, and what an answer is worth.\n")
    for name in names:
        one = examples.load(name)
        click.echo(f"  {name:<{width}}  {one.seconds:>3} s  {one.question}")
    click.echo(f"\nTry:  paradigms example {names[0]}")


def _work(name: str, given: dict[str, Any]) -> None:
    from paradigms import examples
    from paradigms.worked.session import choose, drawn

    examples.load(name)
    folder = choose(given["out"], name, given["force"])
    _page(name, drawn(given["seed"] or 0, given["seeds"], given["quick"]), folder, typed_line(), given)


def _go_on(folder: Path, name: str | None, listed: bool, given: dict[str, Any]) -> None:
    from paradigms.worked.session import kept

    if name or listed or any(given[key] for key in ("seeds", "seed", "quick", "out", "force")):
        raise UsageError("--resume goes on as the example began; nothing can be added.", "Leave it out.")
    name, draw, command = kept(folder)
    _page(name, draw, folder, command, given)


def _page(name: str, draw: Any, folder: Path, command: str, given: dict[str, Any]) -> None:
    from paradigms.worked.session import worked

    began = time.perf_counter()
    try:
        with Progress(given["quiet"]) as progress:
            page = worked(name, draw, folder, command, progress.say)
    except KeyboardInterrupt:
        words = shell(["paradigms", "example", "--resume", str(folder)])
        raise Interrupted("stopped.", f"Go on with:  {words}") from None
    if given["json_"]:
        click.echo(json.dumps(page.summary, indent=2, ensure_ascii=False))
    else:
        for sentence in page.summary["words"]["found"]:
            click.echo(f"  {sentence}")
        click.echo(f"\n{page.path}  ({page.size / 1e6:.1f} MB, {time.perf_counter() - began:.0f} s)")
    if given["open_"]:
        webbrowser.open(Path(page.path).resolve().as_uri())
