"""`python -m benchmarks.gallery [RUN]`: docs/systems.md and its pictures, from a new run of all learners.

RUN is the folder of one that was made before.
"""

from __future__ import annotations

import sys
from pathlib import Path

import paradigms as pg
from paradigms.reports.page import gallery

DOCS = Path(__file__).parent.parent / "docs"
COMMAND = "python -m benchmarks.gallery"


def main(words: list[str]) -> None:
    folder = Path(words[0]) if words else pg.compare(only="all").folder
    print(gallery.write(folder, DOCS, COMMAND))


if __name__ == "__main__":
    main(sys.argv[1:])
