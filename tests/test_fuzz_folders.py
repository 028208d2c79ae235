"""Run folders that somebody edited: a right answer or one line, and nothing written outside."""

import json
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
import runs
from commands import read
from fuzzing import QUIET, answered
from hypothesis import given, settings
from hypothesis import strategies as st
from runs import whole

STRANGE = ("x", "../../out/x", "/etc/passwd", "a/b", "..", "", "\0", "é", "<b>", 10**400, [], {}, [[[]]])
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.floats(allow_subnormal=False),
    st.sampled_from(STRANGE),
)


def places(value, at=()):
    yield at
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(one, (*at, key))


def changed(draw, value):
    """The value with one place of it deleted or made into something else."""
    found = list(places(value))
    at = found[draw(st.integers(0, len(found) - 1))]
    if not at:
        return draw(JUNK)
    parent = value
    for key in at[:-1]:
        parent = parent[key]
    if draw(st.booleans()):
        del parent[at[-1]]
    else:
        parent[at[-1]] = draw(JUNK)
    return value


def edit(draw, path: Path, outside: Path) -> None:
    """One edit of one file."""
    kind = draw(st.sampled_from(["json", "json", "json", "json", "cut", "gone", "bytes", "link", "flip"]))
    content = path.read_bytes() if path.is_file() else b""
    if kind == "json" and path.suffix in (".json", ".jsonl"):
        with suppress(ValueError, RecursionError):
            lines = content.decode().splitlines() if path.suffix == ".jsonl" else [content.decode()]
            i = draw(st.integers(0, max(0, len(lines) - 1)))
            lines[i : i + 1] = [json.dumps(changed(draw, json.loads(lines[i])))] if lines else []
            path.write_text("\n".join(lines) + "\n")
    elif kind == "cut":
        path.write_bytes(content[: draw(st.integers(0, max(0, len(content))))])
    elif kind == "bytes":
        path.write_bytes(draw(st.binary(max_size=30)))
    elif kind == "flip" and content:
        at = draw(st.integers(0, len(content) - 1))
        path.write_bytes(content[:at] + bytes([content[at] ^ draw(st.integers(1, 255))]) + content[at + 1 :])
    elif kind == "gone":
        path.unlink()
    elif kind == "link":
        (outside / path.name).write_bytes(content)
        path.unlink()
        path.symlink_to(outside / path.name)


@pytest.fixture(scope="module", params=["run", "sweep"])
def finished(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("finished") / "run"
    plain = runs.request(("regression",))
    whole(plain if request.param == "run" else runs.sweep(("regression",), {"lr": [0.02, 0.1]}), path)
    return path


def edited(home: Path, finished: Path, draw) -> Path:
    path, outside = home / "run", home / "out"
    shutil.copytree(finished, path)
    outside.mkdir()
    for _ in range(draw(st.integers(1, 3))):
        files = sorted(p for p in path.rglob("*") if p.is_file() and not p.is_symlink())
        edit(draw, files[draw(st.integers(0, len(files) - 1))], outside)
    if draw(st.integers(0, 9)) == 0:
        room = path / draw(st.sampled_from(["figures", "model", "checkpoint"]))
        if room.is_dir():
            shutil.rmtree(room)
        room.symlink_to(outside)
    return path


def try_folder(tmp_path_factory, finished, data) -> None:
    home = tmp_path_factory.mktemp("edited")
    try:
        path = edited(home, finished, data.draw)
        command = data.draw(st.sampled_from(["report", "resume", "config", "predict", "verify"]))
        best = finished / "best-regression.toml"  # of a sweep
        resume = ("run", "supervised") if not best.exists() else ("sweep",)
        (home / "t.csv").write_text("age,sex,bmi,bp,s1,s2,s3,s4,s5,s6\n" + "0,0,0,0,0,0,0,0,0,0\n" * 3)
        words = {
            "report": ("report", path),
            "resume": (*resume, "--resume", path, "--quiet"),
            "config": (
                *("run", "supervised", "--dry-run", "--config"),
                path / (best.name if best.exists() else "config.json"),
            ),
            "predict": ("predict", path, "--data", "t.csv"),
            "verify": ("verify", path, "--quiet"),
        }[command]
        answered(home, *words, into=path if command in ("report", "resume") else None)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("count", [12, pytest.param(4000, marks=pytest.mark.slow)], ids=["few", "many"])
def test_any_folder(tmp_path_factory, finished, count):
    trial = given(data=st.data())(lambda data: try_folder(tmp_path_factory, finished, data))
    settings(max_examples=count, **QUIET)(trial)()


def test_the_run_that_is_edited_is_a_whole_one(finished):
    held = {str(p.relative_to(finished)) for p in finished.rglob("*") if p.is_file()}
    assert read(finished / "config.json")["learners"]
    assert held >= {"metrics.jsonl", "predictions.csv", "snapshots.json", "snapshots.safetensors"}
    assert any(name.startswith("model/") for name in held)
