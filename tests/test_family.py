"""Pages of more learners than play at once: kind by kind, with a map, and six of them chosen by name."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

import pytest
import synthetic_run as synthetic
import truth
from browser import Visit, serious
from playwright.sync_api import Page, expect

from paradigms.registry import PARADIGMS, REGISTRY
from paradigms.reports.drawing import theme
from paradigms.reports.page.plates import plates_of
from paradigms.reports.page.report import page_html
from paradigms.reports.page.summary import summary_of
from paradigms.reports.reading import family
from paradigms.reports.reading.comparison import Comparison, compare
from paradigms.reports.together import family as together

KINDS = ["supervised", "unsupervised", "reinforcement"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two runs, of five learners and of three."""
    home = tmp_path_factory.mktemp("family")
    sizes = {"seeds": 5, "points": 12, "moments": 4, "rows": 20}
    return [
        synthetic.write(home / "one", **sizes),
        synthetic.write(home / "two", ("kmeans", "regression", "dqn"), env="Acrobot-v1", **sizes),
    ]


@pytest.fixture(scope="module")
def eight(folders: list[Path]) -> Comparison:
    return compare(folders)


@pytest.fixture(scope="module")
def page(folders: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(page_html(*folders), encoding="utf-8")
    return path


def paradigms(comparison: Comparison) -> list[str]:
    return [learner.spec["paradigm"] for learner in comparison.learners]


def test_they_stand_kind_by_kind(eight: Comparison) -> None:
    assert [kind for kind, _ in groupby(paradigms(eight))] == KINDS
    assert [learner.number for learner in eight.learners] == list(range(8))
    assert [len(kind.learners) for kind in together.kinds(eight.learners)] == [3, 3, 2]


def test_colours_of_all_registered_learners_differ_where_they_are_seen_together() -> None:
    kinds = [entry.paradigm for kind in PARADIGMS for entry in REGISTRY.values() if entry.paradigm == kind]
    places = family.places(kinds)
    drawn = [(theme.learner_colour(n), theme.dash(n), theme.marker(n)) for n in places]
    assert len(set(drawn)) == len(kinds)
    for kind in PARADIGMS:
        own = [theme.learner_colour(n) for n, its in zip(places, kinds, strict=True) if its == kind]
        assert len(set(own)) == min(len(own), family.COLOURS), kind
    shown = family.first(kinds)
    assert {kinds[i] for i in shown} == set(PARADIGMS)
    assert len({theme.learner_colour(places[i]) for i in shown}) == len(shown) == family.AT_ONCE


def test_figures_of_a_family_hold_one_kind_each_beside_its_map(
    eight: Comparison, folders: list[Path]
) -> None:
    plates = plates_of(eight)
    assert [plate.name for plate in plates.family] == ["family-map"]
    assert [plate.name for plate in plates.side[1:]] == [
        f"comparison-progress-feedback-{kind}" for kind in KINDS
    ]
    for plate, kind in zip(plates.side[1:], together.grouped(eight.learners), strict=True):
        assert {row[0] for row in plate.table.rows} == {learner.label for learner in kind.learners}
    assert plates_of(compare(folders[:1])).family == []


def test_the_map_says_what_each_run_recorded(eight: Comparison) -> None:
    (plate,) = plates_of(eight).family
    rows = {row[0]: row for row in plate.table.values}
    for learner in eight.learners:
        row, entry = rows[learner.label], learner.entry
        assert row[1:4] == [
            learner.spec["paradigm"],
            *(learner.spec["feedback"][k] for k in ("source", "per_sample")),
        ]
        assert (row[5], row[7]) == (entry["samples"] + learner.record.read, entry["samples_to"]["90"])
        if learner.data.get("split"):
            assert row[6] == entry["samples"] / learner.data["split"]["train"]
        assert (learner.label in plate.title) == (row[8] is not None)
    moving = plate.title.split("stands still")[0]
    assert all((row[8] > 0) == (name in moving) for name, row in rows.items() if isinstance(row[8], float))
    with theme.style():
        for size in (theme.PAGE, theme.SLIDE):
            plate.paint(theme.blank(size))


def test_what_a_run_shows_is_told_of_its_own_numbers(eight: Comparison) -> None:
    told = {learner.record.id: together.shows(learner) for learner in eight.learners}
    assert len(set(told.values())) == len(synthetic.LEARNERS)
    for learner in eight.learners:
        there = learner.entry["samples_to"]["90"]
        said = "90 % of the way after" if there is not None else "90 % of the way reached by"
        assert said in told[learner.record.id]


def test_the_first_words_have_a_sentence_for_each_kind_and_rank_nobody(eight: Comparison) -> None:
    summary = summary_of(eight)
    truth.check(summary, plates_of(eight))
    found = summary["words"]["found"]
    assert [text.split(":")[0].lower() for text in found[1:4]] == KINDS
    assert not re.search(r"\b(best|worst|better|fastest|slowest)\b", " ".join(found))


def test_tables_and_the_way_through_the_page_follow_the_kinds(page: Path, eight: Comparison) -> None:
    text = page.read_text(encoding="utf-8")
    nav = text[text.index("<nav") : text.index("</nav>")]
    assert re.findall(r'href="#kind-([\w-]+)"', nav) == KINDS
    assert "#learner-" not in nav
    for kind in together.kinds(eight.learners):
        assert f'<h2 class="kind" id="kind-{kind.name}">{kind.title}</h2>' in text
        assert text.count(f'<th scope="rowgroup" colspan="8">{kind.title}</th>') == 1
    assert text.count('<tr class="shows">') == len(eight.learners)
    assert text.count('aria-label="Settings: ') == len(KINDS)


def names(shown: Page) -> list[str]:
    return [text.strip() for text in shown.locator(".card:visible h3").all_inner_texts()]


def test_six_play_on_one_screen_and_are_chosen_by_name(page: Path, visit: Visit) -> None:
    shown = visit(page, 1366, fragment="#t=0.3")
    cards = shown.locator(".card:visible")
    expect(cards).to_have_count(family.AT_ONCE)
    shown.wait_for_function(
        "n => document.querySelectorAll('.card:not([hidden]) .value.metric').length === n", arg=family.AT_ONCE
    )
    bar, lanes = shown.locator(".bar").bounding_box(), shown.locator(".card:visible .lane.metric").all()
    assert bar
    assert len(lanes) == family.AT_ONCE
    for box in (lane.bounding_box() for lane in lanes):
        assert box
        assert box["y"] + box["height"] <= bar["y"]
    before = names(shown)
    shown.locator(".choose summary").click()
    free = shown.locator('[data-choose][aria-pressed="false"]').first
    free.click()
    chosen = shown.locator('[data-choose][aria-pressed="true"]')
    expect(chosen).to_have_count(family.AT_ONCE)
    assert sorted(names(shown)) == sorted(text.strip() for text in chosen.all_inner_texts())
    assert len(set(names(shown)) - set(before)) == 1
    shown.wait_for_function("() => location.hash.includes('play=')")
    again = visit(page, 1366, fragment=shown.evaluate("location.hash"))
    expect(again.locator(".card:visible")).to_have_count(family.AT_ONCE)
    assert sorted(names(again)) == sorted(names(shown))


def test_one_can_be_large_and_nobody_cannot_be_chosen(page: Path, visit: Visit) -> None:
    shown = visit(page, 1366, fragment="#t=0.3")
    shown.locator(".choose summary").click()
    left = shown.locator('[data-choose][aria-pressed="true"]')
    while left.count() > 1:
        left.first.click()
    left.first.click()
    expect(left).to_have_count(1)
    shown.locator(".views button:visible").nth(1).click()
    expect(shown.locator(".card.large")).to_have_count(1)


def test_a_family_fits_a_telephone_and_is_sound(page: Path, visit: Visit) -> None:
    shown = visit(page, 390, 844)
    assert shown.evaluate("document.documentElement.scrollWidth") == 390
    assert serious(shown) == []
