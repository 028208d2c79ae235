"""The page's shape in a real browser: an overview that unfolds, one screen, a telephone, paper, the dark."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import Any

import pytest
from browser import Visit, painted
from playwright.sync_api import Page, expect

from paradigms.reports import words

LEARNERS = 5
LONGEST, PAGES = 12_000, 14
HEIGHT = "document.documentElement.scrollHeight"
TOUCHING = """boxes => boxes.some((a, i) => boxes.some((b, j) => i < j &&
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom))"""
WRITTEN = """const plain = CanvasRenderingContext2D.prototype.fillText; window.written = [];
CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
  window.written.push([String(text), this.textAlign, this.textBaseline, this.canvas.checkVisibility()]);
  return plain.call(this, text, ...rest); };"""


@pytest.fixture
def page(five: Path) -> Path:
    """A page of five learners with its slides beside it."""
    return five / "report.html"


def playing(visit: Visit, page: Path, fragment: str, width: int = 1366, **more: Any) -> Page:
    shown = visit(page, width, fragment=fragment, **more)
    shown.wait_for_function(
        """() => [...document.querySelectorAll('.card')].filter(c => c.checkVisibility())
             .every(c => c.querySelector('.value.metric')?.textContent.match(/\\d/))"""
    )
    return painted(shown)


def boxes(shown: Page, selector: str) -> list[dict[str, float]]:
    return shown.evaluate(
        """selector => [...document.querySelectorAll(selector)].filter(e => e.checkVisibility())
             .map(e => e.getBoundingClientRect())
             .map(({left, right, top, bottom}) => ({left, right, top, bottom}))""",
        selector,
    )


def test_an_overview_that_unfolds(page: Path, visit: Visit) -> None:
    shown = visit(page)
    assert shown.evaluate(HEIGHT) <= LONGEST
    folds = shown.locator("section.learner > details.fold")
    assert folds.count() == LEARNERS
    assert shown.locator("details.fold[open]").count() == 0
    assert all(re.search(r"\d", line) for line in folds.locator(".line").all_inner_texts())
    shown.locator("nav a[href^='#learner-2']").click()
    expect(folds.nth(1)).to_have_attribute("open", "")
    shown.evaluate("location.hash = 'signal-progress'")
    expect(shown.get_by_role("region", name="Glossary", exact=True)).to_be_visible()


def test_words_of_settings_and_sentences_lead_to_their_entries(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    asked = re.findall(r'href="#(word-\d+)">([^<]+)<', text)
    named = dict(re.findall(r'<tr id="(word-\d+)"><th scope="row">([^<]+)</th>', text))
    assert {"newton", "hold", "rule", "k-means++", "replica"} <= {word for _, word in asked}
    assert len(set(named.values())) == len(named)
    for anchor, word in asked:
        assert named[anchor].split(": ")[-1] in (word, word.removesuffix("s"))


def test_a_term_is_explained_beside_it(page: Path, visit: Visit) -> None:
    shown = visit(page)
    term, box = shown.locator("table.headline a.term").first, shown.locator("#term")
    term.scroll_into_view_if_needed()
    before = shown.evaluate("scrollY")
    term.press("Enter")
    expect(box).to_be_visible()
    meaning = shown.locator("#signal-progress td").last.text_content()
    assert meaning
    assert meaning in box.inner_text()
    assert (shown.evaluate("scrollY"), shown.evaluate("location.hash")) == (before, "")
    shown.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(term).to_be_focused()


def test_a_figure_opens_large_with_its_slide_beside_it(page: Path, visit: Visit) -> None:
    shown = visit(page)
    figure, dialog = shown.locator("#side figure").first, shown.locator("dialog")
    small = figure.locator("svg").bounding_box()
    figure.locator(".plate").click()
    large = dialog.locator("svg.plot").bounding_box()
    assert small
    assert large
    assert large["width"] > 1.3 * small["width"]
    slide = dialog.locator("a.slide").get_attribute("href")
    assert slide
    assert (page.parent / slide).is_file()
    dialog.get_by_role("button", name="Close").click()
    expect(figure.locator("svg")).to_be_visible()
    figure.get_by_role("button", name="Enlarge").press("Enter")
    expect(dialog).to_be_visible()


@pytest.mark.parametrize("width", [1366, 1024])
def test_five_learners_and_their_clock_on_one_screen(page: Path, visit: Visit, width: int) -> None:
    shown = playing(visit, page, "#t=0.3", width)
    top, bottom = boxes(shown, "nav")[0]["bottom"], boxes(shown, ".bar")[0]["top"]
    for part in (".card .stage canvas:first-child", ".card .lane.metric", ".card .value.metric"):
        found = boxes(shown, part)
        assert len(found) == LEARNERS
        assert all(top <= box["top"] and box["bottom"] <= bottom for box in found), part
    controls = boxes(shown, ".bar button, .bar select, .bar input")
    assert max(box["top"] for box in controls) < min(box["bottom"] for box in controls)  # one line
    assert not shown.evaluate(f"({TOUCHING})({boxes(shown, '.bar .tick')})")
    assert boxes(shown, ".card header .amount")[1]["right"] <= boxes(shown, ".card")[1]["right"]


def test_one_learner_large_can_be_linked(page: Path, visit: Visit) -> None:
    shown = playing(visit, page, "#learner=dqn")
    assert shown.locator(".card:visible").count() == 1
    assert shown.locator(".card.large .lane:visible").count() == 5
    assert boxes(shown, ".card.large")[0]["bottom"] <= 768
    assert not shown.evaluate(f"({TOUCHING})({boxes(shown, '.large .what, .large .tick, .large .value')})")
    shown.get_by_role("button", name="All").click()
    assert shown.locator(".card:visible").count() == LEARNERS
    shown.locator(".views button").nth(1).click()
    shown.wait_for_function("() => /learner=regression/.test(location.hash)")


def test_a_curve_is_read_and_a_seed_changes_what_stands_beside_it(page: Path, visit: Visit) -> None:
    shown = playing(visit, page, "#t=0.5")
    card = shown.locator(".card").first
    value, curves, reading = (card.locator(it) for it in (".value.metric", ".veils", ".reading"))
    assert re.search(r"IQM of \d", value.inner_text())
    curves.hover(position={"x": 120, "y": 20})
    expect(reading).to_contain_text(re.compile(r"samples \(.*IQM [−\d.,]+ \("))
    shown.mouse.move(5, 5)
    expect(reading).to_be_hidden()
    shown.locator("[data-part=seed]").select_option("1")
    expect(value).to_contain_text("seed 1")
    curves.press("ArrowRight")
    expect(reading).to_contain_text("this seed")
    own = value.locator("span").first.inner_text()
    assert f"{own} this seed" in reading.inner_text()
    assert f"{own} this seed" in str(curves.get_attribute("aria-valuetext"))
    expect(shown.locator(".how .recorded")).to_contain_text("--fields all")


def test_the_player_says_what_the_summary_says(five: Path, page: Path, visit: Visit) -> None:
    """At the end every card's metric and loss are those of the figures; of a seed its own last record."""
    summary = json.loads((five / "summary.json").read_text(encoding="utf-8"))
    rows = [json.loads(line) for line in (five / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    shown = playing(visit, page, "#t=1")
    cards = shown.locator(".card")
    for place, entry in enumerate(summary["learners"]):
        facts, card = summary["facts"][entry["id"]], cards.nth(place)
        for kind, name in (("metric", "metric"), ("loss", "loss")):
            said = (
                card.locator(f".value.{kind} span").first
                if kind == "metric"
                else card.locator(f".value.{kind}")
            )
            assert said.text_content() == words.number(facts[name]["values"][-1], 3), (entry["id"], name)
    shown.locator("[data-part=seed]").select_option("1")
    for place, entry in enumerate(summary["learners"]):
        own = [
            row[entry["metric"]]
            for row in rows
            if (row["learner"], row["seed"], row["split"]) == (entry["id"], 1, "validation")
        ]
        value = cards.nth(place).locator(".value.metric")
        expect(value).to_contain_text("seed 1")
        assert value.locator("span").first.text_content() == words.number(own[-1], 3), entry["id"]


def test_keys_in_a_frame_wait_for_a_click_and_go_back(page: Path, visit: Visit, tmp_path: Path) -> None:
    slides = tmp_path / "slides.html"
    count = "<script>let keys = 0; addEventListener('keydown', () => keys++)</script>"
    inner = escape(page.read_text(encoding="utf-8"))
    frame = f'<iframe sandbox="allow-scripts" style="width:100%;height:700px" srcdoc="{inner}"></iframe>'
    slides.write_text(f"<!doctype html><title>slides</title>{count}{frame}", encoding="utf-8")
    shown = visit(slides, height=1000)
    report = shown.frames[1]
    moment = report.locator("[data-part=moment]")
    moment.scroll_into_view_if_needed()
    shown.evaluate("document.querySelector('iframe').focus()")
    shown.keyboard.press("ArrowRight")
    expect(moment).to_have_text("the start")
    report.locator(".how").click()
    shown.keyboard.press("ArrowRight")
    expect(moment).not_to_have_text("the start")
    stands, heard = moment.inner_text(), shown.evaluate("keys")
    shown.keyboard.press("Escape")
    shown.keyboard.press("ArrowRight")
    assert moment.inner_text() == stands
    assert shown.evaluate("keys") == heard + 1


@pytest.mark.parametrize("width", [1366, 1024])
def test_small_pictures_say_all_that_they_say(page: Path, visit: Visit, width: int) -> None:
    shown = playing(visit, page, "#t=0.3", width, first=WRITTEN)
    written = [text for text, *_, seen in shown.evaluate("written") if seen]
    assert any("→" in text for text in written)
    assert not [text for text in written if text.endswith("…")]


def test_every_place_of_the_navigation_is_seen_on_a_tablet(page: Path, visit: Visit) -> None:
    shown = visit(page, 768, 1024)
    places = boxes(shown, "nav a")
    assert len(places) > LEARNERS
    assert all(box["left"] >= 0 and box["right"] <= 768 for box in places)


def test_long_names_cut_nothing_of_the_navigation(page: Path, visit: Visit) -> None:
    shown = visit(page, 1024)
    shown.evaluate("for (const a of document.querySelectorAll('nav a')) a.append(' of a longer name')")
    assert all(box["left"] >= 0 and box["right"] <= 1024 for box in boxes(shown, "nav a"))


def test_choices_are_readable_on_a_telephone(page: Path, visit: Visit) -> None:
    shown = playing(visit, page, "#t=0.3", 390, is_mobile=True, has_touch=True)
    cut = shown.evaluate(
        """() => [...document.querySelectorAll('.bar select')].filter(choice => {
             const pen = document.createElement('canvas').getContext('2d'), style = getComputedStyle(choice);
             pen.font = `${style.fontSize} ${style.fontFamily}`;
             const arrow = 20;
             return pen.measureText(choice.selectedOptions[0].text).width + arrow > choice.clientWidth;
           }).map(choice => choice.dataset.part)"""
    )
    assert cut == []


def test_a_telephone_shows_figures_scores_and_names_whole(page: Path, visit: Visit) -> None:
    shown = playing(visit, page, "#t=0.3", 390, is_mobile=True, has_touch=True)
    shown.evaluate("for (const fold of document.querySelectorAll('.fold')) fold.open = true")
    figures = boxes(shown, "figure svg.plot")
    assert figures
    assert all(box["left"] >= 0 and box["right"] <= 390 for box in figures)
    assert (
        shown.evaluate(
            """() => Math.min(...[...document.querySelectorAll('figure svg.plot text')].map(text => {
                 const drawing = text.closest('svg');
                 const scale = drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
                 return scale * parseFloat(getComputedStyle(text).fontSize); }))"""
        )
        >= 10
    )
    scores = boxes(shown, ".headline tbody td:nth-child(2)")
    assert len(scores) == LEARNERS
    assert all(box["right"] <= 390 for box in scores)
    assert all(box["right"] <= 390 for box in boxes(shown, "nav a"))
    assert all(box["bottom"] - box["top"] > 8 for box in boxes(shown, ".bar label span"))
    assert shown.locator(".how .touch").is_visible()
    assert shown.locator(".how .keys").is_hidden()


def test_paper_has_questions_stills_words_and_figures_on_few_pages(page: Path, visit: Visit) -> None:
    shown = visit(page)
    for paper in ("A4", "Letter"):
        pages = len(re.findall(rb"/Type\s*/Page\b", shown.pdf(format=paper, prefer_css_page_size=True)))
        assert 0 < pages <= PAGES
    shown.emulate_media(media="print")
    assert shown.locator(".player, .unscripted, .tools, figure details").filter(visible=True).count() == 0
    assert len(boxes(shown, ".still svg")) == LEARNERS
    figures, all_figures = boxes(shown, "main figure svg"), shown.locator("main figure").count()
    assert len(figures) == all_figures > LEARNERS
    assert boxes(shown, ".questions")[0]["bottom"] < boxes(shown, ".answers")[0]["top"]
    assert len({box["left"] for box in boxes(shown, ".vocabulary tbody th")}) == 2  # columns


def test_pictures_name_both_sides_and_the_bins_that_collect(page: Path, visit: Visit) -> None:
    shown = visit(page, fragment="#t=1&learner=classification", first=WRITTEN)
    shown.wait_for_function("() => window.written.some(([text]) => text.startsWith('rows: true class'))")
    card = shown.locator(".card.large script.film")
    names = set(json.loads(str(card.text_content()))["names"])
    written = shown.evaluate("window.written")
    assert {text for text, align, base, _ in written if (align, base) == ("right", "middle")} == names
    assert {text for text, align, base, _ in written if (align, base) == ("center", "top")} == names
    shown.evaluate("location.hash = 't=0&learner=regression'")
    shown.wait_for_function("() => window.written.some(([text]) => /^[≤≥]/.test(text))")
