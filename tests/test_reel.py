"""What travels in the page for the player: exact within its rounding, small, inert, and no one's own rows."""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import synthetic_run as synthetic

from paradigms.reports.films.pack import Pack
from paradigms.reports.films.plane import counts
from paradigms.reports.kinds import question
from paradigms.reports.kinds.kmeans.film import changed
from paradigms.reports.kinds.pca.film import turned
from paradigms.reports.page import script
from paradigms.reports.page.reel import Reel, block, reel
from paradigms.reports.reading.comparison import Shown, compare

SMALL = {"seeds": 5, "points": 10, "moments": 5, "rows": 20}
LEARNERS = synthetic.LEARNERS


def decoded(film: dict[str, Any]) -> dict[str, Any]:
    """As `reports/player/reel.js` does it."""
    data = zlib.decompress(base64.b64decode(film["payload"]))
    found = {}
    for name, entry in film["arrays"].items():
        size, width = int(np.prod(entry["shape"])), entry["bits"] // 8
        raw = np.frombuffer(data, np.uint8, size * width, entry["at"]).astype(np.int64)
        codes = (raw if width == 1 else raw[:size] * 256 + raw[size:]).reshape(entry["shape"])
        if entry["along"] is not None:
            codes = np.cumsum(codes, axis=entry["along"]) % 2 ** entry["bits"]
        gap = codes == 2 ** entry["bits"] - 1
        found[name] = np.where(gap, np.nan, entry["low"] + entry["step"] * codes)
    return found


def read(markup: Any) -> Any:
    return json.loads(str(markup))


def shown(tmp_path: Path, *learners: str, embed_rows: bool = False, **state: Any) -> list[Shown]:
    run = synthetic.write(tmp_path / "run", learners or LEARNERS, **(SMALL | state))
    return compare([run], embed_rows).learners


def film_of(learner: Shown) -> tuple[dict[str, Any], dict[str, Any]]:
    (film,) = reel(learner).films.values()
    about = read(film)
    return about, decoded(about)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("along", [None, 0, 1, -1])
@pytest.mark.parametrize("levels", [0, 100])
def test_what_goes_in_comes_out(bits: int, along: int | None, levels: int, rng: np.random.Generator) -> None:
    values = rng.normal(size=(4, 5, 3)).cumsum(axis=0)
    values[1, 2, 0] = np.nan
    pack = Pack()
    pack.add("other", rng.normal(size=7))
    pack.add("values", values, bits, along, levels)
    found = decoded(pack.film({}))["values"]
    step = np.nanmax(values) - np.nanmin(values)
    np.testing.assert_allclose(found, values, atol=0.51 * step / ((levels or 2**bits) - 2))
    assert np.array_equal(np.isnan(found), np.isnan(values))


def test_whole_numbers_stay_exact() -> None:
    pack = Pack()
    for name, values in (("few", [[0, 7, 254], [-1, 3, 3]]), ("many", [[0, 300, 65534], [5, -1, 6]])):
        pack.whole(name, np.array(values), along=0)
        kept = np.where(np.array(values) < 0, np.nan, values)
        np.testing.assert_array_equal(decoded(pack.film({}))[name], kept)


@pytest.mark.parametrize("values", [np.zeros((3, 2)), np.full((2, 2), np.nan), np.zeros((2, 0)), np.ones(1)])
def test_degenerate_arrays_come_back(values: Any) -> None:
    pack = Pack()
    pack.add("values", values, along=0)
    np.testing.assert_array_equal(decoded(pack.film({}))["values"], values)


def test_films_say_what_was_recorded(tmp_path: Path) -> None:
    regression, classification, kmeans, pca, dqn = shown(tmp_path)
    pictures = regression.pictures
    assert pictures is not None
    _, arrays = film_of(regression)
    np.testing.assert_allclose(arrays["predicted"], pictures.take("predicted"), atol=0.01)
    about, arrays = film_of(classification)
    np.testing.assert_array_equal(arrays["confusion"], classification.pictures.take("confusion"))  # type: ignore[union-attr]
    np.testing.assert_array_equal(arrays["surface"], classification.pictures.take("surface"))  # type: ignore[union-attr]
    assert about["samples"] == classification.pictures.samples  # type: ignore[union-attr]
    _, arrays = film_of(kmeans)
    np.testing.assert_allclose(arrays["walk"], kmeans.pictures.take("plane_centres"), atol=0.01)  # type: ignore[union-attr]
    _, arrays = film_of(pca)
    assert arrays["rebuilt"].shape == (SMALL["moments"], 6, 64)
    about, arrays = film_of(dqn)
    assert about["film"] == "cart_pole"
    assert arrays["lasts"].tolist() == sorted(arrays["lasts"].tolist())
    assert np.isfinite(arrays["episode/2"][0, : int(arrays["lasts"][0])]).all()


def test_curves_of_every_seed_with_the_reports_own_middle(tmp_path: Path) -> None:
    from paradigms.reports.panels.change import curve_of

    (learner,) = shown(tmp_path, "classification")
    made = reel(learner)
    arrays, told = decoded(read(made.curves)), {one["name"]: one for one in read(made.about)["curves"]}
    for name in ("accuracy", "loss", "gradient_norm", "update_ratio"):
        line = curve_of(learner, name)
        assert line is not None
        scale = told[name]
        height = arrays[f"{name}/middle"]
        value = scale["low"] + height * (scale["high"] - scale["low"])
        np.testing.assert_allclose(10**value if scale["log"] else value, line.middle, rtol=2e-3)
        assert arrays[f"{name}/seeds"].shape == line.seeds.shape
    assert arrays["samples"][-1] == pytest.approx(64_000, rel=0.01)
    assert len(decoded(read(made.seconds))["seconds"]) == len(arrays["samples"])


def test_all_fields_are_a_film_a_seed(tmp_path: Path) -> None:
    (learner,) = shown(tmp_path, "regression")
    made = reel(learner, "all")
    assert list(made.films) == learner.record.seeds == read(made.about)["films"]
    films = [decoded(read(film))["true"] for film in made.films.values()]
    assert len({tuple(film) for film in films}) == len(films)
    assert list(reel(learner).films) == [learner.median_seed]


def test_a_film_is_small(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", seeds=10, moments=24, rows=400)
    for learner in compare([run]).learners:
        made = reel(learner)
        assert sum(map(len, (made.about, made.curves, made.seconds, *made.films.values()))) < 120_000


def rows_in(made: Reel) -> set[str]:
    """Names of arrays that hold something of single rows."""
    single = {"predicted", "true", "points", "labels", "assigned", "originals", "rebuilt"}
    return {name for film in made.films.values() for name in read(film)["arrays"]} & single


@pytest.mark.parametrize("name", ["regression", "classification", "kmeans", "pca"])
def test_own_rows_stay_out_of_the_page_unless_asked(name: str, tmp_path: Path) -> None:
    (learner,) = shown(tmp_path, name, private=True)
    assert learner.aggregate
    assert rows_in(reel(learner)) == rows_in(reel(learner, "all")) == set()
    _, arrays = film_of(learner)
    counted = arrays["counts"]
    assert counted.size
    for size in ([n for n in counted.shape if n not in (14, 16)] or [0])[:1]:
        assert size in (0, SMALL["moments"])
    again = compare([learner.folder], embed_rows=True).learners[0]
    assert rows_in(reel(again))


def test_counts_are_those_of_the_rows(tmp_path: Path) -> None:
    (learner,) = shown(tmp_path, "regression", private=True)
    _, arrays = film_of(learner)
    assert arrays["counts"].sum(axis=(1, 2)).tolist() == [SMALL["rows"]] * SMALL["moments"]
    assert arrays["errors"].sum(axis=1).tolist() == [SMALL["rows"]] * SMALL["moments"]
    points = np.array([[0.1, 0.1], [0.1, 0.1], [0.9, 0.9]])
    found = counts(points, [0.0, 1.0, 0.0, 1.0])
    assert (found[1, 1], found[12, 12], found.sum()) == (2, 1, 3)


def test_no_tag_can_begin_in_a_data_block() -> None:
    text = str(block({"name": synthetic.HOSTILE, "other": "\u2028<!--"}))
    assert not re.search(r"[<>&\u2028]", text)
    assert json.loads(text)["name"] == synthetic.HOSTILE


def test_hostile_names_travel_whole_and_inert(tmp_path: Path) -> None:
    for learner in shown(tmp_path, hostile=True):
        made = reel(learner)
        for part in (made.about, made.curves, made.seconds, *made.films.values()):
            assert "<" not in str(part)


def test_changed_counts_who_went_elsewhere() -> None:
    assert changed(np.array([[0, 1, 1, 2], [0, 0, 1, 2], [0, 0, 1, 2]])).tolist() == [0, 0.25, 0]
    assert changed(np.zeros((3, 0), int)).tolist() == [0, 0, 0]


def test_components_do_not_flip_between_moments() -> None:
    last = np.eye(3)[None]
    found = turned(np.concatenate([-last, last * np.array([1, -1, 1])[:, None], last]))
    np.testing.assert_array_equal(found, np.concatenate([last] * 3))


def test_questions_follow_the_numbers(tmp_path: Path) -> None:
    for learner in shown(tmp_path):
        asked = question(learner)
        assert asked is not None
        assert 0 <= asked.answer < len(asked.choices) == len(set(asked.choices)) >= 2
        assert re.search(r"\d", asked.told)


def test_other_numbers_have_other_answers(tmp_path: Path) -> None:
    (learner,) = shown(tmp_path, "dqn")
    before = question(learner)
    run = tmp_path / "run"
    rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    for row in rows:
        if "loss" in row:
            row["loss"] = 1 / (1 + row["step"])
    (run / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    after = question(compare([run]).learners[0])
    assert before is not None
    assert after is not None
    assert before.choices[before.answer] == "rise"
    assert after.choices[after.answer] == "fall to less than half"
    assert before.told != after.told


@pytest.mark.parametrize(
    "state",
    [
        {"seeds": 1},
        {"moments": 2},
        {"diverged": (0, 1, 2, 3, 4)},
        {"unfinished": True},
        {"reference": False},
        {"learners": ["dqn"], "env": "FrozenLake-v1"},
        {"learners": ["dqn"], "env": "Taxi-v4"},
    ],
    ids=str,
)
def test_every_state_of_a_run_has_reels(state: dict[str, Any], tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", **(SMALL | state))
    for learner in compare([run]).learners:
        made = reel(learner, "all")
        for part in (made.about, made.curves, made.seconds, *made.films.values()):
            read(part)
        assert len(made.films) == len(learner.record.seeds)


def test_the_bundle_is_every_module_once() -> None:
    text = script.bundle()
    files = sorted(script.PLAYER.parent.rglob("*.js"))
    heads = [path.read_text(encoding="utf-8").splitlines()[0] for path in files]
    assert all(text.count(head) == 1 for head in heads)
    assert not re.search(r"^(import|export)\b", text, re.MULTILINE)
    assert text.count('"use strict"') == 1
    assert "</" not in text
    assert "innerHTML" not in text
    names = re.findall(r"^(?:async )?(?:function|class|const|let) (\w+)", text, re.MULTILINE)
    assert sorted(names) == sorted(set(names))
    assert text.index("class Clock") < text.index("class Player") < text.index("startPlayer();")
