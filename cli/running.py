"""`paradigms run` and `paradigms compare`: parse, run one study, print its table and its page."""

from __future__ import annotations

import json
import shlex
import sys
import time
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from paradigms.cli import config
from paradigms.cli.options import data_options, learner_options, study_options
from paradigms.cli.progress import Progress, stopping
from paradigms.errors import Interrupted, UsageError, unknown
from paradigms.options import OPTIONS
from paradigms.registry import REGISTRY

BIG = 10_000_000
PRINTING = ("out", "force", "resume", "config", "dry_run", "embed_rows", "open_", "json_", "quiet")


def _of(paradigm: str) -> tuple[str, ...]:
    return tuple(name for name, entry in REGISTRY.items() if entry.paradigm == paradigm)


@click.group()
def run() -> None:
    """Trains the learners of one paradigm.

    \b
    Examples:
      paradigms run supervised --dataset wine
      paradigms run supervised --data houses.csv --target price
      paradigms run unsupervised --task kmeans --clusters 5
      paradigms run rl --env MountainCar-v0
    """


@run.command()
@click.option("--task", metavar="regression|classification", help="One of the two; both by default.")
@data_options
@learner_options(_of("supervised"))
@study_options
def supervised(**given: Any) -> None:
    """Regression and classification: learning from a teacher's answers.

    \b
    Examples:
      paradigms run supervised                                diabetes and digits
      paradigms run supervised --task classification --model linear --dataset breast_cancer
      paradigms run supervised --data my.csv --target price   the task is inferred and shown
    """
    _run("run supervised", _of("supervised"), given)


@run.command()
@click.option("--task", metavar="kmeans|pca", help="One of the two; both by default.")
@data_options
@learner_options(_of("unsupervised"))
@study_options
def unsupervised(**given: Any) -> None:
    """k-means and PCA: learning from the data's own structure.

    \b
    Examples:
      paradigms run unsupervised                              digits
      paradigms run unsupervised --task kmeans --clusters 3 --dataset iris
      paradigms run unsupervised --task pca --components 2 --data my.csv
      paradigms run unsupervised --task kmeans --all-data     ten starts on every row
    """
    _run("run unsupervised", _of("unsupervised"), given)


@run.command()
@learner_options(_of("reinforcement"))
@study_options
def rl(**given: Any) -> None:
    """DQN: learning from rewards.

    \b
    Examples:
      paradigms run rl                                        CartPole-v1
      paradigms run rl --env FrozenLake-v1
      paradigms run rl --env Acrobot-v1 --samples 20000 --seeds 3
    """
    _run("run rl", _of("reinforcement"), given)


@click.command()
@click.option("--only", metavar="NAME,…", help="Some of the learners: " + ", ".join(REGISTRY) + ".")
@click.option("--task", metavar="TASK", help="What your own table is for: regression or classification.")
@data_options
@learner_options(REGISTRY)
@study_options
def compare(**given: Any) -> None:
    """All five learners side by side, on one page.

    \b
    Examples:
      paradigms compare                             ten seeds, about three minutes
      paradigms compare --quick                     three seeds, under a minute
      paradigms compare --only classification,dqn
      paradigms compare --data my.csv --target price
    """
    _run("compare", tuple(REGISTRY), given)


def _run(command: str, learners: tuple[str, ...], given: dict[str, Any]) -> None:
    shown = {name: given.pop(name) for name in PRINTING}
    typed = shlex.join(["paradigms", *sys.argv[1:]])
    if shown["resume"] is not None:
        _finish(*_resumed(shown["resume"], given, shown), typed, shown)
        return
    asked = config.laid_over(shown["config"], given)
    request, notes = _request(command, learners, asked)
    if shown["dry_run"]:
        from paradigms.studies.estimate import outlook

        click.echo(outlook(request))
        return
    from paradigms.studies.folder import RunFolder
    from paradigms.studies.plan import plans

    if not shown["quiet"]:
        for note in notes:
            click.echo(note, err=True)
    plans(request)  # a wrong request leaves nothing behind
    _finish(request, RunFolder.create(shown["out"], command, shown["force"]), typed, shown)


def _request(command: str, learners: tuple[str, ...], asked: Mapping[str, Any]) -> tuple[Any, list[str]]:
    from paradigms.studies.request import Request

    asked = dict(asked)
    only, named = asked.pop("only", None), False
    if only is not None:
        learners = tuple(name.strip() for name in str(only).split(",") if name.strip())
        named = True
    elif asked.get("task") is not None and command != "compare":
        tasks = {name: REGISTRY[name].task for name in learners}
        if asked["task"] not in tasks.values():
            raise unknown("task", str(asked["task"]), dict.fromkeys(tasks.values()))
        learners, named = tuple(name for name, task in tasks.items() if task == asked["task"]), True
    if isinstance(asked.get("drop"), str):
        asked["drop"] = tuple(name.strip() for name in asked["drop"].split(","))
    if asked.get("data") is not None:
        asked["data"] = Path(asked["data"])
    options = {name: asked.pop(name) for name in list(asked) if name in OPTIONS}
    for name, known in (("device", ("auto", "cpu", "cuda", "mps")), ("dtype", ("float32", "float64"))):
        if asked.get(name) is not None and asked[name] not in known:
            raise unknown(name, str(asked[name]), known)
    return Request(command, learners, options, named=named, **asked).checked()


def _resumed(path: Path, given: Mapping[str, Any], shown: Mapping[str, Any]) -> tuple[Any, Any]:
    from paradigms.studies.folder import RunFolder
    from paradigms.studies.request import Request

    other = [name for name, value in given.items() if value is not None]
    other += [name for name in ("out", "config") if shown[name] is not None]
    if other:
        flags = ", ".join("--" + name.replace("_", "-") for name in other)
        raise UsageError(
            f"--resume takes its options from the run; {flags} cannot be changed.", "Leave them out."
        )
    folder = RunFolder(path)
    request, _ = Request.from_json(folder.read_json("config.json")["options"]).checked()
    return request, folder


def _finish(request: Any, folder: Any, typed: str, shown: Mapping[str, Any]) -> None:
    """Trains, draws, prints."""
    from paradigms.studies.study import Control, report
    from paradigms.studies.study import run as train

    began, silent = time.perf_counter(), shown["quiet"] or shown["json_"]
    with stopping() as stop, Progress(silent) as progress:
        control = Control(progress.look, stop.asked, progress.say, progress.show)
        try:
            train(request, folder, control, typed)
        except Interrupted as error:
            command = f"paradigms {request.command} --resume {shlex.quote(str(folder.path))}"
            stopped = Interrupted(error.what, f"Go on with:  {command}")
            stopped.exit_code = stop.exit_code
            raise stopped from None
    page = report([folder.path], folder.path, shown["embed_rows"])
    announce(folder.path, page, shown, began)


def announce(path: Path, page: Any, shown: Mapping[str, Any], began: float) -> None:
    """The table and the page's path on stdout, or with `--json` the summary alone."""
    from paradigms.reports import table

    summary = json.loads((path / "summary.json").read_text(encoding="utf-8"))
    if shown["json_"]:
        click.echo(json.dumps(summary, indent=2, ensure_ascii=False))
    else:
        click.echo(table(summary))
        size = page.size / 1e6
        click.echo(f"\n{page.path}  ({size:.1f} MB, {time.perf_counter() - began:.0f} s)")
    if page.size > BIG:
        click.echo(f"Warning: the page is {page.size / 1e6:.0f} MB; browsers open it slowly.", err=True)
    if shown["open_"]:
        webbrowser.open(Path(page.path).resolve().as_uri())
