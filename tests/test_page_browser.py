"""What only a browser can show of the page: that it works offline, fits, can be read, printed and reached."""

from __future__ import annotations

from pathlib import Path

import pytest
import synthetic_run as synthetic
from browser import Visit, serious

from paradigms import reports

SMALL = {"seeds": 5, "points": 10, "moments": 5, "rows": 20}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    file = folder / "page.html"
    file.write_text(reports.page_html(synthetic.write(folder / "run", **SMALL)), encoding="utf-8")
    return file


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_serious_for_axe(page: Path, visit: Visit, dark: bool) -> None:
    assert serious(visit(page, dark=dark)) == []


@pytest.mark.parametrize("width", [1366, 390])
def test_no_sideways_scroll(page: Path, visit: Visit, width: int) -> None:
    opened = visit(page, width)
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


LOUD = """<!doctype html><script>
console.error("complains"); fetch("https://example.invalid/asked").catch(() => 0);
setTimeout(() => { throw new Error("broke") }); setTimeout(() => alert("pops up"));
</script><img src=x onerror="alert(1)">"""


def test_a_visit_notes_what_a_page_does_wrong(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "loud.html").write_text(LOUD, encoding="utf-8")
    visit(tmp_path / "loud.html").wait_for_timeout(100)
    noted = "\n".join(visit.troubles)
    visit.troubles.clear()
    for wrong in ("complains", "example.invalid/asked", "broke", "dialog: pops up", "request: file://"):
        assert wrong in noted
