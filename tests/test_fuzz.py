"""Whatever is handed in: a right answer or one line that says what is wrong; nothing written elsewhere.

A few hundred cases here; 20,000 and more: pytest -m slow tests/test_fuzz.py
"""

import csv
import io
import json
import os
import shutil
import signal
import warnings
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import gymnasium
import numpy as np
import pytest
import runs
import strange
from commands import Answer, paradigms, read
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from runs import whole

from paradigms import DQN
from paradigms.datasets import read_new, read_table
from paradigms.datasets.preprocessing import fit
from paradigms.errors import ParadigmsError, UsageError
from paradigms.options import OPTIONS, STUDY

PATIENCE = 300
"""Seconds after which a case counts as one that hangs."""
QUIET = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "database": None,
    "derandomize": True,
    "phases": [Phase.generate],
}


def some(strategy, few: int, many: int):
    """A property tried `few` times in the suite and `many` times in the long run."""

    def decorate(check):
        def test(tmp_path_factory, count):
            def trial(case) -> None:
                home = tmp_path_factory.mktemp("case")
                try:
                    check(home, case)
                finally:
                    shutil.rmtree(home, ignore_errors=True)

            settings(max_examples=count, **QUIET)(given(case=strategy)(trial))()

        counts = [few, pytest.param(many, marks=pytest.mark.slow)]
        return pytest.mark.parametrize("count", counts, ids=["few", "many"])(test)

    return decorate


@contextmanager
def in_time():
    """Raises where a case hangs."""

    def late(*_: object) -> None:
        raise AssertionError(f"no answer after {PATIENCE} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def tree(folder: Path) -> dict[str, bytes | None]:
    return {str(p): p.read_bytes() if p.is_file() else None for p in sorted(folder.rglob("*"))}


def answered(home: Path, *words: object, into: Path | None = None) -> Answer:
    """The command's answer, which must be right or one line; files change in `into` alone."""
    before, here = tree(home), Path.cwd()
    os.chdir(home)
    try:
        with in_time():
            answer = paradigms(*words)
    finally:
        os.chdir(here)
    lines = answer.err.splitlines()
    assert answer.code in (0, 1, 2), answer
    assert "Traceback" not in answer.err, answer.err
    assert "This is a bug" not in answer.err, answer.err
    if answer.code and not answer.out.startswith("differs"):
        assert lines, answer
        assert lines[-1].startswith("Error: "), answer
        assert sum(line.startswith("Error: ") for line in lines) <= 1
    after = tree(home)
    inside = f"{into}{os.sep}" if into is not None else "\0"
    changed = {name for name in before.keys() | after.keys() if before.get(name, 0) != after.get(name, 0)}
    assert not {name for name in changed if not name.startswith(inside)}, changed
    return answer


# ---- tables

ODD = (
    *(
        "",
        " ",
        "\t",
        "a",
        "b",
        "no",
        "NA",
        "nan",
        "inf",
        "-inf",
        "1e400",
        "true",
        "2020-01-02",
        '"',
        "'",
        "é",
    ),
    *("\0", "=1+1", "</script>", "../x", "1,5", "1.000,5", "0x10", "١", "-", "1_000", "9" * 400),
)
WORDS = st.sampled_from(ODD)
NUMBERS = st.one_of(st.integers(-5, 5), st.floats(allow_subnormal=False), st.integers()).map(str)
CELLS = st.one_of(WORDS, NUMBERS, st.text(max_size=5))
PLAIN = st.one_of(st.integers(0, 3), st.sampled_from([-8.5, 0.25, 1.5, 7.125])).map(str)


@st.composite
def tables(draw):
    """(bytes, target): mostly regular tables with some cells of any kind, sometimes any bytes at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=200)), draw(st.sampled_from(["a", ""]))
    columns, rows = draw(st.integers(1, 5)), draw(st.integers(0, 40))
    names = draw(st.lists(st.one_of(st.sampled_from("abcdef"), CELLS), min_size=columns, max_size=columns))
    kinds = [draw(st.sampled_from([PLAIN, PLAIN, st.sampled_from("xyz"), CELLS])) for _ in range(columns)]
    between = draw(st.sampled_from([",", ";", "\t", "|"]))
    lines = [between.join(names)]
    for _ in range(rows):
        cells = [draw(kind) for kind in kinds]
        if draw(st.integers(0, 19)) == 0:
            cells = cells[:-1] if draw(st.booleans()) else [*cells, "extra"]
        lines.append(between.join(cells))
    text = draw(st.sampled_from(["\n", "\r\n"])).join(lines) + draw(st.sampled_from(["", "\n", "\n\n"]))
    coding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"]))
    return text.encode(coding, errors="replace"), draw(st.sampled_from(names))


@some(tables(), few=40, many=6000)
def test_any_table(home, case):
    content, target = case
    (home / "t.csv").write_bytes(content)
    given = ("--target", target) if target.strip() and not target.startswith("-") else ()
    command = ("supervised", *given) if len(content) % 3 else ("unsupervised",)
    answered(home, "run", *command, "--data", "t.csv", "--dry-run", "--threads", 1, "--seeds", 2)


# ---- what a cell says: known values written in some convention and read back


@dataclass(frozen=True)
class Convention:
    """How one column writes its numbers."""

    decimal: str
    thousands: str
    minus: str
    front: str
    back: str
    fixed: int | None
    missing: str

    def write(self, value: Decimal | None) -> str:
        if value is None:
            return self.missing
        digits = f"{abs(value):.{self.fixed}f}" if self.fixed is not None else f"{abs(value).normalize():f}"
        whole, _, fraction = digits.partition(".")
        whole = f"{int(whole):,}".replace(",", self.thousands)
        body = self.front + whole + (self.decimal + fraction if fraction else "") + self.back
        sign = self.minus if value < 0 else ""
        return f"({body})" if sign == "()" else body + "-" if sign == "after" else sign + body

    def value(self, value: Decimal | None) -> float:
        digits = self.fixed if self.fixed is not None else 6
        return float("nan") if value is None else float(f"{value:.{digits}f}")


@st.composite
def conventions(draw, comma):
    """One in which a person may write numbers, with a decimal comma or a point."""
    thousands = draw(st.sampled_from(["", "", "." if comma else ",", " ", "\u202f", "'", "’"]))
    front, back = draw(
        st.sampled_from(
            [("", "")] * 4 + [("$", ""), ("€ ", ""), ("", " €"), ("", "%"), ("", " kg"), ("", "km/h")]
        )
    )
    return Convention(
        "," if comma else ".",
        thousands,
        draw(st.sampled_from(["-", "-", "\u2212", "–", "()", "after"])),
        front,
        back,
        draw(st.sampled_from([None, None, 0, 1, 2, 3, 4])),
        draw(st.sampled_from(["", "", "NA", "n/a", "None", "null", "..", "*", "-", "\\N", "?", "NaN"])),
    )


LABELS = (
    "red",
    "Red",
    "None",
    "NA",
    "null",
    "007",
    "7",
    "14A",
    "9007199254740993",
    "9007199254740992",
    "é",
    "a, b",
)


@st.composite
def written_tables(draw):
    """(bytes, columns, cells): each column's values or labels, and the table that says them."""
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    rows, top = draw(st.integers(16, 30)), draw(st.sampled_from([9, 999, 99_999, 9_999_999]))
    comma = delimiter != "," and draw(st.booleans())  # the same in all of a table
    columns, cells = {}, {}
    for k in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(["größe", "x, in", "n°", "x"])) + str(k)
        if draw(st.integers(0, 4)) == 0:
            some = draw(st.lists(st.sampled_from(LABELS), min_size=rows, max_size=rows))
            columns[name] = cells[name] = some
            continue
        own = draw(conventions(comma))
        scale = Decimal(10) ** draw(st.integers(0, 4))
        numbers = st.one_of(st.none(), *[st.integers(-top, top).map(lambda n, by=scale: Decimal(n) / by)] * 5)
        values = draw(st.lists(numbers, min_size=rows, max_size=rows))
        columns[name] = [own.value(value) for value in values]
        cells[name] = [own.write(value) for value in values]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=draw(st.sampled_from(["\n", "\r\n"])))
    writer.writerow(cells)
    writer.writerows(zip(*cells.values(), strict=True))
    coding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    try:
        return text.getvalue().encode(coding), columns, cells
    except UnicodeEncodeError:
        return text.getvalue().encode(), columns, cells


def one_line(error: UsageError) -> None:
    assert "\n" not in str(error)
    assert error.hint


def agrees(dataset, columns: dict, cells: dict) -> None:
    """Raises unless every column that was read says what was written, and every other is spoken of."""
    for name, values in columns.items():
        if name not in dataset.frame:
            assert any("left out" in note and name in note for note in dataset.notes), (name, dataset.notes)
            continue
        found = dataset.frame[name]
        if isinstance(values[0], str):
            labels(name, values, found, dataset)
        else:
            assert found.dtype == float, (name, cells[name])
            kept = [
                value
                for value, row in zip(values, zip(*cells.values(), strict=True), strict=True)
                if any(row)
            ]
            rows_of(dataset, found, kept, cells[name])


def rows_of(dataset, found, values, cells) -> None:
    if len(found) == len(values):
        np.testing.assert_array_equal(found.to_numpy(), np.array(values), err_msg=str(cells))
    else:
        assert any("without any value left out" in note for note in dataset.notes)
        there = [value for value in values if not np.isnan(value)]
        np.testing.assert_array_equal(found.dropna().to_numpy(), np.array(there), err_msg=str(cells))


def labels(name: str, values: list[str], found, dataset) -> None:
    """Labels are kept as written; a column of numbers with words for missing is one of numbers."""
    if found.dtype == float:
        words = [
            value for value in values if not value.isdigit() and value.lower() not in ("none", "na", "null")
        ]
        assert not words, (name, values)
        assert not {"007", "9007199254740993"} & set(values), values
    else:
        assert set(found.cat.categories) == {value for value in values if value}, (name, values)


@some(written_tables(), few=150, many=20_000)
def test_a_cell_is_what_was_written(home, case):
    content, columns, cells = case
    (home / "t.csv").write_bytes(content)
    try:
        dataset = read_table(home / "t.csv")
    except UsageError as error:
        one_line(error)
        return
    agrees(dataset, columns, cells)
    again(home, dataset, columns, cells)


def again(home: Path, dataset, columns: dict, cells: dict) -> None:
    """New rows in the convention of training are read alike, one at a time too."""
    known = fit(dataset, np.arange(len(dataset)))
    for end in (1, len(cells[next(iter(cells))])):
        with (home / "new.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(["other", *cells])
            writer.writerows(
                zip(["1.234", "x", "1,5"] * 10, *(held[:end] for held in cells.values()), strict=False)
            )
        try:
            frame = read_new(home / "new.csv", known)
        except UsageError as error:
            one_line(error)
            continue
        for column in known.numbers:
            if not isinstance(columns[column.name][0], str):
                found = frame[column.name].to_numpy()
                np.testing.assert_array_equal(found, np.array(columns[column.name][:end]), err_msg=str(cells))


# ---- option values and configuration files

NAMES = [*OPTIONS, *STUDY, "only", "nothing", "Seeds", "batch-size"]
VALUES = st.one_of(
    st.integers(-3, 50),
    st.sampled_from([0.5, 1e-9, 1e9, 10**30, -(10**30), 2**63, 1e300, float("inf"), float("nan")]),
    st.sampled_from(
        ["", " ", "digits", "wine", "iris", "adam", "newton", "mlp", "cpu", "../../x", "a,b", "8,8"]
    ),
    st.sampled_from(
        ["CartPole-v1", "FrozenLake-v1", "Pendulum-v1", "regression", "dqn", "kmeans,pca", "é\0"]
    ),
    st.booleans(),
    st.text(max_size=6),
    st.lists(st.one_of(st.integers(-1, 70), st.text(max_size=3)), max_size=3),
)
SWEEP = ("sweep", "classification", "pca", "--vary", "lr=0.01,0.1")
COMMANDS = st.sampled_from(
    [("compare",), ("run", "supervised"), ("run", "unsupervised"), ("run", "rl"), SWEEP, SWEEP]
)
RANGES = st.sampled_from(
    [
        *(
            "1:9:lin:3",
            "0.1:1:log:3",
            "1e-4:1:log",
            "1:0:log:2",
            "0:1:log:3",
            "1:2:lin:0",
            "1:2:lin:1e9",
            "1:2",
        ),
        *(
            "8x8,4",
            "20*32,x",
            "none,1",
            "true,false",
            "adam,sgd",
            "wine,iris,x",
            "a=b",
            ",",
            "",
            "=",
            "9" * 400,
        ),
    ]
)


@st.composite
def flags(draw):
    words = []
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4)):
        value = draw(VALUES)
        words.append("--" + name.replace("_", "-"))
        if not isinstance(value, bool):
            words.append(",".join(map(str, value)) if isinstance(value, list) else str(value))
    command = draw(COMMANDS)
    if command == SWEEP:
        for name in draw(st.lists(st.sampled_from([*NAMES, "random"]), max_size=2)):
            words += ["--vary", f"{name}={draw(RANGES)}"]
        if draw(st.booleans()):
            words += ["--random", draw(st.sampled_from(["-1", "0", "3", "x", "1e3"]))]
    return command, words


@some(flags(), few=40, many=6000)
def test_any_option(home, case):
    command, words = case
    answered(home, *command, *words, "--dry-run")


def toml(value) -> str:
    if isinstance(value, str):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool | float) else json.dumps(value)


@st.composite
def files(draw):
    if draw(st.integers(0, 4)) == 0:
        return draw(COMMANDS), draw(st.binary(max_size=80))
    names = draw(st.lists(st.one_of(st.sampled_from(NAMES), st.text(max_size=4)), max_size=4))
    lines = [f"{name} = {toml(draw(VALUES))}" for name in names]
    if draw(st.booleans()):
        lines.insert(
            0, draw(st.sampled_from(["[table]", "[[x]]", "seeds = 1", "a.b = 1", "# no", "=", "x = {"]))
        )
    return draw(COMMANDS), "\n".join(lines).encode("utf-8", errors="replace")


@some(files(), few=40, many=5000)
def test_any_configuration(home, case):
    command, content = case
    (home / "c.toml").write_bytes(content)
    answered(home, *command, "--config", "c.toml", "--dry-run")


# ---- run folders that somebody edited

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
@pytest.mark.parametrize("count", [25, pytest.param(4000, marks=pytest.mark.slow)], ids=["few", "many"])
def test_any_folder(tmp_path_factory, finished, count):
    trial = given(data=st.data())(lambda data: try_folder(tmp_path_factory, finished, data))
    settings(max_examples=count, **QUIET)(trial)()


def test_the_run_that_is_edited_is_a_whole_one(finished):
    held = {str(p.relative_to(finished)) for p in finished.rglob("*") if p.is_file()}
    assert read(finished / "config.json")["learners"]
    assert held >= {"metrics.jsonl", "predictions.csv", "snapshots.json", "snapshots.safetensors"}
    assert any(name.startswith("model/") for name in held)


# ---- environments


WORLDS = st.fixed_dictionaries(
    {
        "space": st.sampled_from(strange.SPACES),
        "shape": st.sampled_from(strange.SHAPES),
        "dtype": st.sampled_from(strange.DTYPES),
        "bound": st.sampled_from(strange.BOUNDS),
        "seen": st.sampled_from(strange.SEEN),
        "reward": st.sampled_from(strange.REWARDS),
        "ends": st.sampled_from(strange.ENDS),
        "answers": st.sampled_from(strange.ANSWERS),
        "around": st.sampled_from(strange.AROUND),
        "P": st.sampled_from(strange.TRANSITIONS),
        "actions": st.sampled_from(strange.ACTIONS),
        "limit": st.sampled_from(strange.LIMITS),
        "shared": st.sampled_from(["", "", "", "", "one", "in turn"]),
    }
)
SHORT_RUN = (
    *("--samples", 60, "--seeds", 2, "--hidden", 4, "--envs", 2, "--batch-size", 4, "--learning-starts", 8),
    *("--eval-episodes", 2, "--limit", 12, "--threads", 1, "--workers", 1, "--quiet"),
)


@some(WORLDS, few=10, many=3000)
def test_any_environment_by_its_name(home, case):
    """A whole run of it, with its page; its summary holds no NaN."""
    gymnasium.registry.pop("fuzz/Strange-v0", None)
    gymnasium.register("fuzz/Strange-v0", strange.maker(case), max_episode_steps=case["limit"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Gymnasium's own, of such spaces
        answer = answered(
            home, "run", "rl", "--env", "fuzz/Strange-v0", *SHORT_RUN, "--out", "run", into=home
        )
    if answer.code == 0:
        (one,) = json.loads((home / "run" / "summary.json").read_text(), parse_constant=pytest.fail)[
            "learners"
        ]
        assert len(one["scores"]) == 2


@some(WORLDS, few=25, many=3000)
def test_any_environment_by_a_function(home, case):
    """An agent that learns, answers and is saved; or one of this project's errors."""
    given = {
        "hidden": (4,),
        "envs": 2,
        "batch_size": 4,
        "learning_starts": 8,
        "eval_episodes": 2,
        "limit": 12,
    }
    with warnings.catch_warnings(), in_time():
        warnings.simplefilter("ignore")
        try:
            agent = DQN(strange.maker(case), **given).learn(60)
            played = agent.evaluate()
        except ParadigmsError:
            return
        see = agent._world.see
        observation = np.zeros(see.shape) + getattr(see, "first", 0)
        assert played.shape == (1,)
        again = DQN.load(agent.save(home / "agent"))
        assert np.array_equal(again.values(observation), agent.values(observation), equal_nan=True)
