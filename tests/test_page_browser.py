"""What only a browser can show of the page: that it works offline, fits, can be read, printed and reached."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pytest
import synthetic_run as synthetic
from browser import Visit, serious

from paradigms import reports
from paradigms.reports import words

SMALL = {"seeds": 5, "points": 10, "moments": 5, "rows": 20}
PAPER = 680
"""CSS pixels across A4 between its margins."""

OVER_THE_EDGE = """width => [...document.querySelectorAll("body *")]
  .filter(e => !e.closest("svg") && e.checkVisibility() && e.getBoundingClientRect().right > width + 1)
  .map(e => `${e.tagName}.${e.className} ${e.textContent.slice(0, 40)}`)"""
# Links inside running text are exempt, as in WCAG 2.5.8.
SMALLER_THAN_24 = """() => [...document.querySelectorAll("a, button, input, select, summary, [role=button]")]
  .filter(e => !e.closest("p") && !e.matches(".skip") && e.checkVisibility())
  .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([text, box]) => `${Math.round(box.width)} × ${Math.round(box.height)}: ${text}`)"""


def written(folder: Path, text: str, name: str = "page.html") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(synthetic.write(tmp_path_factory.mktemp("browser") / "run", **SMALL))


@pytest.fixture(scope="module")
def page(run: Path) -> Path:
    return written(run.parent, reports.page_html(run))


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook that shows the report of a run full of hostile names."""
    folder = tmp_path_factory.mktemp("hostile")
    frame = reports.notebook_html(
        synthetic.write(folder / "<img src=x onerror=alert(1)>", hostile=True, **SMALL)
    )
    return written(folder, f"<!doctype html><title>cell</title>{frame}", "cell.html")


@pytest.fixture(scope="module")
def hostile(cell: Path) -> Path:
    """The same report as a page of its own."""
    page = cell.read_text(encoding="utf-8").split('srcdoc="')[1].split('"')[0]
    return written(cell.parent, html.unescape(page))


@pytest.mark.parametrize(("width", "dark"), [(1366, False), (390, True)], ids=["light", "dark and narrow"])
def test_axe_finds_nothing_serious(page: Path, visit: Visit, width: int, dark: bool) -> None:
    assert serious(visit(page, width, dark=dark)) == []


@pytest.mark.parametrize("width", [1366, 390, 320])
def test_the_page_never_scrolls_sideways(page: Path, hostile: Path, visit: Visit, width: int) -> None:
    for file in (page, hostile):
        opened = visit(file, width)
        opened.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        assert opened.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1366, 390])
def test_what_can_be_clicked_can_be_hit(page: Path, visit: Visit, width: int) -> None:
    opened = visit(page, width)
    opened.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    assert opened.evaluate(SMALLER_THAN_24) == []


def test_without_script_everything_is_said(run: Path, page: Path, visit: Visit) -> None:
    opened = visit(page, script=False)
    scores = opened.locator("table.headline").inner_text()
    for entry in reports.summarise(run)["learners"]:
        for shown in (
            words.number(entry["iqm"]),
            words.span(entry["ci95"]),
            words.percent(entry["progress"]),
        ):
            assert shown in scores
    assert_figures(opened, page.read_text(encoding="utf-8").count("<figure"))
    opened.locator("figure details > summary").first.click()
    assert opened.locator("figure details table").first.is_visible()


def assert_figures(opened: Any, count: int) -> None:
    """Each figure is in sight, and is a picture with a name to those who cannot see it."""
    pictures = opened.locator("main figure svg[role=img]")
    assert pictures.count() == opened.locator("main figure details > summary").count() == count > 0
    assert all(picture.is_visible() and picture.get_attribute("aria-label") for picture in pictures.all())


def test_printed_nothing_is_cut_off_or_hidden(page: Path, hostile: Path, visit: Visit) -> None:
    for file in (page, hostile):
        opened = visit(file, PAPER, printed=True)
        assert not opened.locator("nav, button.copy, .skip").filter(visible=True).all()
        assert opened.evaluate(OVER_THE_EDGE, PAPER) == []
        for label in ("Scores", "Settings", "Conventions", "Glossary"):
            assert opened.get_by_role("region", name=label, exact=True).is_visible()
        seeds = opened.locator("#details details table").all()
        assert seeds
        assert all(table.is_visible() and table.bounding_box()["height"] > 50 for table in seeds)


def test_wishes_of_the_reader_are_heard(page: Path, visit: Visit) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    smooth = "getComputedStyle(document.documentElement).scrollBehavior"
    bright, dark = visit(page), visit(page, dark=True, still=True)
    assert bright.evaluate(ground) != dark.evaluate(ground)
    assert (bright.evaluate(smooth), dark.evaluate(smooth)) == ("smooth", "auto")


def assert_inert(frame: Any) -> None:
    assert frame.locator("img, [onerror]").count() == 0
    assert frame.locator("script:not([type='application/json'])").count() == 1
    assert synthetic.HOSTILE in frame.locator("body").inner_text()
    assert any(synthetic.HOSTILE[:9] in text for text in frame.locator("svg").all_text_contents())


def test_hostile_names_are_text_in_the_page(hostile: Path, visit: Visit) -> None:
    assert_inert(visit(hostile).locator("html"))


def test_hostile_names_are_text_in_a_notebook(cell: Path, visit: Visit) -> None:
    opened = visit(cell)
    assert_inert(opened.frame_locator("iframe").locator("html"))
    assert opened.title() == "cell"


def test_no_script_but_ours_runs(hostile: Path, visit: Visit, tmp_path: Path) -> None:
    text = hostile.read_text(encoding="utf-8")
    foreign = text.replace("</body>", "<script>document.title = 'foreign'</script></body>")
    opened = visit(written(tmp_path, foreign))
    assert opened.locator("button.copy").count() == opened.locator("pre.command").count() > 0  # ours ran
    assert opened.title() == html.unescape(text.split("<title>")[1].split("</title>")[0])
    (refused,) = visit.troubles
    assert "Content Security Policy" in refused
    visit.troubles.clear()


LOUD = """<!doctype html><script>
console.error("complains"); fetch("https://example.invalid/asked").catch(() => 0);
setTimeout(() => { throw new Error("broke") }); setTimeout(() => alert("pops up"));
</script><img src=x onerror="alert(1)">"""


def test_a_visit_notes_what_a_page_does_wrong(visit: Visit, tmp_path: Path) -> None:
    visit(written(tmp_path, LOUD)).wait_for_timeout(100)
    noted = "\n".join(visit.troubles)
    visit.troubles.clear()
    for wrong in ("complains", "example.invalid/asked", "broke", "dialog: pops up", "request: file://"):
        assert wrong in noted
