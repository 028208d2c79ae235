"""What a request learns from: its data sets and environments, each looked at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from os.path import isdir
from pathlib import Path
from typing import TYPE_CHECKING

from paradigms import datasets
from paradigms.entries import Entry
from paradigms.errors import UsageError
from paradigms.options import Options
from paradigms.studies.asking.request import Request

if TYPE_CHECKING:
    from pathlib import Path

    from paradigms.datasets import Dataset
    from paradigms.rl.world import World

PATIENCE = 0.5
"""Seconds in which an environment is asked whether it repeats itself."""


@dataclass(frozen=True)
class Watch:
    """Who hears of what takes long before training: what is said, and how far it is, which may end it."""

    say: Callable[[str], None] = lambda text: None
    look: Callable[[int, int], None] = lambda done, total: None


SILENT = Watch()


@dataclass(frozen=True)
class Loaded:
    """The data sets and environments of a request, each looked at once; and notes on the environments."""

    datasets: dict[str, Dataset] = field(default_factory=dict)
    worlds: dict[tuple[str, int | None], World] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    watch: Watch = SILENT

    def dataset(self, entry: Entry, request: Request) -> Dataset:
        """That of one learner."""
        name, found = str(request.data or request.dataset or entry.dataset), self.datasets
        path = None if request.data is None else request.held.get(request.data, request.data)
        if name not in found:
            if path is not None and entry.task == "language":
                found[name] = datasets.read_text(path, by=request.by or "words")
            elif path is not None and request.window is None and datasets.streaming(path, request.stream):
                found[name] = self._streamed(path, request)
            elif path is not None and isdir(path):  # noqa: PTH112 - Path raises for a name too long
                found[name] = _images(path, request)
            elif path is not None:
                task, drop = request.task or _task_of_all(request), request.drop or ()
                found[name] = (
                    datasets.read_table(path, target=request.target, task=task, drop=drop)
                    if request.window is None or request.target is None
                    else datasets.read_series(
                        path,
                        target=request.target,
                        window=request.window,
                        horizon=request.horizon or 1,
                        drop=drop,
                    )
                )
            else:
                found[name] = datasets.load(name, seed=request.seed, task=request.task)
        return found[name]

    def _streamed(self, path: Path, request: Request) -> Dataset:
        """A table that stays on the disk."""
        return datasets.read_stream(
            path,
            target=request.target,
            task=request.task or _task_of_all(request),
            drop=request.drop or (),
            where=request.cache,
            say=self.watch.say,
            look=self.watch.look,
        )

    def world(self, entry: Entry, options: Options) -> World:
        """What one look at the environment tells."""
        from paradigms.rl.world import World

        named = options.env, options.limit
        if named not in self.worlds:
            self.worlds[named] = World.of(*named)
            self.notes.extend(_known(entry, self.worlds[named], options))
        return self.worlds[named]


def _images(path: Path, request: Request) -> Dataset:
    """A folder with a folder of images for each class."""
    for name in ("target", "drop", "window"):
        if getattr(request, name):
            raise UsageError(
                f"--{name} is for tables, and {request.data} is a folder of images.",
                "Leave it out: each folder in it is a class.",
            )
    return datasets.read_images(path)


def _known(entry: Entry, world: World, options: Options) -> list[str]:
    """What a person should know of an environment; one that has a preset is known to repeat itself."""
    from paradigms.rl.repeating import doubts

    known = options.env in entry.variants
    doubt = None if known else doubts(options.env, options.limit, patience=PATIENCE)
    return [*world.notes, *([] if doubt is None else [f"Warning: {world.name} {doubt}."])]


def _task_of_all(request: Request) -> str | None:
    """Where nobody will learn the target, it may be what it is."""
    return None if any(entry.paradigm == "supervised" for entry in request.entries) else "kmeans"
