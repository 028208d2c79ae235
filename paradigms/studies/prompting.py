"""How trained replicas go on with a text, fill its hole or answer a line, and how far they disagree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from paradigms.datasets import symbols
from paradigms.datasets.prose import RARE
from paradigms.enclosure import name_within
from paradigms.errors import UsageError, unknown
from paradigms.networks import catalogue
from paradigms.networks.translating import EncoderDecoder
from paradigms.registry import entry
from paradigms.runs.folder import RunFolder
from paradigms.runs.identity import stored
from paradigms.studies.asking.module import respond
from paradigms.studies.kept import chosen, models

if TYPE_CHECKING:
    import pandas as pd

HOLE = "_"
"""Stands in a prompt for the word that is asked for."""
TRANSLATOR = "translator"
GUESSES, AHEAD = 5, 24
"""Words that are offered for a hole; words or letters that a text without an end is continued by."""


def prompt(
    folder: Path, text: str, learner: str | None = None, setting: int | None = None
) -> tuple[str, pd.DataFrame]:
    """The text as the replicas jointly go on with it, one line a word; the likeliest words for its hole; or,
    of a translator, the answer that they write, one line a symbol.

    A line holds the word, the mean over replicas of its probability, their spread, lowest and highest, and
    the share of replicas for which it is the likeliest.

    Raises:
        UsageError: the run holds no learner of a language or of lines, several without a choice, or does not
            know a word.
    """
    try:
        return _answered(RunFolder(folder), text, learner, setting)
    except (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise UsageError(
            f"the model in {folder} is not as a run leaves it ({type(error).__name__}).", "Train again."
        ) from error


def _answered(
    run: RunFolder, text: str, learner: str | None, setting: int | None
) -> tuple[str, pd.DataFrame]:
    holed = HOLE in text.split()
    about = _asked(run, "hiddenword" if holed else "nextword", learner, setting)
    words = list(about["preprocessing"][0]["classes"])
    if about["name"] == TRANSLATOR:
        known = [word for word in words if not word.isspace()]
        line = [words.index(_symbol(one, known)) for one in text if not one.isspace()]
        return _translated(_Model(run, about), line, words, about.get("filler"))
    by = "letters" if all(len(word) == 1 or word.startswith("<") for word in words) else "words"
    said = [] if about["start"] is None else [int(about["start"])]
    said += [_code(one, words, holed) for one in symbols(text, by)]
    model = _Model(run, about)
    if not holed:
        return _continued(model, said, words, about["filler"], " " if by == "words" else "")
    if said.count(len(words)) > 1:
        raise UsageError("one word is hidden at a time.", f"Leave one {HOLE} in --prompt.")
    return _filled(model, said, words, about["filler"])


def _asked(run: RunFolder, name: str, learner: str | None, setting: int | None) -> dict[str, Any]:
    """The model of the learner that can answer: with a hole another than without; or of one of lines."""
    names = {one: next(iter(settings.values()))["name"] for one, settings in models(run).items()}
    fitting = [one for one, own in names.items() if own in (name, TRANSLATOR)]
    if learner is None and len(fitting) == 1:
        return chosen(run, fitting[0], setting)
    about = chosen(run, learner, setting)
    if about["name"] not in (name, TRANSLATOR):
        what = "go on with a text" if name == "nextword" else f"fill the {HOLE} in a text"
        raise UsageError(f"{about['learner']} cannot {what}.", f"That is what {name} learns.")
    return about


def _symbol(one: str, known: list[str]) -> str:
    if one not in known:
        raise unknown("symbol", one, known)
    return one


def _code(word: str, words: list[str], holed: bool) -> int:
    if holed and word == HOLE:
        return len(words)
    if word not in words:
        if RARE in words:
            return words.index(RARE)
        raise unknown("word", word, words)
    return words.index(word)


class _Model:
    """Replicas that did not diverge, to be asked about one row of codes."""

    def __init__(self, run: RunFolder, about: dict[str, Any]) -> None:
        name = stored(name_within(about["learner"], "learner"), int(about.get("setting", 0)))
        arrays = run.read_arrays(f"model/{name}.safetensors")
        usable = [i for i, good in enumerate(about["usable"]) if good]
        if not usable:
            raise UsageError(
                f"every replica of {about['learner']} diverged.", "Train again with a smaller --lr."
            )
        self.known, self.entry = (
            {key: torch.from_numpy(array)[usable] for key, array in arrays.items()},
            entry(about["name"]),
        )
        self.network, self.length = catalogue.described(about["network"]), int(about["network"]["length"])

    @torch.no_grad()
    def __call__(self, codes: list[int], place: int) -> np.ndarray:
        """P [R, V] of what a place holds, or is followed by, in the newest codes that a row has room for."""
        cut = max(0, len(codes) - self.length)
        row = torch.tensor(codes[cut:]).expand(len(next(iter(self.known.values()))), 1, -1)
        said = respond(self.entry, self.network, self.known, row)
        return np.asarray(said["probability"][:, 0, place - cut].double().numpy())


def _continued(
    model: _Model, said: list[int], words: list[str], filler: int | None, between: str
) -> tuple[str, pd.DataFrame]:
    import pandas as pd

    if not said:
        raise UsageError("--prompt is empty.", "Begin a text for it to go on with.")
    begun, lines = len(said), []
    room = AHEAD if filler is None else max(1, model.length - begun + 1)
    while len(said) < begun + room and said[-1] != filler:
        each = model(said, len(said) - 1)
        likely = [code for code in np.argsort(-each.mean(0), kind="stable") if words[code] != RARE]
        said.append(int(likely[0]))
        lines.append(_line(each, said[-1], words))
    text = between.join(words[code] for code in said if not words[code].startswith("<start"))
    return text, pd.DataFrame(lines)


def _filled(model: _Model, said: list[int], words: list[str], filler: int | None) -> tuple[str, pd.DataFrame]:
    import pandas as pd

    hole = said.index(len(words))
    if filler is not None:
        said = [*said, *[filler] * max(0, model.length - len(said))]
    if len(said) > model.length:
        raise UsageError(f"--prompt is longer than a row of {model.length}.", "Leave some words out.")
    each = model(said, hole)
    best = np.argsort(-each.mean(0), kind="stable")[:GUESSES]
    text = " ".join(
        words[best[0] if place == hole else code]
        for place, code in enumerate(said)
        if code != filler and not (code < len(words) and words[code].startswith("<start"))
    )
    return text, pd.DataFrame([_line(each, int(code), words) for code in best])


@torch.no_grad()
def _translated(
    model: _Model, said: list[int], words: list[str], filler: int | None
) -> tuple[str, pd.DataFrame]:
    import pandas as pd

    network, known = model.network, model.known
    assert isinstance(network, EncoderDecoder)
    if not said or len(said) > network.length or (filler is None and len(said) < network.length):
        most = "at most " if filler is not None else ""
        raise UsageError(f"--prompt has {len(said)} symbols; a line has {most}{network.length}.")
    read = [*said, *[filler] * (network.length - len(said))]
    memory = network.read(known, torch.tensor(read).view(1, 1, -1))
    written, lines = [network.symbols], []
    for _ in range(network.answer):
        begun = torch.tensor(written).expand(len(memory), 1, -1)
        each = network.write(known, memory, begun)[0][:, 0, -1].softmax(1).double().numpy()
        written.append(int(each.mean(0).argmax()))
        lines.append(_line(each, written[-1], words))
        if written[-1] == filler:
            break
    answer = "".join(words[code] for code in written[1:] if code != filler)
    return f"{''.join(words[code] for code in said)} → {answer}", pd.DataFrame(lines)


def _line(each: np.ndarray, code: int, words: list[str]) -> dict[str, Any]:
    """One word, by the probabilities [R, V] of all."""
    own = each[:, code]
    return {
        "word": words[code],
        "probability": own.mean(),
        "spread": own.std(ddof=1) if len(own) > 1 else np.nan,
        "lowest": own.min(),
        "highest": own.max(),
        "agreement": (each.argmax(1) == code).mean(),
    }
