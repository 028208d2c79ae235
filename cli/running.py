"""`paradigms run` and `paradigms compare`: parse, run one study, print its table and its page."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
import webbrowser
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from paradigms.cli import config
from paradigms.cli.options import (
    data_options,
    learner_options,
    same_data_option,
    slices_option,
    study_options,
    text_options,
)
from paradigms.cli.progress import Progress, Stop, stopping
from paradigms.errors import Interrupted, UsageError
from paradigms.options import ONLY, OPTIONS, STUDY
from paradigms.registry import LEARNERS, PARADIGMS, REGISTRY, of

PRINTING = (
    "out", "force", "resume", "config", "dry_run", "fields", "open_", "json_", "quiet",
    "on", "mixed",
)  # fmt: skip


REFUSED = click.option("--vary", multiple=True, hidden=True)
"""Belongs to `paradigms sweep`, which is said."""


@click.group(no_args_is_help=False)
def run() -> None:
    """Trains the learners of one paradigm.

    \b
    Examples:
      paradigms run supervised --dataset wine
      paradigms run supervised --data houses.csv --target price
      paradigms run unsupervised kmeans --clusters 5
      paradigms run rl --env MountainCar-v0
    """


NAMES = click.argument("only", nargs=-1, metavar="[LEARNER]…")
"""Some of a paradigm's learners."""


@run.command()
@NAMES
@click.option("--task", metavar="TASK", help="What your own table is for: regression or classification.")
@data_options
@learner_options(of("supervised"))
@slices_option
@study_options
@REFUSED
def supervised(**given: Any) -> None:
    """Regression and classification: learning from a teacher's answers.

    \b
    Examples:
      paradigms run supervised                                diabetes and digits
      paradigms run supervised classification --model linear --dataset breast_cancer
      paradigms run supervised svc --dataset circles --features 100
      paradigms run supervised boosting tree                  friedman1 and breast_cancer
      paradigms run supervised --data my.csv --target price   the task is inferred and shown
      torchrun --nproc-per-node 2 -m paradigms run supervised --slices 2 …   one large model
    """
    _run("run supervised", of("supervised"), given)


@run.command()
@NAMES
@click.option("--task", metavar="TASK", help="The same as naming the learner: kmeans or pca.")
@data_options
@learner_options(of("unsupervised"))
@study_options
@REFUSED
def unsupervised(**given: Any) -> None:
    """k-means, PCA and more: learning from the data's own structure.

    \b
    Examples:
      paradigms run unsupervised                              k-means and PCA on digits
      paradigms run unsupervised mixture kmeans --dataset clouds
      paradigms run unsupervised autoencoder diffusion        what is odd; new rows
      paradigms run unsupervised kmeans --clusters 3 --dataset iris
      paradigms run unsupervised pca --components 2 --data my.csv
      paradigms run unsupervised kmeans --all-data            ten starts on every row
    """
    _run("run unsupervised", of("unsupervised"), given)


@run.command("self-supervised")
@NAMES
@text_options
@learner_options(of("self-supervised"))
@study_options
@REFUSED
def self_supervised(**given: Any) -> None:
    """The next word, the hidden word: learning from data that answer for themselves.

    \b
    Examples:
      paradigms run self-supervised                           both on sentences of a small grammar
      paradigms run self-supervised nextword --hidden 64,64 --heads 8
      paradigms run self-supervised --data my.txt             your own text, with n-grams beside it
      paradigms run self-supervised nextword --data my.txt --by letters --samples 38400
    """
    _run("run self-supervised", of("self-supervised"), given)


@run.command()
@NAMES
@learner_options(of("reinforcement"))
@study_options
@REFUSED
def rl(**given: Any) -> None:
    """DQN, tables of values, policies: learning from rewards.

    \b
    Examples:
      paradigms run rl                                        DQN on CartPole-v1
      paradigms run rl qlearning sarsa                        two ways along a cliff
      paradigms run rl ppo reinforce                          policies, on CartPole-v1
      paradigms run rl --env paradigms/Road-v0                driving
      paradigms run rl --env FrozenLake-v1
      paradigms run rl --env Acrobot-v1 --samples 20000 --seeds 3
    """
    _run("run rl", of("reinforcement"), given)


@click.command()
@click.option(
    "--only",
    metavar="NAME,…",
    help=f"Learners ({', '.join(REGISTRY)}) or all of a kind ({', '.join(PARADIGMS)}).",
)
@click.option("--all", "everybody", is_flag=True, help="Every learner, by kinds of feedback.")
@same_data_option
@click.option("--task", metavar="TASK", help="What your own table is for: regression or classification.")
@data_options
@learner_options(LEARNERS)
@study_options
@REFUSED
def compare(everybody: bool, **given: Any) -> None:
    """Five learners side by side on one page, or those named, or all.

    \b
    Examples:
      paradigms compare                             ten seeds, about a minute
      paradigms compare --quick                     three seeds, under a minute
      paradigms compare --only classification,dqn
      paradigms compare --only self-supervised      all of one kind of feedback
      paradigms compare --all                       every learner, with a map of the family
      paradigms compare --data my.csv --target price
      paradigms compare --same-data digits          one task under three teachers
      paradigms compare --same-data digits --labels 50 --reward-noise 0.1
    """
    if everybody:
        beside = [name for name in ("only", "same_data") if given[name] is not None]
        if beside:
            raise UsageError(f"--all names every learner; --{beside[0].replace('_', '-')} cannot be added.")
        given["only"] = "all"
    _run("compare", (), given)


def _run(command: str, learners: tuple[str, ...], given: dict[str, Any]) -> None:
    shown = shown_of(given)
    given["only"] = given.get("only") or None
    if given.pop("vary"):
        first = learners[0] if learners else "classification"
        raise UsageError(
            f"{command} trains one setting.", f"Type: paradigms sweep {first} --vary lr=1e-4:1:log:12"
        )
    if shown["resume"] is not None:
        finish(*_resumed(shown["resume"], given, shown), typed_line(), shown)
        return
    carry_out(_request(command, learners, config.laid_over(shown["config"], given)), shown)


def shown_of(given: dict[str, Any]) -> dict[str, Any]:
    """What is asked of the command itself, taken out of what was given."""
    return {name: given.pop(name) for name in PRINTING}


def typed_line() -> str:
    """This command, ready to paste."""
    return shell(["paradigms", *sys.argv[1:]])


def carry_out(request: Any, shown: Mapping[str, Any]) -> None:
    """Says what would be trained, or trains it in a new folder."""
    if shown["dry_run"] and shown["json_"]:
        raise UsageError("--dry-run trains nothing, so --json has no summary.", "Leave one of them out.")
    if shown["dry_run"]:
        from paradigms.studies.asking.elsewhere import elsewhere
        from paradigms.studies.asking.loaded import Watch
        from paradigms.studies.asking.outlook import outlook
        from paradigms.studies.asking.prepared import prepare

        with elsewhere(shown["on"], shown["mixed"]) as there:
            prepared = prepare(request, there, watch=Watch(lambda text: click.echo(text, err=True)))
        prepared.rehearse()
        click.echo(outlook(prepared))
        return
    from paradigms.studies.asking.elsewhere import LOCAL
    from paradigms.studies.sharing import local

    with local.begun(request) if shown["on"] in (None, LOCAL) else nullcontext():
        from paradigms.runs.folder import RunFolder

        folder = RunFolder.choose(shown["out"], request.command, shown["force"])
        finish(request, folder, typed_line(), shown)


def shell(words: Sequence[str]) -> str:
    """The words as they would be typed here."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def _request(command: str, learners: tuple[str, ...], asked: dict[str, Any]) -> Any:
    from paradigms.studies.asking.request import Request, candidates, chosen

    learners = learners or candidates(asked.get("same_data"), asked.get("labels"))
    only, task = ONLY.check(asked.pop("only", None)), STUDY["task"].check(asked.get("task"))
    learners, named = chosen(command, learners, only, task)
    options = {name: asked.pop(name) for name in list(asked) if name in OPTIONS}
    return Request(command, learners, options, named=named, **asked).checked()


def _resumed(path: Path, given: Mapping[str, Any], shown: Mapping[str, Any]) -> tuple[Any, Any]:
    from paradigms.runs.folder import RunFolder
    from paradigms.studies.asking.resuming import request_of

    other = [name for name, value in given.items() if value is not None and name != "model"]
    other += [name for name in ("out", "config", "force", "dry_run") if shown[name]]
    if other:
        flags = ", ".join("--" + name.replace("_", "-") for name in other)
        raise UsageError(f"--resume goes on as the run began; {flags} cannot be added.", "Leave it out.")
    folder = RunFolder(path)
    return request_of(folder, given.get("model")), folder


def finish(request: Any, folder: Any, typed: str, shown: Mapping[str, Any]) -> None:
    """Trains, draws, prints; the folder is a new one, or holds what goes on."""
    from paradigms.studies.asking.elsewhere import elsewhere
    from paradigms.studies.asking.ranks import leading
    from paradigms.studies.study import Control, report
    from paradigms.studies.study import run as train

    began, stop = time.perf_counter(), Stop()
    try:
        with (
            elsewhere(shown["on"], shown["mixed"]) as there,
            leading(request, there is not None) as ranks,
            stopping(stop),
            Progress(shown["quiet"]) as progress,
        ):
            control = Control(progress.look, stop.asked, progress.say, elsewhere=there)
            if ranks is not None:
                control = replace(
                    control, stop=lambda: ranks.stopping(stop.asked()), patient=True, ranks=ranks
                )
            train(request, folder, control, typed)
            if stop.asked():
                raise Interrupted("stopped; all is trained, and the page is not drawn yet.")
        tell([folder.path], shown)
        page = report([folder.path], folder.path, request.embed_rows, shown["fields"])
    except (Interrupted, KeyboardInterrupt) as error:
        if not (folder.path / "config.json").exists():
            raise
        model = str(request.options.get("model", ""))
        own = ["--model", model] if ":" in model else []
        resume = shell(["paradigms", *request.command.split(), "--resume", str(folder.path), *own])
        what = error.what if isinstance(error, Interrupted) else "stopped."
        stopped = Interrupted(what, f"Go on with:  {resume}")
        stopped.exit_code = stop.exit_code
        raise stopped from None
    announce(folder.path, page, shown, began)


def tell(folders: Sequence[Path], shown: Mapping[str, Any]) -> None:
    """The table of scores on stdout, before the page, which takes longer to draw."""
    if shown["json_"]:
        return
    from paradigms.reports import table

    click.echo(table(*folders))
    if sys.stderr.isatty() and not shown.get("quiet"):
        click.echo("Drawing the page …", err=True)


def announce(path: Path, page: Any, shown: Mapping[str, Any], began: float) -> None:
    """Where the page is, on stdout, or with `--json` the summary alone."""
    if shown["json_"]:
        summary = json.loads((path / "summary.json").read_text(encoding="utf-8"))
        click.echo(json.dumps(summary, indent=2, ensure_ascii=False))
    else:
        size = page.size / 1e6
        click.echo(f"\n{page.path}  ({size:.1f} MB, {time.perf_counter() - began:.0f} s)")
    if page.warning:
        click.echo(f"Warning: {page.warning}", err=True)
    if shown["open_"]:
        webbrowser.open(Path(page.path).resolve().as_uri())
