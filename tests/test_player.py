"""The player in a real browser: one clock, every key, links to a moment, seeds, axes, predictions."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pictured
import pytest
import synthetic_run as synthetic
import views
from browser import Visit, painted, serious
from playwright.sync_api import Page, expect

from paradigms import reports
from paradigms.reports import kinds, words
from paradigms.reports.reading.comparison import compare
from paradigms.reports.together.facts import facts

SMALL = {"seeds": 5, "points": 12, "moments": 6, "rows": 30}
LEARNERS = 5
OPENED = """() => [...document.querySelectorAll('.card')].filter(c => c.checkVisibility())
  .every(c => c.querySelector('.amount').textContent)"""
OTHER = (
    """before => [...document.querySelectorAll('.card .amount')].every((e, i) => e.innerText !== before[i])"""
)
PICTURES = """() => [...document.querySelectorAll('.stage canvas')].filter(c => c.checkVisibility())
  .map(c => c.toDataURL().slice(-2000))"""


def written(folder: Path, text: str, name: str = "page.html") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.fixture(scope="module", autouse=True)
def unpainted() -> Iterator[None]:
    """The page without its figures, which take most of the drawing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("paradigms.reports.page.report.Press.print", lambda press, plates: [])
        yield


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(synthetic.write(tmp_path_factory.mktemp("player") / "run", **SMALL))


@pytest.fixture(scope="module")
def page(run: Path) -> Path:
    return written(run.parent, reports.page_html(run))


def test_numbers_read_in_the_player_as_they_do_on_the_page(visit: Visit, tmp_path: Path) -> None:
    code = (Path(reports.__file__).parent / "player" / "words.js").read_text(encoding="utf-8")
    script = f"<script type=module>{code}; window.told = {{ number, percent }};</script>"
    shown = visit(written(tmp_path, f"<!doctype html><title>t</title>{script}"), 400)
    shown.wait_for_function("() => window.told")
    values = [0, 0.5, 1, 0.9968, 1.023, 0.0004, -0.05, 12, 25143.27, 1e9, -2.44e27, 0.00001234, 999999999]
    for name, form in (("number", words.number), ("percent", words.percent)):
        assert shown.evaluate(f"values => values.map(one => told.{name}(one))", values) == [
            *map(form, values)
        ]


def opened(visit: Visit, page: Path, fragment: str = "", height: int = 5000, **more: Any) -> Page:
    """The player with all its cards on the screen and unpacked."""
    shown = visit(page, more.pop("width", 1366), height, fragment=fragment, **more)
    shown.locator("#watch").scroll_into_view_if_needed()
    shown.wait_for_function(OPENED)
    return painted(shown)


def moment(shown: Page) -> Any:
    return shown.locator("[data-part=moment]")


def pictures(shown: Page) -> list[str]:
    return painted(shown).evaluate(PICTURES)


def amounts(shown: Page) -> list[str]:
    return painted(shown).locator(".card .amount").all_inner_texts()


def test_every_learner_has_a_card_with_pictures_and_the_same_strips(page: Path, visit: Visit) -> None:
    shown = opened(visit, page, "#t=0.3")
    cards = shown.locator(".card").all()
    assert len(cards) == LEARNERS
    for card in cards:
        assert card.locator(".stage canvas").count() >= 2
        strips = [
            text.split(" ‖")[0].split(" Δ")[0]
            for text in card.locator(".what.strip:not(.own)").all_inner_texts()
        ]
        assert [strip.strip() for strip in strips] == ["gradient norm", "update / weight", "target drift"]
        labels = [canvas.get_attribute("aria-label") for canvas in card.locator("canvas").all()]
        expect(card.locator("canvas").first).to_have_attribute("aria-label", re.compile(r"\d"))
        assert all(labels)
        assert card.locator(".remark").is_hidden()


def test_play_advances_and_pauses_at_the_end(page: Path, visit: Visit) -> None:
    shown = opened(visit, page, "#t=0.9")
    shown.locator("[data-part=speed]").select_option("4")
    play = shown.locator("[data-part=play]")
    play.click()
    expect(play).to_have_attribute("aria-label", "Pause")
    expect(moment(shown)).to_have_text("the end")
    expect(play).to_have_attribute("aria-label", "Play")
    assert all(text.split(" of ")[0] == text.split(" of ")[1].split()[0] for text in amounts(shown))
    play.click()  # again from the start
    expect(moment(shown)).not_to_have_text("the end")
    play.click()
    stopped = moment(shown).inner_text()
    shown.wait_for_timeout(100)
    assert moment(shown).inner_text() == stopped


def test_every_key_does_what_it_says(page: Path, visit: Visit) -> None:
    shown = opened(visit, page)
    shown.keyboard.press("End")
    expect(moment(shown)).to_have_text("the end")
    shown.keyboard.press("ArrowLeft")
    expect(moment(shown)).to_have_text(re.compile(r"^98\s% of the feedback$"))
    shown.keyboard.press("ArrowRight")
    expect(moment(shown)).to_have_text("the end")
    shown.keyboard.press("Home")
    expect(moment(shown)).to_have_text("the start")
    shown.keyboard.press("ArrowUp")
    expect(moment(shown)).to_have_text(re.compile(r"^0\.05\s% of the feedback$"))
    shown.keyboard.press("ArrowDown")
    expect(moment(shown)).to_have_text("the start")
    shown.keyboard.press(" ")
    expect(shown.locator("[data-part=play]")).to_have_attribute("aria-label", "Pause")
    shown.keyboard.press(" ")
    expect(shown.locator("[data-part=play]")).to_have_attribute("aria-label", "Play")


def test_keys_stay_with_whatever_else_has_a_use_for_them(page: Path, visit: Visit) -> None:
    shown = opened(visit, page, "#t=0.5")
    before = moment(shown).inner_text()
    shown.locator("[data-part=speed]").focus()
    shown.keyboard.press("ArrowDown")
    shown.locator(".scroll").first.focus()
    shown.keyboard.press("End")
    assert moment(shown).inner_text() == before
    away = visit(page)
    away.keyboard.press("End")  # the player is not on the screen: the page scrolls
    expect(away.locator("[data-part=moment]")).to_have_text("the start")


def test_buttons_slider_and_lanes_move_every_panel(page: Path, visit: Visit) -> None:
    shown = opened(visit, page)
    start = pictures(shown)
    shown.locator("[data-part=slider]").fill("60")
    expect(moment(shown)).to_have_text(re.compile("of the feedback"))
    middle, told = pictures(shown), amounts(shown)
    assert sum(a != b for a, b in zip(start, middle, strict=True)) >= LEARNERS
    shown.locator("[data-part=on]").click()
    shown.wait_for_function(OTHER, arg=told)
    shown.locator("[data-part=back]").click()
    shown.locator("[data-part=end]").click()
    expect(moment(shown)).to_have_text("the end")
    shown.locator("[data-part=start]").click()
    expect(moment(shown)).to_have_text("the start")
    shown.locator(".card .veils").first.click()
    expect(moment(shown)).to_have_text(re.compile("of the feedback"))
    moved = {veil.evaluate("v => v.style.transform") for veil in painted(shown).locator(".veil").all()}
    assert len(moved) == 1  # one playhead


def test_a_link_opens_its_moment_and_the_address_follows(page: Path, visit: Visit) -> None:
    shown = opened(visit, page, "#t=0.05&seed=3&x=updates", height=768)
    expect(moment(shown)).to_have_text(re.compile(r"^5\s% of the updates$"))
    expect(shown.locator("[data-part=seed]")).to_have_value("3")
    expect(shown.locator("[data-part=axis]")).to_have_value("updates")
    assert shown.locator("#watch").bounding_box()["y"] < 200
    shown.keyboard.press("End")
    shown.wait_for_function("() => location.hash === '#t=1&seed=3&x=updates'")
    shown.locator("nav a[href='#found']").click()
    assert shown.evaluate("location.hash") == "#found"
    expect(moment(shown)).to_have_text("the end")
    shown.evaluate("location.hash = '#t=0.5'")
    expect(moment(shown)).to_have_text(re.compile(r"^50\s% of the feedback$"))
    expect(shown.locator("[data-part=seed]")).to_have_value("")


@pytest.mark.parametrize("fragment", ["#t=nonsense&seed=x", "#t=-7&seed=99&x=</script>", "#found", "#t=1e9"])
def test_no_address_breaks_the_player(page: Path, visit: Visit, fragment: str) -> None:
    shown = opened(visit, page, fragment)
    shown.keyboard.press("Home")
    expect(moment(shown)).to_have_text("the start")


def test_the_axis_changes_in_all_panels_together(page: Path, visit: Visit) -> None:
    shown = opened(visit, page, "#t=0.5")
    lanes = "() => [...document.querySelectorAll('.tracks')].map(t => t.querySelector('canvas').toDataURL())"
    feedback = painted(shown).evaluate(lanes)
    for axis, amount in (("updates", r"^[\d,]+ of [\d,]+ updates$"), ("seconds", r"^[\d.]+ s of [\d.]+ s$")):
        shown.locator("[data-part=axis]").select_option(axis)
        expect(shown.locator(".card .amount").first).to_have_text(re.compile(amount))
        assert all(re.match(amount, text) for text in amounts(shown))
    assert len(feedback) == LEARNERS
    shown.locator("[data-part=axis]").select_option("feedback")
    expect(shown.locator(".card .amount").first).to_have_text(re.compile("samples"))


def test_a_seed_without_pictures_is_said_in_one_line(page: Path, visit: Visit) -> None:
    shown = opened(visit, page)
    about = json.loads(shown.locator(".card script.about").first.inner_text())
    other = next(seed for seed in about["seeds"] if seed != about["median"])
    shown.locator("[data-part=seed]").select_option(str(other))
    remark = shown.locator(".card .remark").first
    expect(remark).to_contain_text(f"Pictures: seed {about['median']}, the median")
    expect(remark).to_contain_text("--fields all")
    shown.locator("[data-part=seed]").select_option("")
    expect(remark).to_be_hidden()


def test_beside_the_curves_stand_the_numbers_of_whom_was_chosen(run: Path, page: Path, visit: Visit) -> None:
    """At first the middle of all seeds, as the summary has it; then the one seed's own, as recorded."""
    learners = compare([run]).learners
    middle = [facts(learner)["metric"]["values"][-1] for learner in learners]
    lines = [learner.record.held_out[learner.record.metric] for learner in learners]
    shown = opened(visit, page)
    shown.keyboard.press("End")
    for seed in (None, 0, 3):
        shown.locator("[data-part=seed]").select_option("" if seed is None else str(seed))
        whose = f"IQM of {SMALL['seeds']}" if seed is None else f"seed {seed}"
        expect(shown.locator(".card .value.metric").last).to_contain_text(whose)
        told = painted(shown).locator(".card .value.metric").all_inner_texts()
        right = middle if seed is None else [float(line[seed, -1]) for line in lines]
        assert len(told) == len(right) == LEARNERS
        for text, value in zip(told, right, strict=True):
            number_, _, who = " ".join(text.split()).partition(" ")
            assert who == whose
            assert float(number_.replace(",", "").replace("−", "-")) == pytest.approx(value, rel=0.006)


def test_with_all_fields_every_seed_has_its_pictures(run: Path, tmp_path: Path, visit: Visit) -> None:
    drawn = reports.draw([run], tmp_path / "out", fields="all")
    shown = opened(visit, drawn.path)
    seen = [pictures(shown)]
    for seed in range(SMALL["seeds"]):
        shown.locator("[data-part=seed]").select_option(str(seed))
        expect(shown.locator(".card .remark").first).to_be_hidden()
        seen.append(pictures(shown))
    assert len({len(pictures) for pictures in seen}) == 1
    assert len({pictures[0] for pictures in seen}) >= SMALL["seeds"] - 1


def test_predicting_first_covers_asks_and_answers(page: Path, visit: Visit) -> None:
    shown = opened(visit, page)
    shown.locator("[data-part=predict]").click()
    assert shown.locator(".cover:visible").count() == LEARNERS
    assert not shown.locator(".stage canvas").first.is_visible()
    about = json.loads(shown.locator(".card script.about").first.inner_text())["question"]
    card = shown.locator(".card").first
    assert about["text"] in card.locator(".cover").inner_text()
    card.get_by_role("button", name=about["choices"][about["answer"]], exact=True).click()
    assert card.locator(".cover").is_hidden()
    assert about["told"] not in card.inner_text()
    shown.locator("[data-part=end]").click()
    expect(card.locator(".verdict")).to_contain_text("Right: ")
    expect(card.locator(".verdict")).to_contain_text(about["told"])
    second = shown.locator(".card").nth(1)
    question = json.loads(second.locator("script.about").inner_text())["question"]
    wrong = next(c for i, c in enumerate(question["choices"]) if i != question["answer"])
    second.get_by_role("button", name=wrong, exact=True).click()
    second.get_by_role("button", name="Show the answer").click()
    expect(second.locator(".verdict")).to_contain_text(f"it was {question['choices'][question['answer']]}")
    shown.locator("[data-part=predict]").click()
    assert shown.locator(".cover:visible, .verdict:visible").count() == 0


def test_without_script_stand_stills_questions_and_far_below_the_answers(page: Path, visit: Visit) -> None:
    shown = visit(page, script=False)
    assert shown.locator(".player").is_hidden()
    assert "With its script this section plays" in shown.locator("#watch").inner_text()
    assert shown.locator("#watch .still svg").count() == LEARNERS
    questions, answers = shown.locator("#watch .questions"), shown.locator("#details .answers")
    assert questions.locator("li").count() == answers.locator("li").count() == LEARNERS
    assert len(re.findall(r"\d", answers.inner_text())) > LEARNERS
    assert questions.bounding_box()["y"] < answers.bounding_box()["y"]
    assert visit(page).locator("#watch .questions").is_hidden()


def test_an_episode_runs_by_hand_when_less_motion_is_wanted(page: Path, visit: Visit) -> None:
    shown = opened(visit, page, "#t=1&learner=dqn", still=True)
    step = "() => document.querySelector('.card.large .stage canvas').toDataURL()"
    still = painted(shown).evaluate(step)
    shown.wait_for_timeout(150)
    assert shown.evaluate(step) == still
    shown.get_by_role("button", name="Run the episode").click()
    shown.wait_for_function(f"before => ({step})() !== before", arg=still)
    assert shown.locator("[data-part=play]").get_attribute("aria-label") == "Play"


@pytest.mark.parametrize(("width", "dark"), [(1366, False), (390, True)], ids=["light", "dark and narrow"])
def test_axe_finds_nothing_serious_in_the_player(page: Path, visit: Visit, width: int, dark: bool) -> None:
    shown = opened(visit, page, "#t=0.3", width=width, dark=dark, height=9000)
    assert serious(shown) == []
    shown.locator("[data-part=predict]").click()
    assert serious(shown) == []


@pytest.mark.parametrize("width", [1366, 390, 320])
def test_the_player_never_scrolls_sideways(page: Path, visit: Visit, width: int) -> None:
    shown = opened(visit, page, "#t=0.3", width=width, height=9000)
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    shown.locator("[data-part=predict]").click()
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_colours_follow_the_scheme(page: Path, visit: Visit) -> None:
    shown = opened(visit, page, "#t=0.3")
    light = pictures(shown)
    shown.emulate_media(color_scheme="dark")
    shown.wait_for_function(f"light => ({PICTURES})().every((p, i) => p !== light[i])", arg=light)


def test_the_player_is_not_printed(page: Path, visit: Visit) -> None:
    shown = visit(page, printed=True)
    assert shown.locator(".player").is_hidden()
    assert shown.locator("#watch .questions").is_visible()


def test_hostile_names_are_text_in_the_player(tmp_path: Path, visit: Visit) -> None:
    run = synthetic.write(tmp_path / "run", hostile=True, **SMALL)
    text = reports.notebook_html(run)
    shown = opened(visit, written(tmp_path, html.unescape(text.split('srcdoc="')[1].split('"')[0])), "#t=0.3")
    shown.locator("[data-part=predict]").click()
    assert shown.locator("img, [onerror]").count() == 0
    assert synthetic.HOSTILE in shown.locator(".card").nth(1).text_content()


def test_it_plays_in_a_notebook(run: Path, tmp_path: Path, visit: Visit) -> None:
    cell = written(tmp_path, f"<!doctype html><title>cell</title>{reports.notebook_html(run)}")
    frame = visit(cell).frame_locator("iframe")
    frame.locator("[data-part=end]").scroll_into_view_if_needed()
    frame.locator("[data-part=end]").click()
    expect(frame.locator("[data-part=moment]")).to_have_text("the end")
    expect(frame.locator(".card .amount").last).to_have_text(re.compile("of"))


@pytest.mark.parametrize(
    "state",
    [
        {"seeds": 1, "moments": 2},
        {"diverged": (0, 1, 2, 3, 4)},
        {"unfinished": True},
        {"private": True},
        {"learners": ["dqn"], "env": "Acrobot-v1"},
        {"learners": ["dqn"], "env": "MountainCar-v0"},
        {"learners": ["dqn"], "env": "FrozenLake-v1"},
        {"learners": ["dqn"], "env": "Taxi-v4"},
        {"learners": ["dqn"], "env": "SomethingElse-v0"},
    ],
    ids=str,
)
def test_every_state_of_a_run_plays(state: dict[str, Any], tmp_path: Path, visit: Visit) -> None:
    run = synthetic.write(tmp_path / "run", **(SMALL | state))
    shown = opened(visit, written(tmp_path, reports.page_html(run)), "#t=0.4")
    shown.locator("[data-part=speed]").select_option("4")
    shown.locator("[data-part=play]").click()
    shown.wait_for_timeout(250)
    shown.locator("[data-part=end]").click()
    expect(shown.locator(".card .amount").first).to_have_text(re.compile(r"^([\d,]+) of \1 samples$"))
    assert not re.search(r"NaN|undefined|Infinity", shown.locator(".player").inner_text())


@pytest.mark.parametrize(
    ("kind", "moment", "said"),
    [
        ("tree", "1", "Seed 3: 5 questions deep; drawn are the first 4."),
        ("ward", "0.1", "Seed 3: 271 clusters left, rows that are alone among them."),
        ("ward", "1", "Seed 3: 1 cluster left; drawn and judged are the 3 of before."),
        ("diffusion", "1", "Seed 3: "),
    ],
)
def test_a_film_says_what_its_picture_shows(
    kind: str, moment: str, said: str, tmp_path: Path, visit: Visit
) -> None:
    """Not what lies below the last level that is drawn, or after the merge at which clusters are judged."""
    view = views.ALL[kind]()
    (tmp_path / "runs").mkdir()
    learner = pictured.maker(tmp_path / "runs")(view.kind, view.arrays, view.data, view.paradigm)
    shown = opened(visit, written(tmp_path, reports.page_html(learner.folder)), f"#t={moment}")
    if kind == "diffusion":
        (plate,) = [one for one in kinds.plates(learner) if one.name == "a-made"]
        said += f"{plate.table.rows[-1][3]} of what it makes of noise lies apart from all held-out rows."
    expect(shown.locator(".card .now")).to_have_text(said)


@pytest.mark.parametrize("gone", ["arrays", "snapshots", "signals", "view"])
def test_what_was_not_recorded_is_said(gone: str, tmp_path: Path, visit: Visit) -> None:
    run = synthetic.write(tmp_path / "run", **SMALL)
    remove(run, gone)
    shown = opened(visit, written(tmp_path, reports.page_html(run)), "#t=0.4")
    said = {
        "arrays": ".remark:has-text('Not recorded')",
        "snapshots": ".remark:has-text('No pictures')",
        "signals": ".none:has-text('not recorded')",
        "view": ".remark:has-text('No pictures')",
    }
    expect(shown.locator(said[gone])).to_have_count(LEARNERS)


def remove(run: Path, what: str) -> None:
    index = json.loads((run / "snapshots.json").read_text())
    if what == "arrays":
        for entry in index["learners"].values():
            for name in ("predicted", "surface", "centres", "components", "episode"):
                entry["arrays"].pop(name, None)
        (run / "snapshots.json").write_text(json.dumps(index))
    elif what == "snapshots":
        (run / "snapshots.json").unlink()
    elif what == "view":
        config = json.loads((run / "config.json").read_text())
        for learner in config["learners"]:
            learner["view"] = "something new"
        (run / "config.json").write_text(json.dumps(config))
    else:
        rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
        for row in rows:
            row.pop("target_drift", None)
        (run / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
