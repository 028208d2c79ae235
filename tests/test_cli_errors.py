"""Bad input: one line on stderr with the cause and the next step, exit 2, nothing half-written."""

import json
import os
import shlex
from pathlib import Path

import numpy as np
import pytest
from commands import SHORT, TINY, done, paradigms, refused

ROWS = 30
NUMBERS = [round(float(np.sin(3 * k)), 4) for k in range(ROWS)]
LABELS = ["a", "b"] * (ROWS // 2)


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def table(name="t.csv", sep=",", encoding="utf-8", **columns):
    """A CSV file of these columns, beside a column x of numbers."""
    columns = {"x": NUMBERS} | columns
    lines = [sep.join(columns)] + [sep.join(map(str, row)) for row in zip(*columns.values(), strict=True)]
    Path(name).write_text("\n".join(lines) + "\n", encoding=encoding)
    return name


# ---- names


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run supervised --dataset wnie", "unknown dataset 'wnie': did you mean 'wine'"),
        ("compare --dataset dgits", "unknown dataset 'dgits': did you mean 'digits'"),
        ("run supervised --task regresion", "unknown task 'regresion': did you mean 'regression'"),
        ("run unsupervised --task classification", "unknown task 'classification': known: kmeans, pca"),
        ("run rl --env CartPoel-v1", "unknown environment 'CartPoel-v1': did you mean 'CartPole-v1'"),
        ("run rl --optimizer adma", "unknown optimizer 'adma': did you mean 'adam'"),
        ("run rl --schedule cosin", "unknown schedule 'cosin': did you mean 'cosine'"),
        ("run supervised --model mpl", "unknown model 'mpl': did you mean 'mlp'"),
        ("run unsupervised --start kmeans++", "unknown start 'kmeans++': did you mean 'k-means++'"),
        ("compare --only regresion", "unknown learner 'regresion': did you mean 'regression'"),
        ("compare --only regression,,dnq", "unknown learner 'dnq': did you mean 'dqn'"),
        ("compare --device cud", "unknown device 'cud': did you mean 'cuda'"),
        ("compare --dtype float16", "unknown dtype 'float16': did you mean 'float64'"),
        ("list dataset", "unknown section 'dataset': did you mean 'datasets'"),
        ("compar", "No such command 'compar'"),
        ("compare --seedz 3", "No such option"),
    ],
)
def test_unknown_names_come_with_the_nearest(words, said):
    assert said in refused(*words.split())


def test_a_long_list_of_known_names_is_cut_short():
    said = refused("run", "rl", "--env", "zzzzz")
    assert "more." in said
    assert len(said) < 400


# ---- numbers


@pytest.mark.parametrize("rate", ["0", "-1", "nan", "inf", "-inf", "fast"])
def test_learning_rates(rate):
    assert refused("compare", "--lr", rate).startswith("--lr must be a number")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--seeds 0", "--seeds must be a whole number of at least 1"),
        ("--seeds -1", "--seeds must be a whole number of at least 1"),
        ("--seeds two", "--seeds must be a whole number, not 'two'"),
        ("--seeds 1000000000", "at most 10000"),
        ("--seed -1", "--seed must be a whole number of at least 0"),
        ("--samples 0", "--samples must be a whole number of at least 1"),
        ("--epochs 0", "--epochs must be a number above 0"),
        ("--batch-size 0", "--batch-size must be a whole number of at least 1"),
        ("--threads 0", "--threads must be a whole number of at least 1"),
        ("--threads 1000000", "--threads must be a whole number of at least 1 and at most"),
        ("--hidden 0", "--hidden must be layer widths such as 64,64"),
        ("--hidden a,b", "--hidden must be layer widths such as 64,64"),
        ("--gamma 1.5", "--gamma must be a number of at least 0 and at most 1"),
        ("--samples 10 --epochs 1", "Give one of them"),
    ],
)
def test_values_out_of_their_limits(words, said):
    assert said in refused("compare", *words.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run unsupervised --task kmeans --dataset iris --clusters 500", "--clusters 90 or fewer"),
        ("run unsupervised --task pca --dataset iris --components 5", "--components 4 or fewer"),
        ("compare --dataset wine --components 14", "--components 13 or fewer"),
        ("run supervised --task regression --samples 31", "Give more --samples or a smaller --batch-size"),
        ("run supervised --task regression --epochs 0.01", "Give more --epochs or a smaller --batch-size"),
        ("run supervised --task regression --batch-size 10000000", "smaller --batch-size"),
        ("run rl --samples 5", "Give more --samples"),
        ("run supervised --seeds 9000 --hidden 20000,20000", "GB of memory, and this machine has"),
        ("run rl --seeds 10000 --memory 100000000 --samples 100000000", "GB of memory, and this machine"),
    ],
)
def test_more_than_there_is(words, said):
    assert said in refused(*words.split())


# ---- environments and devices


def test_continuous_actions():
    said = refused("run", "rl", "--env", "Pendulum-v1")
    assert said.startswith("Pendulum-v1 has a Box action space; DQN needs Discrete.")


def test_a_device_that_is_missing_is_an_error(monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    said = refused("run", "rl", "--device", "cuda")
    assert said.startswith("--device cuda: no CUDA device")
    assert "--device cpu" in said


def test_float64_on_mps(monkeypatch):
    import torch

    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert "no float64" in refused("run", "rl", "--device", "mps", "--dtype", "float64")


# ---- options that do not go together


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("compare --only dqn --clusters 3", "--clusters is not an option of dqn. Taken by: kmeans"),
        ("run supervised --task regression --env Taxi-v4", "No such option"),
        ("run unsupervised --task pca --clusters 3", "--clusters is not an option of pca"),
        ("compare --only dqn --epochs 3", "--epochs is not an option of dqn"),
        ("compare --only classification --optimizer newton", "declares no curvature. Use adam or sgd."),
        ("run supervised regression --model mlp --optimizer newton", "or --model linear"),
        ("run supervised regression --optimizer newton --lr 0.1", "--lr changes nothing"),
        ("run supervised regression --optimizer newton --input-noise 1", "--input-noise changes nothing"),
        ("run supervised regression --model mlp --features 8", "--features 8 is for a linear model"),
        ("run supervised regression --rows 5000", "the training part has 265 rows"),
        ("run unsupervised kmeans --all-data --rows 50", "--all-data makes no parts"),
        ("compare --only dqn --dataset wine", "dqn learns from an environment"),
        ("compare --data t.csv --dataset wine", "--data and --dataset both name the data"),
        ("compare --target y", "Give --data FILE.csv too"),
        ("compare --drop y", "Give --data FILE.csv too"),
        ("compare --task regression", "Choose learners with --only"),
        ("compare --task kmeans --data t.csv", "unknown task 'kmeans': known: regression, classification"),
        ("compare --only ,", "--only names nothing"),
        ("compare --only selfsupervised", "did you mean 'self-supervised'"),
        ("compare --all --only dqn", "--all names every learner; --only cannot be added."),
        ("compare --all --same-data digits", "--all names every learner; --same-data cannot be added."),
        ("compare --dry-run --json", "--json has no summary"),
        ("run", "Missing command"),
        ("compare now", "unexpected extra argument"),
        ("run supervised --task regression --dataset wine", "regression needs a number as target"),
    ],
)
def test_options_that_cannot_be_meant_together(words, said):
    assert said in refused(*words.split())


# ---- a person's own table


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("x,y\n", "has a header but no rows"),
        ("x,y\n1,2\n", "has one row"),
        ("x,x,y\n" + "1,2,3\n" * 20, "more than one column named 'x'"),
        ("x,y\n" + "".join(f"{k},a\n" for k in range(20)), "has one class only (a)"),
        ("x,y\n" + "".join(f"{k},{'b' if k == 3 else 'a'}\n" for k in range(20)), "'b' (1)"),
        ("m,y\n" + "".join(f",{k}.5\n" for k in range(20)), "m"),
        ("x,y\n" + "".join(f"{'abc' if k == 7 else k},{k}.5\n" for k in range(20)), "text where numbers"),
        ("x,y\n" + "".join(f"{'inf' if k == 7 else k},{k}.5\n" for k in range(20)), "infinite value"),
        ("x,y\n" + "".join(f"{k},{'inf' if k == 7 else k / 3}\n" for k in range(20)), "infinite value"),
        (b"x,y\n\x00\x01\x02", "t.csv"),
    ],
)
def test_tables_that_cannot_be_learned_from(content, said):
    Path("t.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert said in refused("run", "supervised", "--data", "t.csv", "--target", "y")


def test_tables_that_are_not_there():
    table("mine.csv", y=NUMBERS)
    assert "there is no file 'nothing.csv'" in refused("compare", "--data", "nothing.csv")
    assert "'.' is a folder with no folder of images in it" in refused("compare", "--data", ".")
    assert "--data must be a name" in refused("compare", "--data", "")
    refused("compare", "--data", "x" * 5000)


def test_columns_that_are_missing():
    table(price=NUMBERS)
    assert "did you mean 'price'" in refused("run", "supervised", "--data", "t.csv", "--target", "prise")
    said = refused("compare", "--data", "t.csv", "--target", "price", "--drop", "x,z")
    assert "unknown column 'z'" in said
    assert "--target" in refused("run", "supervised", "--data", "t.csv")


def test_tasks_that_the_target_does_not_fit():
    table(k=LABELS, y=NUMBERS)
    own = ("run", "supervised", "--data", "t.csv")
    assert "--task classification" in refused(*own, "--target", "k", "--task", "regression")
    assert "--task regression" in refused(*own, "--target", "y", "--task", "classification")


@pytest.mark.parametrize(
    ("sep", "encoding"), [(";", "utf-8"), ("\t", "utf-8"), (",", "utf-8-sig"), ("|", "utf-16")]
)
def test_delimiters_and_byte_order_marks_are_understood(sep, encoding):
    table(sep=sep, encoding=encoding, y=NUMBERS)
    plan = done("run", "supervised", "--data", "t.csv", "--target", "y", "--dry-run", "--quiet").out
    assert "t.csv: 30 rows, 1 column" in plan
    assert "task regression" in plan


def test_a_column_without_any_value_is_left_out_and_said_so():
    table(m=[""] * ROWS, y=NUMBERS)
    assert "m: without any value" in done("compare", "--data", "t.csv", "--target", "y", "--dry-run").out


def test_surprising_names_of_file_and_columns():
    columns = {"$x$ _{1}": NUMBERS[::-1], "größe <i>&": NUMBERS, "</script>": NUMBERS, "k": LABELS}
    name = table("my 'own' & ü.csv" if os.name == "nt" else "my <script>'s file.csv", **columns)
    own = ["run", "supervised", "--data", name, "--target", "k", "--out", "a run", "--embed-rows", *TINY]
    answer = done(*own)
    assert "classification" in answer.out
    assert "größe <i>&" in answer.err
    page = Path("a run/report.html").read_text(encoding="utf-8")
    assert "<script>'s" not in page
    assert "größe <i>" not in page
    assert page.count("<script") == page.count("</script>")
    command = json.loads(Path("a run/config.json").read_text(encoding="utf-8"))["command"]
    if os.name != "nt":
        assert shlex.split(command)[1:] == own


@pytest.mark.slow
def test_a_hundred_thousand_rows():
    """About 20 s a learner on one core."""
    draw = np.random.default_rng(0)
    x = draw.normal(size=(100_000, 10))
    y = x @ draw.normal(size=10) + draw.normal(size=100_000)
    np.savetxt("big.csv", np.c_[x, y], "%.4f", ",", header=",".join([*"abcdefghij", "y"]), comments="")
    own = ("compare", "--data", "big.csv", "--target", "y", "--only", "regression,kmeans,pca")
    assert "100,000 rows" in done(*own, "--dry-run").out
    answer = done(*own, "--epochs", "1", "--seeds", "2", "--threads", "1", "--out", "run")
    assert "run/report.html" in answer.out.replace("\\", "/")


# ---- where the run would go


@pytest.fixture
def _one_file():
    Path("file").write_text("mine")


@pytest.mark.usefixtures("_one_file")
@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("file", "--out file is a file"),
        ("file/run", "cannot write to file"),
        (".", "is not empty and is not a run's folder"),
        ("x" * 5000, "cannot write to xxx"),
    ],
)
def test_an_out_that_cannot_be_written(out, said):
    said_now = refused("run", "supervised", "--task", "regression", *TINY[:4], "--out", out)
    assert said in said_now
    assert "--out" in said_now
    assert Path("file").read_text() == "mine"


def test_a_current_folder_that_cannot_be_written(monkeypatch):
    make = Path.mkdir

    def refuse(path, *given, **more):
        if not path.is_absolute():
            raise PermissionError(13, "Permission denied", str(path))
        make(path, *given, **more)

    monkeypatch.setattr(Path, "mkdir", refuse)
    said = refused("run", "supervised", "--task", "regression")
    assert said.startswith("cannot write to runs")
    assert "Permission denied" in said
    assert "--out" in said


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission():
    Path("locked").mkdir(mode=0o500)
    assert "Permission denied" in refused("run", "rl", "--out", "locked/run")


@pytest.mark.usefixtures("undrawn")
def test_a_run_is_never_overwritten_by_itself():
    run = ("run", "supervised", "--task", "regression", "--threads", "1", "--quiet", "--out", "run")
    done(*run, "--samples", "64", "--seeds", "2")
    Path("run/notes.txt").write_text("mine")
    before = {path: path.read_bytes() for path in Path("run").rglob("*") if path.is_file()}
    assert "Add --force to replace it" in refused(*run)
    assert "--samples must be" in refused(*run, "--force", "--samples", "0")
    assert "unknown dataset" in refused(*run, "--force", "--dataset", "nothing")
    assert before == {path: path.read_bytes() for path in Path("run").rglob("*") if path.is_file()}
    done(*run, "--samples", "96", "--seeds", "1", "--force")
    rows = Path("run/metrics.jsonl").read_text().splitlines()
    assert {json.loads(row)["seed"] for row in rows} == {0}
    assert Path("run/notes.txt").read_text() == "mine"


# ---- files of options


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seeds = 3\nlearnin_rate = 1\n", "o.toml, line 2: unknown key 'learnin_rate'"),
        ("\n\nbatchsize = 3\n", "o.toml, line 3: unknown key 'batchsize': did you mean 'batch_size'"),
        ("[rl]\nenv = 'x'\n", "o.toml, line 1: unknown key 'rl'"),
        ("seeds = 3\nlr = = 2\n", "line 2"),
        ("seeds = 'many'\n", "--seeds must be a whole number"),
        ("lr = -1\n", "--lr must be a number above 0"),
        ("lr = [0.1, 0.2]\n", "--lr must be a number"),
        ("hidden = ['a']\n", "--hidden must be layer widths"),
        ("drop = 3\n", "--drop must be names"),
        ("samples = 100\nepochs = 3\n", "Give one of them"),
        ("dataset = 'wine'\ndata = 't.csv'\n", "both name the data"),
        ("optimizer = 'adamm'\n", "did you mean 'adam'"),
        ("only = ['regression', 'dnq']\n", "did you mean 'dqn'"),
        ("quick = 'yes'\n", "--quick is true or false"),
        ("task = 'regression'\n", "Choose learners with --only"),
    ],
)
def test_mistakes_in_a_file_of_options(text, said):
    Path("o.toml").write_text(text, encoding="utf-8")
    assert said in refused("compare", "--config", "o.toml")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"options": 3}', '{"options": {}}', '{"learners": []}'])
def test_json_that_is_not_of_a_run(text):
    Path("config.json").write_text(text)
    assert "is not the config.json of a run" in refused("compare", "--config", "config.json")
    assert "Name the folder of a run" in refused("compare", "--resume", ".")


def test_files_of_options_that_cannot_be_read():
    Path("o.toml").write_bytes(b"\xff\xfe\x00")
    assert "--config o.toml" in refused("compare", "--config", "o.toml")
    assert "No such file" in refused("compare", "--config", "no.toml")
    assert "--config ." in refused("compare", "--config", ".")


# ---- what nobody foresaw


def test_what_the_system_refuses_is_one_line(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device", "runs/x")

    monkeypatch.setattr("paradigms.cli.listing._sections", full)
    assert refused("list", code=1) == "No space left on device (runs/x)."


def test_a_fault_of_the_program_is_one_line_unless_asked_for(monkeypatch):
    monkeypatch.delenv("PARADIGMS_DEBUG", raising=False)

    def broken():
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("paradigms.cli.listing._sections", broken)
    assert refused("list", code=1).startswith("RuntimeError: two lines This is a bug")
    monkeypatch.setenv("PARADIGMS_DEBUG", "1")
    with pytest.raises(RuntimeError, match="two"):
        paradigms("list")


def test_a_name_with_a_newline_makes_one_line():
    assert "unknown dataset" in refused("compare", "--dataset", "a\nb")
    assert "no\nfolder" not in refused("report", "no\nfolder")


def test_nothing_is_trained_when_a_later_learner_cannot_be():
    Path("t.csv").write_text("x\n" + "".join(f"{k % 2}\n" for k in range(40)))
    own = ("compare", "--data", "t.csv", "--seeds", "2", *SHORT, "--samples", "200")
    assert "only 2 distinct rows" in refused(*own, "--clusters", "3")
    assert "kmeans: --clusters 2, few enough" in done(*own, "--dry-run").out
