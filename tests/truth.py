"""What holds of every page: it cannot contradict itself. Asked of any summary that a test makes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from paradigms.reports.drawing.plate import Plate
from paradigms.reports.words import number, percent

_NUMBER = re.compile(r"−?\d[\d,]*(?:\.\d+)?(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?(?:[\u202f ]%)?")
_LEVELS = {"1,000", "0 %", "1 %", "50 %", "80 %", "90 %", "95 %", "100 %", "1"}
"""Constants that sentences name: the unit of a drift, the levels, the interval, and what nobody minds."""
_SIZE = "(−?[\\d,.×10⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*\\d[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*)"
_TURN = re.compile(
    "(loss|gradient's norm|validation part)(?: improved: it| did not improve: it)? "
    f"(falls|rises) from {_SIZE} to {_SIZE}"
)
_OF = re.compile(r"\b(\d+) of (\d+)\b")


def check(summary: dict[str, Any], plates: Iterable[Plate] = ()) -> None:
    """Raises AssertionError with what contradicts what."""
    if "facts" not in summary:
        return
    labels = [facts["label"] for facts in summary["facts"].values()]
    for plate in plates:
        title_is_its_tables(plate, labels)
    for entry in summary["learners"]:
        told = summary["words"]["learners"][entry["id"]]
        _one(entry, summary["facts"][entry["id"]], told, summary)
    _all(summary)


def title_is_its_tables(plate: Plate, labels: Sequence[str] = ()) -> None:
    """Every number of a title stands in the table of its figure; learners' names may hold some."""
    cells = [cell for row in (plate.table.head, *plate.table.rows) for cell in row]
    known = {_plain(token) for cell in cells for token in _NUMBER.findall(str(cell))}
    for token in map(_plain, _NUMBER.findall(_without(plate.title, [*labels, *cells]))):
        assert token in known, f"{plate.name}: {token!r} of {plate.title!r} does not stand in its table"


def _without(text: str, cells: Sequence[str]) -> str:
    """A text without the names that stand in cells."""
    for name in sorted({str(cell) for cell in cells if not hasattr(cell, "value")}, key=len, reverse=True):
        text = text.replace(name, "") if len(name) > 2 else text
    return text


def _plain(token: str) -> str:
    return token.strip().rstrip(",.").replace("\u202f", " ")


def _one(entry: Any, facts: Any, told: Any, summary: Any) -> None:
    """The words of one learner against its own values."""
    ids = [one["id"] for one in summary["learners"]]
    whose = {
        name: max((id for id in ids if name.startswith(id)), key=len, default="")
        for name in summary["figures"]
    }
    figures = {name: one for name, one in summary["figures"].items() if whose[name] == entry["id"]}
    known = set(_printed([entry, facts, figures]))
    texts = list(_texts({key: text for key, text in told.items() if key != "question"}))
    if told["question"]:
        texts.append(told["question"]["told"])
        assert 0 <= told["question"]["answer"] < len(told["question"]["choices"])
    names = sorted(_strings([entry, facts, figures]), key=len, reverse=True)
    known |= {_plain(token) for name in names for token in _NUMBER.findall(name)}
    for text in texts:
        bare = text
        for name in names:
            bare = bare.replace(name, " ") if len(name) > 2 else bare
        for token in map(_plain, _NUMBER.findall(bare)):
            assert token in known | _LEVELS, f"{entry['id']}: {token!r} of {text!r} is not in the summary"
    _turns(entry["id"], [*texts, *(summary["words"]["figures"][name] for name in figures)])
    if facts["agreement"]:
        shares = [
            row[2]
            for name, one in figures.items()
            for row in one["rows"]
            if str(row[0]).startswith("gradients ")
        ]
        assert abs(sum(shares) - 1) < 1e-9, f"{entry['id']}: the shares of alignment do not add up"
        assert facts["agreement"]["share"] == max(shares)
    if facts["stretches"]:
        level = entry["samples_to"]["90"]
        whole = level if level is not None else entry["samples"]
        assert sum(one["samples"] for one in facts["stretches"]) == whole, (
            f"{entry['id']}: phases do not add up"
        )
    _median(entry, facts)


def _turns(where: str, texts: Sequence[str]) -> None:
    """What falls ends lower, what rises higher, and all that is said of one curve is the same."""
    said: dict[str, set[tuple[str, str, str]]] = {}
    for text in texts:
        for what, verb, first, last in _TURN.findall(text):
            low, high = (first, last) if verb == "rises" else (last, first)
            assert _value(low) < _value(high), f"{where}: {verb} from {first} to {last}"
            said.setdefault(what, set()).add((verb, first.rstrip(".,"), last.rstrip(".,")))
    for what, ways in said.items():
        assert len(ways) == 1, f"{where}: of the {what} it is said {ways}"


def _value(text: str) -> float:
    digits, _, power = text.rstrip(".,").replace(",", "").replace("−", "-").partition("×10")
    exponent = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return float(digits) * 10 ** int(exponent or 0)


def _median(entry: Any, facts: Any) -> None:
    """As many seeds are no better than the one that is shown as are no worse."""
    scores = dict(zip(entry["seeds"], entry["scores"], strict=True))
    if not scores:
        assert facts["median_seed"] is None, "nobody has a middle"
        return
    worst = float("inf") if entry["lower_is_better"] else float("-inf")
    values = [worst if score is None else score for score in scores.values()]
    shown = scores[facts["median_seed"]]
    own = worst if shown is None else shown
    half = len(values) // 2
    assert sum(value <= own for value in values) >= half, "the median seed is an extreme"
    assert sum(value >= own for value in values) >= half, "the median seed is an extreme"


def _all(summary: Any) -> None:
    """The page's first words against all values."""
    words = summary["words"]
    known = (
        set(_printed(summary["learners"]))
        | set(_printed(summary["facts"]))
        | set(_printed(summary.get("price")))
    )
    known |= set(_printed(summary["differences"])) | set(_counts(summary))
    names = sorted(_strings([summary["learners"], summary["facts"]]), key=len, reverse=True)
    for text in (*words["found"], *_texts(words["notes"])):
        bare = text
        for name in names:
            bare = bare.replace(name, " ") if len(name) > 2 else bare
        for token in map(_plain, _NUMBER.findall(bare)):
            assert token in known | _LEVELS, f"{token!r} of {text!r} is not in the summary"
        for part, whole in _OF.findall(bare):
            assert int(part) <= int(whole), text
    lead = " ".join(words["found"])
    for entry in summary["learners"]:
        label = re.escape(summary["facts"][entry["id"]]["label"])
        if entry["progress"] is None:
            claim = re.search(rf"{label} \d[\d,.]*\u202f% \((above|below|level|not)", lead)
            assert claim is None, f"{label} has no progress, yet: {lead}"
        for one in summary["differences"]:
            if one["other"] == "its reference" and re.escape(one["one"]) == label and one["mean"] is not None:
                _standing(one, lead)


def _standing(one: Any, lead: str) -> None:
    """Above is above, below is below, and what could be luck is not told as a finding."""
    found = re.search(
        rf"{re.escape(one['one'])} (?:−?[\d,.]+\u202f%|–)[^()]*\((above|below|level|not|too)", lead
    )
    if found is None:
        return
    low, high = one["ci90"] or (None, None)
    few = one["verdict"] == "too few to say"
    small = not few and low is not None and max(abs(low), abs(high)) <= one["same"]
    sure = one["verdict"] == "unlikely to be luck"
    way = "above" if one["mean"] > 0 else "below"
    right = "too" if few else "level" if small else way if sure else "not"
    assert found[1] == right, f"{one} is told as {found[0]}"


def _counts(summary: Any) -> Iterator[str]:
    """Counts that the words make of lists: of learners, tasks, seeds, replicas, diverged."""
    learners = summary["learners"]
    seeds = [len(entry["seeds"]) for entry in learners]
    lost = [len(entry["diverged"]) for entry in learners]
    tasks = len({(entry["dataset"], entry["metric"]) for entry in learners})
    kinds = Counter(entry["paradigm"] for entry in learners)
    yield from map(str, (len(learners), *kinds.values(), tasks, *seeds, sum(seeds), *lost, sum(lost)))


def _printed(value: Any) -> Iterator[str]:
    """Every way in which the page may print the values inside."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key.isdigit():
                yield key
            yield from _printed(one)
        if "scores" in value and value["reached"]["90"] is not None:
            yield str(round(value["reached"]["90"] * len(value["seeds"])))
        for share in ("solved", "failed"):
            if "scores" in value and value.get(share) is not None:
                yield str(round(value[share] * len(value["seeds"])))
    elif isinstance(value, list):
        yield str(len(value))
        for one in value:
            yield from _printed(one)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float):
        yield from (_plain(number(value, digits)) for digits in (2, 3, 4))
        yield from (
            _plain(percent(value)),
            f"{value:,}",
            number(float(f"{value:.2g}"), 2),
            number(round(value)),
        )
        yield from (number(round(100 * value, 2), 3), f"{value:.3g}")


def _strings(value: Any) -> set[str]:
    """All texts inside: names, formulas, phases."""
    if isinstance(value, dict):
        return set().union(
            *map(_strings, value.values()), (str(key) for key in value if not str(key).isdigit())
        )
    if isinstance(value, list):
        return set().union(*map(_strings, value)) if value else set()
    return {value} if isinstance(value, str) else set()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value
