"""What every test shares: one thread, and no denormal numbers, as in a run with --threads 1."""

import signal
from pathlib import Path

import pytest

from paradigms.engine import devices

devices.prepare(1)
# A runner that was started in the background has Ctrl-C ignored, and hands that on.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def rng():
    import numpy as np

    return np.random.default_rng(20240229)


@pytest.fixture(scope="session")
def diabetes():
    from sklearn.datasets import load_diabetes

    return load_diabetes(return_X_y=True)


@pytest.fixture(scope="session")
def iris():
    from sklearn.datasets import load_iris

    return load_iris(return_X_y=True)


@pytest.fixture
def write(tmp_path):
    """write(text or bytes, name) leaves a table on the disk; returns its path."""

    def write(content, name="t.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def undrawn(monkeypatch):
    """Runs end with a summary and an empty page, which costs nothing."""
    from commands import summed_up

    monkeypatch.setattr("paradigms.reports.draw", summed_up, raising=False)


@pytest.fixture(scope="session", autouse=True)
def true_pages():
    """Whatever page or summary any test makes must not contradict itself."""
    import truth

    from paradigms.reports import sweep
    from paradigms.reports.page import report, summary

    plain = summary.summary_of

    def checked(comparison, plates=None):
        shown = plates or ([] if sweep.applies(comparison) else summary.plates_of(comparison))
        found = plain(comparison, shown)
        truth.check(found, shown)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(summary, "summary_of", checked)
        patch.setattr(report, "summary_of", checked)
        yield


@pytest.fixture(scope="session")
def five(tmp_path_factory):
    """A finished tiny run of all five learners, with its page: read only."""
    import os

    from commands import SHORT, TINY, done

    before, home = Path.cwd(), tmp_path_factory.mktemp("five")
    os.chdir(home)
    try:
        done("compare", *TINY, *SHORT, "--out", "run", "--quiet")
    finally:
        os.chdir(before)
    return home / "run"


@pytest.fixture
def pictured(tmp_path):
    """pictured(view, arrays, …) is a learner with these pictures."""
    from pictured import maker

    return maker(tmp_path)


@pytest.fixture(scope="session")
def browser():
    """One headless Chromium for all tests."""
    from browser import launched

    with launched() as browser:
        yield browser


@pytest.fixture
def visit(browser):
    """visit(file, width, …) opens a page; at the end none may have asked for, or complained of, anything."""
    from browser import Visit

    visit = Visit(browser)
    yield visit
    visit.close()
    assert not visit.troubles
