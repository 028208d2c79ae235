"""docs/systems.md: an entry for every registered learner, with a small picture and a measured sentence."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest
import synthetic_run as synthetic

from paradigms.registry import PARADIGMS, REGISTRY
from paradigms.reports.page import gallery
from paradigms.reports.reading.comparison import compare
from paradigms.reports.words import number, percent, sentence
from paradigms.studies.asking.request import COMMANDS

DOCS = Path(__file__).parent.parent / "docs"
MOST = 40_000
"""Bytes of a picture."""
WIDE = 648
"""Its pixels across."""
ENTRY = re.compile(
    r"^### (?P<label>.+)\n\n!\[(?P<seen>.+)\]\((?P<picture>systems/\w+\.png)\)\n\n"
    r"(?P<told>.*\d.*)\n\n`paradigms run (?P<kind>[\w-]+) (?P<name>\w+)`$",
    re.MULTILINE,
)


def entries_are_in_form(docs: Path) -> dict[str, str]:
    """Learner → the kind it stands under; every entry is whole, its picture is there and small."""
    text = (docs / "systems.md").read_text(encoding="utf-8")
    found = {}
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        entries = list(ENTRY.finditer(body))
        assert len(entries) == body.count("### "), f"an entry of {title} is not whole"
        for one in entries:
            found[one["name"]] = title.lower()
            picture = (docs / one["picture"]).read_bytes()
            assert picture.startswith(b"\x89PNG")
            assert len(picture) <= MOST, one["picture"]
            assert struct.unpack(">I", picture[16:20])[0] == WIDE
            assert COMMANDS[title.lower()] == one["kind"]
    assert {path.stem for path in (docs / "systems").glob("*.png")} == set(found)
    return found


def test_every_registered_learner_has_its_entry() -> None:
    """Made anew by: python -m benchmarks.gallery"""
    found = entries_are_in_form(DOCS)
    assert found == {name: entry.paradigm for name, entry in REGISTRY.items()}
    assert list(dict.fromkeys(found.values())) == list(PARADIGMS)
    text = (DOCS / "systems.md").read_text(encoding="utf-8")
    for name, entry in REGISTRY.items():
        (told,) = re.findall(rf"^### {entry.title}\n\n.*\n\n(.*)\n\n.*{name}`$", text, re.MULTILINE)
        assert entry.baseline in told, "a sentence names the baseline that the registry declares"
        assert re.search(r"\(−?[\d,.×10⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+ to ", told), "a sentence has an interval"


def test_a_gallery_says_what_its_run_measured(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", ("regression", "dqn"), seeds=5, points=8, moments=4, rows=12)
    page = gallery.write(run, tmp_path / "docs", "a test")
    assert entries_are_in_form(tmp_path / "docs") == {"regression": "supervised", "dqn": "reinforcement"}
    text = page.read_text(encoding="utf-8")
    for learner in compare([run]).learners:
        one = learner.entry
        told = f"{sentence(learner.signal.label)} {number(one['iqm'])} ("
        assert told in text
        assert f"{percent(one['progress'])} of the way from {learner.spec['baseline_name']}" in text


@pytest.mark.parametrize("seeds", [1, 5])
def test_without_a_reference_no_way_is_told(tmp_path: Path, seeds: int) -> None:
    run = synthetic.write(
        tmp_path / "run", ("regression",), seeds=seeds, points=8, moments=4, reference=False
    )
    (learner,) = compare([run]).learners
    assert gallery.measured(learner).endswith("on diabetes; no reference is known.")


def test_pictures_of_an_earlier_gallery_are_taken_away(tmp_path: Path) -> None:
    old = tmp_path / "docs/systems/gone.png"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"")
    run = synthetic.write(tmp_path / "run", ("dqn",), seeds=2, points=8, moments=3)
    gallery.write(run, tmp_path / "docs", "a test")
    assert not old.exists()
