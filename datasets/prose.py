"""A person's own text: its words or letters in the order of the file, cut into rows."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from paradigms.errors import DataError, UsageError

from .dataset import Column, Dataset
from .forms.text import Text
from .words import plural, quoted

LENGTHS = {"words": 24, "letters": 48}
"""Words or letters in a row."""
MOST = 400
"""Different symbols that are told apart, the commonest."""
RARE = "<rare>"
"""Stands for all others."""
STRETCHES = 40
"""Parts of the text that stay together, so that what is tested lies apart from what is trained on."""
FEWEST = 60
"""Rows that can be learned from."""


def read_text(path: str | os.PathLike[str], *, by: str = "words") -> Dataset:
    """A text file as rows of codes, with the ones that follow as answers.

    Args:
        by: `words`, in small letters, with signs as words of their own; or `letters`, with one space between.

    Raises:
        DataError: the file cannot be read as text, or is too short.
        UsageError: there is no such file.
    """
    said = symbols(_read(Path(path)), by)
    length, name = LENGTHS[by], Path(path).name
    count = (len(said) - 1) // length
    if count < FEWEST:
        raise DataError(
            f"{quoted(name)} holds {plural(len(said), by[:-1])}; {FEWEST * length + 1:,} are the fewest.",
            "Give a longer text" + (", or --by letters." if by == "words" else "."),
        )
    often = Counter(said)
    vocabulary = tuple(word for word, _ in sorted(often.items(), key=lambda one: (-one[1], one[0]))[:MOST])
    rare = sum(times for word, times in often.items() if word not in set(vocabulary))
    vocabulary = vocabulary if not rare else (*vocabulary, RARE)
    place = {word: code for code, word in enumerate(vocabulary)}
    line = np.array([place.get(word, len(vocabulary) - 1) for word in said], dtype=np.int64)
    x, y = (line[first : first + count * length].reshape(count, length) for first in (0, 1))
    frame = pd.DataFrame(x, columns=[f"{by[:-1]} {number + 1}" for number in range(length)])
    notes = [f"{plural(len(said), by[:-1])}, {len(often):,} different, in rows of {length}"]
    notes += [f"{plural(len(often) - MOST, 'rare one')} read as {RARE}"] if rare else []
    stretches = tuple((np.arange(count) * STRETCHES // count).tolist())
    return Dataset(
        name=name,
        kind="file",
        task="language",
        frame=frame,
        target=y,
        target_name=f"next {by}",
        classes=vocabulary,
        columns=tuple(Column(c, "number", None, 0, int(frame[c].nunique())) for c in frame),
        form=Text(length, vocabulary, stretches),
        notes=tuple(note + "." for note in notes),
        task_reason="a text answers for itself",
    )


def symbols(text: str, by: str) -> list[str]:
    """The words or letters of a text.

    >>> symbols("The cat,  it sat.", "words"), "".join(symbols("a  b", "letters"))
    (['the', 'cat', ',', 'it', 'sat', '.'], 'a b')
    """
    if by == "letters":
        return list(re.sub(r"\s+", " ", text))
    return re.findall(r"\w+(?:['’]\w+)*|[^\w\s]", text.lower())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{quoted(path.name)} is no text in UTF-8.", "Save it as plain text.") from error
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}.", "Name a text file with --data.") from error
