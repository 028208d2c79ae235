"""Whatever is typed or handed in: a right answer or one line that says what is wrong.

A few cases here; thousands: pytest -m slow tests/test_fuzz_*.py
"""

import json

from fuzzing import answered, some
from hypothesis import strategies as st

from paradigms.options import OPTIONS, STUDY

# ---- tables

ODD = (
    *("", " ", "\t", "a", "b", "no", "NA", "nan", "inf", "-inf", "1e400", "true", "2020-01-02", '"', "'"),
    *("\0", "=1+1", "</script>", "../x", "1,5", "1.000,5", "0x10", "١", "-", "1_000", "9" * 400, "é"),
)  # fmt: skip
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


@some(tables(), few=25, many=6000)
def test_any_table(home, case):
    content, target = case
    (home / "t.csv").write_bytes(content)
    given = ("--target", target) if target.strip() and not target.startswith("-") else ()
    command = ("supervised", *given) if len(content) % 3 else ("unsupervised",)
    answered(home, "run", *command, "--data", "t.csv", "--dry-run", "--threads", 1, "--seeds", 2)


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


@some(files(), few=25, many=5000)
def test_any_configuration(home, case):
    command, content = case
    (home / "c.toml").write_bytes(content)
    answered(home, *command, "--config", "c.toml", "--dry-run")
