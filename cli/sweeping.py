"""`paradigms sweep`: change options over ranges and see what moves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from paradigms import choices
from paradigms.cli import config
from paradigms.cli.options import BY, data_options, learner_options, study_options
from paradigms.cli.running import carry_out, finish, shown_of, typed_line
from paradigms.errors import UsageError, unknown
from paradigms.options import OPTIONS
from paradigms.registry import REGISTRY

VARY = click.option(
    "--vary",
    multiple=True,
    metavar="NAME=VALUES",
    help="What varies: low:high:lin|log:n, or a list such as 0,1e-4,1e-2. Several make a grid.",
)


@click.command()
@click.argument("learners", nargs=-1, metavar="LEARNER…")
@VARY
@click.option("--random", "draws", type=int, metavar="N", help="Draw N settings from the ranges.")
@click.option(
    "--keep",
    type=click.Choice(["best", "all"]),
    help="Of which settings models and pictures stay. [best: of it and of the default]",
)
@data_options
@BY
@learner_options(REGISTRY)
@study_options
def sweep(learners: tuple[str, ...], vary: tuple[str, ...], draws: int | None, **given: Any) -> None:
    """Trains learners with many settings at once; the best is judged on seeds that did not choose it.

    \b
    Examples:
      paradigms sweep classification --vary lr=1e-4:3:log:24
      paradigms sweep classification --vary lr=1e-3:1:log:12 --vary l2=0,1e-4,1e-3 --seeds 5
      paradigms sweep dqn --vary target-every=1,32,128,512 --vary n-step=1,3
      paradigms sweep regression kmeans pca --vary lr=1e-4:3:log:16
      paradigms sweep classification --random 50 --vary lr=1e-4:1:log --vary hidden=32,64x64,20*32
      paradigms sweep --resume runs/sweep-2026-01-31-1 --vary lr=1e-4:3:log:48 --seeds 20
    """
    varied = dict(choices.parse(text) for text in vary)
    shown = shown_of(given)
    if shown["resume"] is not None:
        _go_on(learners, varied, draws, given, shown)
        return
    carry_out(_request(learners, varied, draws, config.laid_over(shown["config"], given)), shown)


def _request(
    learners: tuple[str, ...], varied: dict[str, choices.Choices], draws: int | None, asked: dict[str, Any]
) -> Any:
    from paradigms.studies.asking.request import Request

    asked.pop("only", None)
    for name in learners:
        if name not in REGISTRY:
            raise unknown("learner", name, REGISTRY)
    if not learners:
        raise UsageError("sweep needs a learner.", f"Name one or more: {', '.join(REGISTRY)}.")
    if not varied:
        raise UsageError("nothing varies.", "Add for example --vary lr=1e-4:1:log:12")
    options = {name: asked.pop(name) for name in list(asked) if name in OPTIONS}
    grid = settings(varied, draws, int(asked.get("seed") or 0))
    named = tuple(dict.fromkeys(learners))
    return Request("sweep", named, options, named=named, grid=grid, **asked).checked()


def settings(varied: dict[str, choices.Choices], draws: int | None, seed: int) -> tuple[choices.Varied, ...]:
    """The grid, or so many settings drawn from the same choices."""
    if draws is None:
        return choices.grid(varied)
    if draws < 1:
        raise UsageError(f"--random {draws} draws no setting.", "Give --random 1 or more.")
    return choices.drawn(varied, seed, draws)


def _go_on(
    learners: tuple[str, ...],
    varied: dict[str, choices.Choices],
    draws: int | None,
    given: dict[str, Any],
    shown: dict[str, Any],
) -> None:
    """Finishes a sweep, with more settings or seeds if they are asked for."""
    from paradigms.runs.folder import RunFolder
    from paradigms.studies.asking.resuming import request_of

    more = {name: value for name, value in given.items() if value is not None}
    seeds, model = more.pop("seeds", None), more.pop("model", None)
    other = [*more, *(name for name in ("out", "config", "force", "dry_run") if shown[name])]
    if learners or other:
        words = ", ".join([*learners, *("--" + name.replace("_", "-") for name in other)])
        raise UsageError(f"--resume goes on as the sweep began; {words} cannot be added.", "Leave it out.")
    folder = RunFolder(shown["resume"])
    request = request_of(folder, model)
    if request.command != "sweep":
        raise UsageError(
            f"{folder.path} is no sweep.", f"Type: paradigms {request.command} --resume {folder.path}"
        )
    if draws is not None and not varied:
        again = " ".join(f"--vary {name.replace('_', '-')}=…" for name in request.varied)
        raise UsageError(
            f"--random {draws} draws from ranges, and none is named.",
            f"Repeat those of the sweep: --random {draws} {again}",
        )
    if varied and set(varied) != set(request.varied):
        raise UsageError(
            f"{folder.path} varies {', '.join(request.varied)}, and would go on with other options.",
            "Vary the same ones, or begin another sweep.",
        )
    if varied:
        grid = choices.distinct((*request.grid, *settings(varied, draws, request.seed)))
        request = replace(request, grid=grid)
    if seeds is not None:
        request = _more_seeds(request, seeds)
    finish(request.checked(), folder, typed_line(), shown)


def _more_seeds(request: Any, seeds: Any) -> Any:
    asked = replace(request, seeds=seeds).checked()
    if len(asked.replica_seeds) < len(request.replica_seeds):
        raise UsageError(
            f"--seeds {seeds}: the sweep has {len(request.replica_seeds)} already.",
            "Ask for more, or for none.",
        )
    return asked
