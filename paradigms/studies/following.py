"""What torchrun's other processes do: the first one's order, in a folder that goes at the end."""

from __future__ import annotations

import json
import math
import signal
import tempfile
from pathlib import Path

from paradigms.errors import ParadigmsError
from paradigms.runs.folder import RunFolder
from paradigms.studies.asking.ranks import Ranks, joined
from paradigms.studies.asking.request import Request
from paradigms.studies.sharing import archive
from paradigms.studies.study import run
from paradigms.studies.training.learning import Control


def follow() -> int:
    """Trains what the first trains, from where its folder is; returns the exit code.

    It says nothing: what ends it also ends the first, who tells the person.
    """
    try:
        with joined() as ranks:
            for number in (signal.SIGINT, signal.SIGTERM):  # the first says when to stop
                signal.signal(number, signal.SIG_IGN)
            _follow(ranks)
    except ParadigmsError as error:
        return error.exit_code
    return 0


def _follow(ranks: Ranks) -> None:
    asked, folder = json.loads(ranks.told()), ranks.told()
    control = Control(stop=lambda: ranks.stopping(False), every=math.inf, patient=True, ranks=ranks)
    with tempfile.TemporaryDirectory(prefix="paradigms-rank-") as room:
        own = RunFolder(Path(room) / "run")
        try:
            archive.unpack(folder, own.path, lasting=False)
            run(Request.from_json(asked).checked(), own, control, "")
        except ParadigmsError as error:
            if not ranks.agreed:
                ranks.agree({}, str(error))
            raise
