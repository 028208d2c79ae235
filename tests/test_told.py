"""Everything that the page says of made-up runs, against what was read and found good."""

from __future__ import annotations

from itertools import chain, zip_longest

import told


def test_the_page_says_what_it_said() -> None:
    """After a change of words: `python tests/told.py`, and read the difference."""
    found = chain.from_iterable(text.split("\n") for text in told.lines())
    for line, approved in zip_longest(found, told.FILE.read_text(encoding="utf-8").splitlines()):
        assert line == approved
