"""A process that trains the share of a study that its standard input's first line names; see workers.py."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

from paradigms.errors import ParadigmsError
from paradigms.runs.identity import replicas
from paradigms.studies.asking.request import Request
from paradigms.studies.sharing.share import Share
from paradigms.studies.study import run
from paradigms.studies.training.learning import Control


def main() -> int:
    """Trains the share of the order, tells of it on standard output, returns the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM):  # whoever asked for this share also says when to stop
        signal.signal(number, signal.SIG_IGN)
    asked, answers = os.fdopen(os.dup(0), "rb", buffering=0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # what an environment reads is no order,
    os.dup2(2, 1)  # and what it prints is no answer
    line, stop = asked.readline(), threading.Event()
    if not line:  # nothing was left to do
        return 0
    order = json.loads(line)
    threading.Thread(target=_listen, args=(asked, stop), daemon=True).start()

    def answer(**message: Any) -> None:
        with contextlib.suppress(OSError):  # whoever listened is gone, and so is this process in a moment
            os.write(answers, (json.dumps(message) + "\n").encode())

    control = Control(
        look=lambda title, done, total: answer(title=title, done=done, total=total),
        stop=stop.is_set,
        say=lambda text: answer(say=text),
        every=order["every"],
    )
    try:
        learners = {name: replicas(pairs) for name, pairs in order["learners"].items()}
        share = Share(Request.from_json(order["request"]).checked(), Path(order["path"]), learners)
        run(share.request, share.open(), control, "")
    except ParadigmsError as error:
        answer(error={"kind": type(error).__name__, "what": error.what, "hint": error.hint})
        return error.exit_code
    except Exception:
        answer(error={"kind": "RuntimeError", "what": traceback.format_exc(), "hint": ""})
        return 1
    return 0


def _listen(asked: io.FileIO, stop: threading.Event) -> None:
    """A byte asks for the end; no more bytes, and whoever started this is gone."""
    while asked.read(1):
        stop.set()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
