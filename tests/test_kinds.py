"""A kind of picture is one folder: found by looking, complete, and without a line anywhere else."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import synthetic_run as synthetic

from paradigms import reports
from paradigms.registry import LEARNERS
from paradigms.reports import kinds
from paradigms.reports.page import script

SMALL = {"seeds": 5, "points": 10, "moments": 5, "rows": 20}
FRONT = """
from paradigms.reports.drawing.plate import Plate, Table
from paradigms.reports.films.question import Question
from paradigms.reports.kinds import Kind


def plates(learner, pictures):
    title = f"Seed {pictures.seed} drawn by a newcomer."
    return [Plate("newcomer", title, title, Table(["a"], [["1"]]), lambda figure: None)]


def film(learner, pictures, pack):
    pack.add("true", pictures.take("true"))
    return {"new": True}


KIND = Kind(plates, film, lambda learner, pictures: Question("Is it new?", ["yes", "no"], 0, "It is 1."))
"""


@pytest.fixture
def newcomer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The run of a learner whose view is a folder that was just dropped among the kinds."""
    home = tmp_path / "kinds" / "newcomer"
    home.mkdir(parents=True)
    (home / "__init__.py").write_text(FRONT)
    (home / "panel.js").write_text("// A newcomer.\n\nPANELS.newcomer = null;\n")
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(home.parent)])
    run = Path(synthetic.write(tmp_path / "run", ["regression"], **SMALL))
    config = json.loads((run / "config.json").read_text())
    config["learners"][0]["view"] = "newcomer"
    (run / "config.json").write_text(json.dumps(config))
    yield run
    sys.modules.pop("paradigms.reports.kinds.newcomer", None)


def test_every_view_of_the_registry_has_its_kind() -> None:
    assert {entry.view for entry in LEARNERS.values()} <= set(kinds.names())


def test_every_kind_has_figures_a_film_and_a_panel() -> None:
    found = {path.parent.name: path.read_text(encoding="utf-8") for path in kinds.panels()}
    assert sorted(found) == kinds.names()
    for name, text in found.items():
        assert re.search(rf"^PANELS\.{name} = ", text, re.MULTILINE), name


def test_a_dropped_folder_is_a_kind(newcomer: Path) -> None:
    assert "newcomer" in kinds.names()
    page = reports.page_html(newcomer)
    assert "drawn by a newcomer." in page
    assert "Is it new?" in page
    assert '"new":true' in page
    assert page.count("PANELS.newcomer = null;") == 1
    assert page.index("const PANELS") < page.index("PANELS.newcomer") < page.index("startPlayer();")


def test_a_view_without_a_kind_only_leaves_its_picture_out(
    newcomer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    page = reports.page_html(newcomer)
    assert "drawn by a newcomer." not in page
    assert "no picture of what it has learned" in page
    assert "newcomer" not in script.bundle()
