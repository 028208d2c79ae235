"""A process that trains one share of a study: `python -m paradigms.studies.worker ORDER`; see workers.py."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

from paradigms.errors import ParadigmsError
from paradigms.studies.learning import Control
from paradigms.studies.request import Request
from paradigms.studies.shares import Share
from paradigms.studies.study import run


def main() -> int:
    """Trains the share of the order, tells of it on standard output, returns the exit code."""
    order = json.loads(sys.argv[1])
    answers = os.dup(1)
    os.dup2(2, 1)  # what an environment prints is no answer
    stop = threading.Event()
    threading.Thread(target=_listen, args=(stop,), daemon=True).start()

    def answer(**message: Any) -> None:
        with contextlib.suppress(OSError):  # whoever listened is gone, and so is this process in a moment
            os.write(answers, (json.dumps(message) + "\n").encode())

    control = Control(
        look=lambda title, done, total: answer(title=title, done=done, total=total),
        stop=stop.is_set,
        say=lambda text: answer(say=text),
        every=order["every"],
    )
    share = Share(Request.from_json(order["request"]).checked(), Path(order["path"]))
    try:
        run(share.request, share.open(), control, "")
    except ParadigmsError as error:
        answer(error={"kind": type(error).__name__, "what": error.what, "hint": error.hint})
        return error.exit_code
    except Exception:
        answer(error={"kind": "RuntimeError", "what": traceback.format_exc(), "hint": ""})
        return 1
    return 0


def _listen(stop: threading.Event) -> None:
    """A byte asks for the end; no more bytes, and whoever started this is gone."""
    while os.read(0, 1):
        stop.set()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
