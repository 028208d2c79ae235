"""The page: what it says, what it must never contain, and that it says the same as the summary."""

from __future__ import annotations

import itertools
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import synthetic_run as synthetic

from paradigms import reports
from paradigms.errors import UsageError
from paradigms.reports import words
from paradigms.signals import SIGNALS

SMALL = {"seeds": 5, "points": 10, "moments": 5, "rows": 20}
_TIMED = re.compile(r'<(span|figure|script) class="time".*?</\1>', re.DOTALL)
_DATA = re.compile(r'<script class="[a-z]+" type="application/json".*?</script>\n?', re.DOTALL)


class Parsed(HTMLParser):
    """Tags with their attributes, the text of the page, and where each figure begins."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(synthetic.write(tmp_path_factory.mktemp("runs") / "all", **SMALL))


@pytest.fixture(scope="module")
def drawn(run: Path, tmp_path_factory: pytest.TempPathFactory) -> reports.Page:
    return reports.draw([run], tmp_path_factory.mktemp("drawn"))


@pytest.fixture(scope="module")
def page(drawn: reports.Page) -> str:
    return drawn.path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    run = synthetic.write(tmp_path_factory.mktemp("runs") / "hostile", hostile=True, **SMALL)
    return reports.page_html(run)


def test_page_and_slides_stand_on_disk(drawn: reports.Page) -> None:
    assert drawn.path.name == "report.html"
    assert drawn.size == drawn.path.stat().st_size < 3_000_000
    assert drawn.warning is None
    assert drawn.figures == len(drawn.slides) == 25
    assert all(path.is_file() for path in drawn.slides)
    stored = json.loads((drawn.path.parent / "summary.json").read_text(encoding="utf-8"))
    assert stored == drawn.summary
    left = {path.name for path in drawn.path.parent.rglob("*") if path.suffix == ".part"}
    assert left == set()


def test_slides_are_sixteen_to_nine(drawn: reports.Page) -> None:
    for path in drawn.slides:
        head = path.read_bytes()[:24]
        assert (int.from_bytes(head[16:20]), int.from_bytes(head[20:24])) == (1920, 1080)


def test_nothing_comes_from_outside(page: str) -> None:
    assert not re.search(r"@import|fetch\(|import\(|<link|<iframe|<object|<embed", page)
    parsed = Parsed(page)
    assert not [attributes for _, attributes in parsed.tags if "src" in attributes]
    targets = [a[name] for _, a in parsed.tags for name in ("href", "xlink:href") if name in a]
    assert targets
    assert all(target.startswith(("#", "data:image/png;base64,", "figures/")) for target in targets)
    assert "url(http" not in page


def test_script_stands_once_as_text(page: str) -> None:
    assert _DATA.sub("", page).count("<script") == 1
    assert page.count('"use strict"') == 1


def test_headings_are_in_order_and_ids_are_unique(page: str) -> None:
    parsed = Parsed(page)
    levels = [int(tag[1]) for tag, _ in parsed.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = [attributes["id"] for _, attributes in parsed.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    inner = [
        a[name][1:]
        for _, a in parsed.tags
        for name in ("href", "xlink:href")
        if a.get(name, "").startswith("#")
    ]
    assert set(inner) <= set(ids)
    assert set(re.findall(r"url\(#([^)]*)\)", page)) <= set(ids)
    assert parsed.named("html")[0]["lang"] == "en"


def test_every_figure_has_words_and_data(page: str) -> None:
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert len(figures) == 25
    for figure in figures:
        label = Parsed(figure).named("svg")[0]
        assert label["role"] == "img"
        assert re.search(r"\d", label["aria-label"])
        assert "<figcaption>" in figure
        assert "<details>" in figure
        assert figure.count("<td>") > 1


def test_each_learner_has_the_same_four_panels(page: str) -> None:
    sections = re.findall(r'<section id="learner-.*?</section>', page, re.DOTALL)
    assert len(sections) == 5
    for section in sections:
        heads = re.findall(r"<h3>(.*?)</h3>", section)
        assert heads == ["What it is told", "How it changes", "What the gradient does", "What it has learned"]
        assert section.count("<figure") >= 3


def test_page_shows_the_numbers_of_the_summary(drawn: reports.Page, page: str) -> None:
    text = Parsed(page).text
    for entry in drawn.summary["learners"]:
        assert words.number(entry["iqm"]) in text
        assert words.span(entry["ci95"]) in text
        assert words.percent(entry["progress"]) in text
        assert words.number(entry["samples_to"]["90"]) in text


def test_every_term_is_in_the_glossary(page: str) -> None:
    asked = set(re.findall(r'href="#signal-([a-z0-9_]+)"', page))
    assert {"progress", "accuracy", "return", "loss", "alignment", "drift"} <= asked
    assert asked <= set(SIGNALS)
    for name in asked:
        assert page.count(f'id="signal-{name}"') == 1


def test_text_of_figures_follows_the_style_of_the_page(page: str) -> None:
    assert page.count("var(--ink)") > 25
    assert page.count("var(--l4)") > 5
    svgs = "".join(re.findall(r"<svg .*?</svg>", page, re.DOTALL))
    assert "#1c2733" not in svgs
    for scheme in ("prefers-color-scheme: dark", "@media print", "prefers-reduced-motion"):
        assert scheme in page


def test_hostile_names_stay_inert_everywhere(hostile: str) -> None:
    parsed = Parsed(hostile)
    assert parsed.named("img") == []
    scripts = parsed.named("script")
    assert [one.get("type") for one in scripts] == ["application/json"] * (len(scripts) - 1) + [None]
    assert not [name for _, attributes in parsed.tags for name in attributes if name.startswith("on")]
    assert synthetic.HOSTILE in parsed.text  # shown as it is, dollars and all
    assert "x_{1}" in "".join(re.findall(r"<svg .*?</svg>", hostile, re.DOTALL)) or "</script" in parsed.text


def test_hostile_names_stay_inert_in_a_notebook(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", ["regression"], hostile=True, **SMALL)
    frame = Parsed(reports.notebook_html(run))
    assert [tag for tag, _ in frame.tags] == ["iframe"]
    attributes = frame.tags[0][1]
    assert attributes["sandbox"] == "allow-scripts"
    assert attributes["srcdoc"] == reports.page_html(run)
    assert "figures/" not in attributes["srcdoc"]
    slides = [path.name for path in reports.draw([run], tmp_path / "out").slides]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in slides)


def test_only_elements_marked_as_times_depend_on_time(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", ["kmeans", "dqn"], **SMALL)
    before = reports.page_html(run)
    assert reports.page_html(run) == before
    rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    for row in rows:
        for name in [name for name in row if "seconds" in name]:
            row[name] = row[name] * 7 + 0.001 * row["step"]
    (run / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    config = json.loads((run / "config.json").read_text())
    (run / "config.json").write_text(json.dumps(config | {"started_time": "2031-05-05T05:05:05Z"}))
    after = reports.page_html(run)
    assert after != before
    assert _TIMED.sub("", after) == _TIMED.sub("", before)


def _without_script(page: str) -> str:
    return re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


def _lead(folder: Path) -> str:
    """The first sentences, without what keeps a word on one line."""
    lead = " ".join(re.findall(r'<div class="lead">(.*?)</div>', reports.page_html(folder), re.DOTALL))
    return re.sub(r'<span class="whole">(.*?)</span>', r"\1", lead)


def test_words_follow_the_numbers(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", ["regression", "kmeans"], **SMALL | {"points": 12})
    before = _lead(run)
    assert re.search(r"median one\): Regression [\d,]+ and k-means [\d,]+\.", before)
    assert "None of the 10 replicas diverged" in before
    rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    for row in rows:
        if row["learner"].startswith("kmeans"):
            row["samples"] *= 1000
            if row["split"] == "test" and row["seed"] == 2:
                row |= {"inertia": None, "diverged": 17, "stopped": "diverged"}
    (run / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    after = _lead(run)
    assert re.search(r"median one\): Regression [\d,]+ and k-means [\d,]+,078\.", after), (
        "its start read 1,078"
    )
    assert "k-means seed 2 (at step 17)" in after


def test_dqn_says_whether_its_loss_rose(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", ["dqn"], **SMALL)
    rose = reports.page_html(run)
    assert "need not fall while the agent improves" in rose
    assert "In this run the loss rises from" in rose
    rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    for row in rows:
        if "loss" in row:
            row["loss"] = 1 / (1 + row["step"])
    (run / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert "In this run the loss falls from" in reports.page_html(run)


def test_own_data_are_shown_as_aggregates_unless_asked(tmp_path: Path) -> None:
    learners = ["classification", "pca"]
    run = synthetic.write(tmp_path / "run", learners, private=True, **SMALL)
    asked = reports.draw([run], tmp_path / "out", embed_rows=True)
    assert any("rebuilt" in path.name for path in asked.slides)
    assert "dots are test rows" in asked.path.read_text(encoding="utf-8")
    plain = reports.draw([run], tmp_path / "out")
    assert not list((tmp_path / "out" / "figures").glob("*rebuilt*"))  # nor the slide of before
    text = _without_script(plain.path.read_text(encoding="utf-8"))
    assert "dots are test rows" not in text
    assert "grey squares count test rows" in text


@pytest.mark.parametrize(
    "state",
    [
        {"learners": ["regression"], "seeds": 1},
        {"learners": ["kmeans", "dqn"], "seeds": 3},
        {"learners": ["classification"], "reference": False},
        {"learners": ["regression", "pca"], "diverged": (0, 1, 2, 3, 4)},
        {"learners": ["classification", "dqn"], "unfinished": True},
        {"learners": ["dqn"], "env": "Acrobot-v1"},
        {"learners": ["dqn"], "env": "MountainCar-v0"},
        {"learners": ["dqn"], "env": "FrozenLake-v1"},
        {"learners": ["dqn"], "env": "Taxi-v4"},
        {"learners": ["dqn"], "env": "SomethingElse-v0", "hostile": True},
    ],
)
def test_every_state_of_a_run_has_a_page(state: dict[str, Any], tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", **(SMALL | state))
    text = _without_script(reports.page_html(run))
    assert "None" not in re.sub(r"None of the \d+ repl", "", Parsed(text).text)
    assert not re.search(r"\bnan\b|\binf\b", Parsed(re.sub(r"<style>.*?</style>", "", text)).text)
    assert ("range" in text) if state.get("seeds") == 3 else True


def test_missing_arrays_only_leave_their_picture_out(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", ["classification", "kmeans"], **SMALL)
    index = json.loads((run / "snapshots.json").read_text())
    for entry in index["learners"].values():
        for name in ("plane_points", "surface", "centres"):
            entry["arrays"].pop(name, None)
    (run / "snapshots.json").write_text(json.dumps(index))
    assert len(re.findall("<figure", reports.page_html(run))) == 4 + 2 * 2 + 1 + 1
    (run / "snapshots.json").unlink()
    assert "no picture of what it has learned" in reports.page_html(run)


def test_several_runs_make_one_page(tmp_path: Path) -> None:
    small = {**SMALL, "learners": ["regression"]}
    runs = [synthetic.write(tmp_path / name, **small) for name in "ab"]
    made = reports.draw(runs, tmp_path / "out")
    text = made.path.read_text(encoding="utf-8")
    assert [entry["id"][-2:] for entry in made.summary["learners"]] == ["ar", "-2"]
    assert len(set(made.slides)) == made.figures
    assert "How two learners learn" in text


def test_unwritable_place_is_one_line(run: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="--out") as caught:
        reports.draw([run], tmp_path / "file" / "out")
    assert "\n" not in str(caught.value)
