"""Click options, made from the one table of learner options and a few of the study's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from paradigms.option import Option
from paradigms.options import OPTIONS, STUDY
from paradigms.registry import LEARNERS

Command = TypeVar("Command", bound=Callable[..., Any])
METAVAR = {"int": "N", "float": "X", "text": "NAME", "widths": "N,N", "names": "NAME,…", "size": "SIZE"}


def learner_options(names: Iterable[str]) -> Callable[[Command], Command]:
    """The options that any of these learners takes, in the table's order."""
    taken = {option for name in names for option in LEARNERS[name].options}

    def decorate(command: Command) -> Command:
        for name in reversed(OPTIONS):
            if name in taken:
                command = _option(OPTIONS[name])(command)
        return command

    return decorate


def _option(option: Option, metavar: str = "") -> Callable[[Command], Command]:
    if option.kind == "flag":
        off = option.flag.replace("--", "--no-", 1)
        return click.option(f"{option.flag}/{off}", option.name, default=None, help=option.help)
    if option.kind == "columns":
        return click.option(
            option.flag, option.name, metavar=metavar, help=option.help, multiple=True, callback=_given
        )
    own = ("MODULE:FACTORY",) if option.kind == "model" else ()
    metavar = metavar or "|".join((*option.choices, *own)) or METAVAR[option.kind]
    return click.option(option.flag, option.name, metavar=metavar, help=option.help)


def _given(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> list[str] | None:
    return list(values) or None


def _typed(name: str) -> Callable[[Command], Command]:
    """An option of a study, checked where it is typed."""
    option = STUDY[name]

    def checked(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
        return option.check(value)

    if option.kind == "flag":
        return click.option(option.flag, name, is_flag=True, default=False, help=option.help)
    metavar = "|".join(option.choices) or METAVAR[option.kind]
    return click.option(option.flag, name, metavar=metavar, help=option.help, callback=checked)


_DATA = (
    *(
        _option(STUDY[name], metavar)
        for name, metavar in (
            ("dataset", ""),
            ("data", "FILE"),
            ("target", "COLUMN"),
            ("drop", "COLUMN,…"),
            ("window", ""),
            ("horizon", ""),
        )
    ),
    _option(STUDY["stream"]),
    _option(STUDY["ram"]),
    _option(STUDY["cache"], "DIR"),
)
BY = _option(STUDY["by"])
"""How a text of a person's own is read."""
_TEXT = (_option(STUDY["dataset"]), _option(STUDY["data"], "FILE"), BY)
FIELDS = click.option(
    "--fields",
    type=click.Choice(["median", "all"]),
    default="median",
    show_default=True,
    help="The seeds whose pictures move on the page.",
)
ELSEWHERE = (
    click.option(
        "--on",
        metavar="local|dask:ADDRESS|MODULE:FUNCTION",
        help="Who trains the shares: processes here, a Dask scheduler, or an executor of your own. [local]",
    ),
    click.option("--mixed", is_flag=True, help="Let workers join that round otherwise, and record it."),
)
_STUDY = (
    *(_option(STUDY[name]) for name in ("seeds", "seed", "quick", "device", "dtype", "threads", "workers")),
    *ELSEWHERE,
    click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="The run's folder."),
    click.option("--force", is_flag=True, help="Replace a run that --out already holds."),
    click.option(
        "--resume", type=click.Path(path_type=Path), metavar="DIR", help="Go on with a run that was stopped."
    ),
    click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Options from a TOML file, or from a run's config.json.",
    ),
    click.option("--dry-run", is_flag=True, help="Show data, settings and estimates; train nothing."),
    _option(STUDY["embed_rows"]),
    FIELDS,
    click.option("--open", "open_", is_flag=True, help="Open the page in a browser."),
    click.option("--json", "json_", is_flag=True, help="Only the summary, as JSON, on stdout."),
    click.option("--quiet", is_flag=True, help="No progress, no notes."),
)


own_model = click.option(
    "--model", metavar="MODULE:FACTORY", help="The run's own network, whose code its folder only names."
)
"""What a run with a network of a person's own must be told again."""
same_data_option = _option(STUDY["same_data"], "NAME|FILE")
"""One task, several teachers."""
slices_option = _option(STUDY["slices"])
"""One large model, several processes."""


_LESSON = (
    *(_option(STUDY[name], metavar) for name, metavar in (("data", "FILE"), ("target", "COLUMN"))),
    *(_typed(name) for name in ("seeds", "seed", "quick", "device", "threads", "workers")),
    *ELSEWHERE,
    click.option(
        "--out", type=click.Path(path_type=Path), metavar="DIR", help="Where the page and its numbers go."
    ),
    click.option("--force", is_flag=True, help="Replace a lesson that --out already holds."),
    click.option(
        "--resume", type=click.Path(path_type=Path), metavar="DIR", help="Go on with what was stopped."
    ),
    click.option("--open", "open_", is_flag=True, help="Open the page in a browser."),
    click.option("--json", "json_", is_flag=True, help="Only the summary, as JSON, on stdout."),
    click.option("--quiet", is_flag=True, help="No progress, no notes."),
)


_EXAMPLE = (
    *(_typed(name) for name in ("seeds", "seed", "quick")),
    click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where the page goes."),
    click.option("--force", is_flag=True, help="Replace an example that --out already holds."),
    click.option(
        "--resume", type=click.Path(path_type=Path), metavar="DIR", help="Go on with what was stopped."
    ),
    *_LESSON[-3:],
)


def example_options(command: Command) -> Command:
    """What may be asked of a worked example."""
    return _all(_EXAMPLE, command)


def lesson_options(command: Command) -> Command:
    """What may be asked of a lesson."""
    return _all(_LESSON, command)


def data_options(command: Command) -> Command:
    """Which data: by name, or a person's own."""
    return _all(_DATA, command)


def text_options(command: Command) -> Command:
    """Which text: by name, or a person's own."""
    return _all(_TEXT, command)


def elsewhere_options(command: Command) -> Command:
    """Where shares are trained, if not here."""
    return _all(ELSEWHERE, command)


def study_options(command: Command) -> Command:
    """How often, where, and what to print."""
    return _all(_STUDY, command)


def _all(options: tuple[Callable[[Command], Command], ...], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command
