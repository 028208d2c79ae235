"""Where shares are trained if not in this process: any `concurrent.futures.Executor`.

It is named by whoever types the command, never by a run's folder: nothing in one decides where code runs.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paradigms.errors import UsageError

LOCAL, DASK = "local", "dask:"
PATIENCE = 10
"""Seconds in which a scheduler must answer."""
PARCEL = "1GiB"
"""Of a task's arguments: Dask warns at 10 MB, as shares may have."""


def in_a_line(error: BaseException) -> str:
    """What an error says."""
    text = " ".join(str(error).split())
    return text.rstrip(".")[:200] or type(error).__name__


@dataclass(frozen=True)
class Elsewhere:
    """An executor, what it is called, and how many tasks it runs at once.

    `everyone(f)` asks each worker for f(), as far as it can be addressed: worker's name → answer or error.
    With `mixed`, workers may round otherwise than this machine. Who is `near` has this machine's files, so
    that nothing has to travel. `why(error)` says in a line how a task was lost.
    """

    executor: Executor
    name: str
    workers: int
    everyone: Callable[[Callable[[], Any]], dict[str, Any]] = lambda ask: {}
    alive: Callable[[], bool] = lambda: True
    mixed: bool = False
    near: bool = False
    why: Callable[[BaseException], str] = in_a_line


@contextmanager
def elsewhere(on: str | Executor | None, mixed: bool = False) -> Iterator[Elsewhere | None]:
    """What `--on` names, until the end of the block; None for `local`.

    A person's own executor is theirs to end.

    Raises:
        UsageError: it is not there, or nobody works for it.
    """
    if on is None or on == LOCAL:
        if mixed:
            raise UsageError("--mixed is said of workers elsewhere.", "Give --on too, or leave it out.")
        yield None
    elif not isinstance(on, str):
        yield _own(on, type(on).__name__, mixed)
    elif on.startswith(DASK):
        with _scheduler(on, mixed) as found:
            yield found
    else:
        executor = _made(on)
        found = _own(executor, on, mixed)
        try:
            yield found
        finally:
            executor.shutdown(wait=False, cancel_futures=True)


def _own(executor: Executor, name: str, mixed: bool) -> Elsewhere:
    """One that says of itself only that it takes tasks; Python's own know how many at once."""
    if not callable(getattr(executor, "submit", None)):
        raise UsageError(f"--on {name} is no concurrent.futures.Executor.", "It needs submit(f, *arguments).")
    workers = getattr(executor, "_max_workers", None) or os.cpu_count() or 1

    def everyone(ask: Callable[[], Any]) -> dict[str, Any]:
        asked = [executor.submit(ask) for _ in range(workers)]
        return {f"task {i + 1}": _answer(one) for i, one in enumerate(asked)}

    return Elsewhere(executor, name, int(workers), everyone, mixed=mixed)


def _answer(future: Any) -> Any:
    try:
        return future.result()
    except Exception as error:
        return error


def _made(on: str) -> Executor:
    """What MODULE:FUNCTION returns; modules of the current folder are found as well."""
    module, colon, name = on.partition(":")
    if not colon or not all(one.isidentifier() for one in [*module.split("."), name]):
        raise UsageError(
            f"--on {on} names no place.", "Type local, dask:tcp://HOST:PORT, or MODULE:FUNCTION of your own."
        )
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        return getattr(importlib.import_module(module), name)()
    except Exception as error:
        raise UsageError(f"--on {on} failed: {type(error).__name__}: {error}.") from error


@contextmanager
def _scheduler(on: str, mixed: bool) -> Iterator[Elsewhere]:
    """Dask's; certificates are named in its own configuration."""
    try:
        dask, distributed = (importlib.import_module(name) for name in ("dask", "distributed"))
    except ImportError:
        raise UsageError(
            "--on dask: needs Dask, which is not installed.", "Type: pip install 'paradigms[dask]'"
        ) from None
    with _silenced(), dask.config.set({"distributed.admin.large-graph-warning-threshold": PARCEL}):
        try:
            client = distributed.Client(on.removeprefix(DASK), timeout=PATIENCE, set_as_default=False)
        except Exception as error:
            why = " ".join(str(error).split()) or type(error).__name__
            raise UsageError(f"--on {on} does not answer: {why}.", "Is the scheduler there?") from error
        try:
            yield _served(client, on, mixed)
        finally:
            client.close(timeout=1)


@contextmanager
def _silenced() -> Iterator[None]:
    """What matters of Dask's log is said in a line of our own."""
    logs = [
        logging.getLogger(name)
        for name in list(logging.root.manager.loggerDict)
        if name.startswith("distributed")
    ]
    before = [log.level for log in logs]
    try:
        for log in logs:
            log.setLevel(logging.CRITICAL)
        yield
    finally:
        for log, level in zip(logs, before, strict=True):
            log.setLevel(level)


def _served(client: Any, on: str, mixed: bool) -> Elsewhere:
    there = client.nthreads()
    if not there:
        address = on.removeprefix(DASK)
        raise UsageError(
            f"nobody works for {on}.", f"Start workers: dask worker {address} --nthreads 1 --host 127.0.0.1"
        )

    def everyone(ask: Callable[[], Any]) -> dict[str, Any]:
        return dict(client.run(ask, on_error="return"))

    return Elsewhere(
        client.get_executor(pure=False),
        on,
        sum(there.values()),
        everyone,
        alive=lambda: client.status == "running",
        mixed=mixed,
    )
