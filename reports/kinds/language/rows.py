"""The rows of text that a run shows, in words, and the place in them that is looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...reading.comparison import Shown
from ...reading.pictures import Array, Pictures

HOLE = "□"
"""Stands where a word is hidden."""
KNOWN = 8
"""Words whose chances are drawn."""


@dataclass(frozen=True)
class Foreseen:
    """What may follow `place`: `chances` [M, K] of the words `codes` [K], and the `truth` [K] if known.

    `apart` [M] is by how many bits the foresight differs from the truth (Kullback & Leibler 1951).
    """

    place: int
    codes: Array
    chances: Array
    truth: Array | None
    apart: Array | None


def vocabulary(learner: Shown) -> list[str]:
    """What each code means; the one after the last word is the hole."""
    return [*(str(word) for word in learner.data.get("classes") or []), HOLE]


def spoken(words: list[str], codes: Array) -> str:
    """Codes as a line of text: without the start, and up to the first end that ends the row."""
    said = [words[code] if code < len(words) else "?" for code in codes[1 : lasting(codes)]]
    return " ".join(said).replace(" .", ".")


def lasting(codes: Array) -> int:
    """Places of a row up to where it only repeats itself."""
    last = len(codes)
    while last > 1 and codes[last - 1] == codes[last - 2]:
        last -= 1
    return last


def foreseen(pictures: Pictures) -> Foreseen | None:
    """Where the row could go on in the most ways; `None` if nothing was foreseen in this run."""
    if not pictures.has("foreseen"):
        return None
    chances = pictures.take("foreseen").astype(float)  # [M, T, V]
    truth = pictures.take("truth").astype(float) if "truth" in pictures else None
    judge = chances[-1] if truth is None else truth
    spread = -(judge * np.log2(np.maximum(judge, 1e-12))).sum(1)
    spread[0] = -1.0  # how a row begins, nothing has led to
    place = int(spread.argmax())
    codes = np.argsort(-judge[place], kind="stable")[:KNOWN]
    apart = None
    if truth is not None:
        known = truth[place] > 0
        right, own = truth[place, known], np.maximum(chances[:, place, known], 1e-12)
        apart = (right * np.log2(right / own)).sum(1)
    return Foreseen(
        place, codes, chances[:, place, codes], None if truth is None else truth[place, codes], apart
    )


def looked(pictures: Pictures, place: int) -> tuple[Array, Array, int]:
    """How much each head looks where from a place, [M, heads, S]; the codes there; the first block.

    Of a decoder all heads of all blocks, at the codes so far; of an encoder those of the last, 0, from the
    hole of its first row.
    """
    looks = pictures.take("looks").astype(float)
    if pictures.has("holed"):
        row = pictures.take("holed")[0].astype(int)
        seen = row[: lasting(row)]
        return looks[:, 0, :, : len(seen)], seen, 0
    seen = pictures.take("read").astype(int)[: place + 1]
    return looks[:, :, place, : len(seen)], seen, 1
