"""`report`: a run's page again, several runs on one page, and what is not a run."""

import json
import shutil
from pathlib import Path

import pytest
from commands import done, read, refused, summed_up

RUN = ("--seeds", "2", "--samples", "128", "--threads", "1", "--dataset", "iris", "--quiet")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two small runs, k-means and PCA."""
    home = tmp_path_factory.mktemp("report")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        patch.setattr("paradigms.reports.draw", summed_up, raising=False)
        done("run", "unsupervised", "--task", "kmeans", *RUN, "--out", "a")
        done("run", "unsupervised", "--task", "pca", *RUN, "--out", "b")
    return home


@pytest.fixture(autouse=True)
def _here(runs, tmp_path, monkeypatch):
    shutil.copytree(runs, tmp_path / "runs")
    monkeypatch.chdir(tmp_path / "runs")


def test_one_run_is_drawn_again_into_its_own_folder():
    before = Path("a/metrics.jsonl").read_bytes()
    Path("a/report.html").unlink()
    answer = done("report", "a")
    assert answer.out.splitlines()[-1].startswith(str(Path("a/report.html")))
    assert "k-means" in Path("a/report.html").read_text(encoding="utf-8")
    assert list(Path("a/figures").glob("*.png"))
    assert Path("a/metrics.jsonl").read_bytes() == before


def test_several_runs_on_one_page():
    answer = done("report", "a", "b", "--out", "both")
    assert "kmeans" in answer.out
    assert "pca" in answer.out
    page = Path("both/report.html").read_text(encoding="utf-8")
    assert "k-means" in page
    assert "PCA" in page
    assert [one["id"] for one in read(Path("both/summary.json"))["learners"]] == ["kmeans-iris", "pca-iris"]
    assert not Path("both/config.json").exists()


@pytest.mark.usefixtures("undrawn")
def test_where_pages_go():
    done("report", "a", "b")
    (made,) = Path("runs").iterdir()
    assert made.name.startswith("report-")
    done("report", "a", "b")
    assert len(list(Path("runs").iterdir())) == 2
    done("report", "a", "b", "--out", made)  # a report may be drawn again
    done("report", "a", "b", "--out", "a")
    done("report", Path("a").absolute(), "--out", "a")


@pytest.mark.usefixtures("undrawn")
def test_json_and_open(monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    answer = done("report", "a", "--json", "--open")
    assert json.loads(answer.out)["learners"][0]["id"] == "kmeans-iris"
    assert opened == [Path("a/report.html").resolve().as_uri()]


def test_what_is_no_run():
    Path("empty").mkdir()
    for words in (["nothing"], ["empty"], ["a", "empty"], ["a/config.json"]):
        assert "is not the folder of a run" in refused("report", *words)
    assert "Missing argument" in refused("report")


def test_where_pages_do_not_go():
    Path("mine/figures").mkdir(parents=True)
    Path("mine/figures/holiday.png").write_bytes(b"mine")
    assert "is not empty and holds no report" in refused("report", "a", "--out", "mine")
    assert "holds another run" in refused("report", "a", "--out", "b")
    assert "is a file" in refused("report", "a", "--out", "a/config.json")
    assert Path("mine/figures/holiday.png").read_bytes() == b"mine"


def test_damaged_runs():
    Path("a/config.json").write_text("{")
    refused("report", "a")
    shutil.rmtree("b/model")
    Path("b/metrics.jsonl").unlink()
    refused("report", "b")


def test_a_run_that_is_not_finished():
    lines = Path("a/metrics.jsonl").read_text().splitlines(keepends=True)
    Path("a/metrics.jsonl").write_text("".join(line for line in lines if '"test"' not in line))
    Path("a/summary.json").unlink()
    assert "report.html" in done("report", "a").out


def test_whose_pictures_move_is_chosen_here_and_from_python(monkeypatch):
    from paradigms import open_study

    asked = []

    def draw(folders, out, embed_rows=False, fields="median"):
        asked.append(fields)
        return summed_up(folders, out)

    monkeypatch.setattr("paradigms.reports.draw", draw)
    done("report", "a")
    done("report", "a", "--fields", "all")
    done("run", "unsupervised", "--task", "pca", *RUN, "--out", "c", "--fields", "all")
    open_study("a").report(fields="all")
    assert asked == ["median", "all", "all", "all"]
    assert "--fields" in refused("report", "a", "--fields", "some")
