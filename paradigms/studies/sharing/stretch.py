"""A stretch: a share trained for some seconds, as a function from the bytes of its folder to the same later.

It may run anywhere, end with its machine, or be run twice: whoever asked for it has what it began with, and
what it returns hangs on nothing else but how long it lasted. Where the disk is shared, nothing has to travel:
the share is trained where it lies, until it is finished or asked to end.
"""

from __future__ import annotations

import json
import math
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from paradigms.errors import Interrupted, ParadigmsError
from paradigms.runs.folder import RunFolder
from paradigms.runs.identity import replicas
from paradigms.studies.asking.request import Request
from paradigms.studies.sharing import archive
from paradigms.studies.sharing.fingerprint import fingerprint, whoami
from paradigms.studies.sharing.parcels import Files, received
from paradigms.studies.sharing.share import Share
from paradigms.studies.sharing.slate import Slate
from paradigms.studies.training.learning import Control

READY = 9
"""A stretch trains for at least so many times as long as it took to get ready."""

Run = Callable[[Request, RunFolder, Control, str], None]
"""What trains a request in a folder."""


def order(
    share: Share,
    seconds: float,
    here: Mapping[str, str],
    mixed: bool,
    near: bool = False,
    every: float = math.inf,
) -> bytes:
    """What a worker is asked for; it must round as `here`, unless it may be mixed.

    Who is `near` trains where the share lies, to its end, and saves it `every` so many seconds.
    """
    asked = {
        "request": share.request.to_json(),
        "name": share.path.name,
        "place": str(share.path),
        "learners": share.learners,
        "seconds": seconds,
        "ready": READY,
        "fingerprint": here,
        "mixed": mixed,
        "near": near,
        "every": every,
    }
    return json.dumps(asked).encode()


def stretch(run: Run, order: bytes, folder: bytes, files: Files) -> tuple[bytes, bytes]:
    """Trains the share of the order, from where its packed folder is.

    Returns:
        What is told of it, as JSON: `worker`, its `fingerprint`, and `done`, `said` and `finished`, or an
        `error`, or that files are `lacking`; and its packed folder, empty where nothing was trained.
    """
    asked, began = json.loads(order), time.monotonic()
    told: dict[str, Any] = {"worker": whoami(), "said": []}
    try:
        request = Request.from_json(asked["request"])
        told["fingerprint"] = fingerprint(request.device)
        if told["fingerprint"] != asked["fingerprint"] and not asked["mixed"]:
            return json.dumps(told).encode(), b""
        own = received(files)
        if own is None:
            told["lacking"] = True
            return json.dumps(told).encode(), b""
        with _room(asked) as path:
            request = replace(request.checked(), held={path: laid.path for path, laid in own.items()})
            learners = {name: replicas(pairs) for name, pairs in asked["learners"].items()}
            share = Share(request, path, learners)
            if folder:
                archive.unpack(folder, share.path, lasting=False)
            control = _control(told, share, asked, began)
            try:
                run(share.request, share.open(), control, "")
            except Interrupted as stopped:
                if "could not be saved" in stopped.what:
                    raise
            told["finished"] = [name for name in learners if share.finished([name])]
            return json.dumps(told).encode(), b"" if asked["near"] else archive.packed(share.path)
    except ParadigmsError as error:
        told["error"] = {"kind": type(error).__name__, "what": error.what, "hint": error.hint}
    except Exception:
        told["error"] = {"kind": "RuntimeError", "what": traceback.format_exc(), "hint": ""}
    return json.dumps(told).encode(), b""


@contextmanager
def _room(asked: Mapping[str, Any]) -> Iterator[Path]:
    """Where the share's folder is: its own place, or one of this machine's."""
    if asked["near"]:
        yield Path(asked["place"])
        return
    with tempfile.TemporaryDirectory(prefix="paradigms-stretch-") as room:
        yield Path(room) / asked["name"]


def _control(told: dict[str, Any], share: Share, asked: Mapping[str, Any], began: float) -> Control:
    """Tells what must be said of the share as of its own place, and stops when the time is over."""
    slate = Slate(share.path) if asked["near"] else None

    def look(title: str, done: int, total: int) -> None:
        told["done"] = {"title": title, "done": done, "total": total}
        if slate is not None:
            slate.write(told)

    def say(text: str) -> None:
        told["said"].append(text.replace(str(share.path), asked["place"]))

    if slate is not None:
        return Control(look, slate.asked_to_end, say, asked["every"])
    return Control(look, _Time(asked["seconds"], asked["ready"], began).over, say, math.inf, patient=True)


class _Time:
    """Over so many seconds after the first step, or `ready` times as long as it took to be ready.

    It is asked before a learner is begun and after each step, so that every stretch makes one.
    """

    def __init__(self, seconds: float, ready: float, began: float) -> None:
        self.seconds, self.ready, self.began = seconds, ready, began
        self.asked, self.first = 0, math.inf

    def over(self) -> bool:
        self.asked += 1
        now = time.monotonic()
        if self.asked == 2:
            self.first = now
        return now - self.first >= max(self.seconds, self.ready * (self.first - self.began))
