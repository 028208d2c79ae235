"""The command line in this process, as a person sees it; and run folders without their clocks."""

import contextlib
import io
import json
import sys
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from unittest import mock

import numpy as np
from safetensors.numpy import load_file

from paradigms import reports
from paradigms.cli import main

TINY = ("--seeds", "2", "--samples", "400", "--hidden", "8", "--threads", "1")
SHORT = ("--limit", "20")
"""Episodes of DQN that cost next to nothing."""


@dataclass
class Answer:
    code: int
    out: str
    err: str


def paradigms(*words) -> Answer:
    """`paradigms WORDS`."""
    out, err, code = io.StringIO(), io.StringIO(), None
    argv = ["paradigms", *map(str, words)]
    with (
        mock.patch.object(sys, "argv", argv),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int)
    return Answer(code, out.getvalue(), err.getvalue())


def done(*words) -> Answer:
    """A command that must succeed."""
    answer = paradigms(*words)
    assert answer.code == 0, answer.err
    return answer


def refused(*words, code: int = 2) -> str:
    """The one line with which a command is refused; it has left nothing in the current folder."""
    before = sorted(Path.cwd().rglob("*"))
    answer = paradigms(*words)
    assert answer.code == code, answer
    assert answer.out == ""
    assert answer.err.count("\n") == 1, answer.err
    assert answer.err.endswith("\n")
    assert sorted(Path.cwd().rglob("*")) == before
    assert answer.err.startswith("Error: ")
    return answer.err.removeprefix("Error: ").strip()


def timeless(value):
    """JSON without the fields that may differ between two runs of one command."""
    if isinstance(value, dict):
        return {k: timeless(v) for k, v in value.items() if "seconds" not in k and "time" not in k}
    return [timeless(one) for one in value] if isinstance(value, list) else value


def read(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


def rows(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]


def learnt(folder: Path) -> dict:
    """All that a run has learned, comparable with `same`."""
    found = {
        name: timeless(read(folder / name))
        for name in ("config.json", "snapshots.json", "summary.json")
        if (folder / name).exists()
    }
    found["rows"] = timeless(rows(folder))
    found["predictions"] = (folder / "predictions.csv").read_bytes()
    for path in sorted(folder.glob("model/*")):
        found[path.name] = path.read_bytes()
    found["arrays"] = load_file(folder / "snapshots.safetensors")
    return found


def same(one: dict, other: dict) -> None:
    """Raises unless two runs have learned the same, bit for bit."""
    assert one.keys() == other.keys()
    for name in one.keys() - {"arrays"}:
        assert one[name] == other[name], name
    assert one["arrays"].keys() == other["arrays"].keys()
    for name, array in one["arrays"].items():
        assert array.dtype == other["arrays"][name].dtype
        np.testing.assert_array_equal(array, other["arrays"][name], err_msg=name)


def summed_up(folders, out, embed_rows=False, fields="median"):
    """In place of `paradigms.reports.draw`: the summary alone."""
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(reports.summarise(folders[0]))
    (out / "summary.json").write_text(text, encoding="utf-8")
    (out / "report.html").write_text("-" * 2000, encoding="utf-8")
    return reports.Page(out / "report.html", 2000, 0, [], {})


class Page(HTMLParser):
    """What a page holds outside the elements of class `time`."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.held: list[object] = []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if self._open:
            if tag == self._open[0]:
                self._open.append(tag)
        elif "time" in (dict(attributes).get("class") or "").split():
            self._open.append(tag)
        else:
            self.held.append((tag, attributes))

    def handle_startendtag(self, tag, attributes):
        if not self._open and "time" not in (dict(attributes).get("class") or "").split():
            self.held.append((tag, attributes))

    def handle_endtag(self, tag):
        if self._open:
            if tag == self._open[0]:
                self._open.pop()
        else:
            self.held.append(tag)

    def handle_data(self, data):
        if not self._open:
            self.held.append(data)
