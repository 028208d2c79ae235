"""Chances that move to the true ones, rows of text that become sentences, heads that learn where to look."""

from __future__ import annotations

import numpy as np

from ...films.pack import Pack
from ...reading.comparison import Shown
from ...reading.folder import Json
from ...reading.pictures import Pictures
from ...words import shortened
from .rows import foreseen, looked, vocabulary

WRITTEN = 4
"""Rows of text in the film."""


def film(learner: Shown, pictures: Pictures, pack: Pack) -> Json:
    """`chances` [M, K], `truth` [K] and `written` [M, 4, T + 1], or `guesses` and `sure` [M, 6]; `looks`."""
    if learner.aggregate:
        return {"own": learner.withheld}
    if not pictures.has("looks"):
        return {}
    words = [shortened(word, 16) for word in vocabulary(learner)]
    about: Json = {"words": words}
    if pictures.has("guesses", "sure", "holed", "hidden", "holes"):
        place = int(pictures.take("holes")[0])
        about["rows"] = pictures.take("holed").astype(int).tolist()
        about["hidden"] = pictures.take("hidden").astype(int).tolist()
        pack.whole("guesses", pictures.take("guesses").astype(int)[:, :, 0])
        pack.add("sure", pictures.take("sure").astype(float)[:, :, 0], bits=8)
    else:
        ahead = foreseen(pictures)
        place = 0 if ahead is None else ahead.place
        if ahead is not None:
            about["next"] = [words[code] for code in ahead.codes]
            pack.add("chances", ahead.chances, along=0)
            if ahead.truth is not None:
                pack.add("truth", ahead.truth)
        if pictures.has("written"):
            pack.whole("written", pictures.take("written").astype(int)[:, :WRITTEN])
    looks, seen, _ = looked(pictures, place)
    about["seen"] = [words[code] for code in seen]
    pack.add("looks", np.ascontiguousarray(looks), bits=8)
    return about
