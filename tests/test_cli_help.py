"""What the command line says of itself: help, lists, versions, health; all of it without torch."""

import importlib.metadata
import json
import re
import subprocess
import sys

import pytest
from commands import done, paradigms

from paradigms.datasets import CATALOGUE
from paradigms.options import OPTIMIZERS, OPTIONS, SCHEDULES, STUDY
from paradigms.registry import LEARNERS, REGISTRY, of

COMMANDS = (
    [], ["run"], ["run", "supervised"], ["run", "unsupervised"], ["run", "rl"],
    ["compare"], ["report"], ["predict"], ["verify"], ["list"], ["doctor"],
)  # fmt: skip
HEAVY = ("torch", "gymnasium", "sklearn", "pandas", "matplotlib", "numpy")
PRINTING = ("out", "force", "resume", "config", "dry-run", "embed-rows", "fields", "open", "json", "quiet")


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_begins_with_examples(words):
    text = done(*words, "--help").out
    example = re.search(r"Examples?:\n  paradigms ", text.replace("    ", "  "))
    assert example
    assert example.start() < text.index("Options:")
    assert max(map(len, text.splitlines())) <= 90


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_examples_are_commands_that_exist(words):
    """Each example parses: its options are those of its command."""
    text = done(*words, "--help").out.split("Options:")[0]
    for line in re.findall(r"^ +(paradigms .*)$", text, re.MULTILINE):
        typed = re.split(r" {2,}", line)[0].split()[1:]
        command = [word for word in typed[:2] if not word.startswith("-")]
        flags = [word for word in typed if word.startswith("--")]
        while command and paradigms(*command, "--help").code:
            command.pop()
        shown = done(*command, "--help").out
        assert all(f"{flag}" in shown for flag in flags), line


@pytest.mark.parametrize(
    ("words", "learners"),
    [
        (["run", "supervised"], of("supervised")),
        (["run", "unsupervised"], of("unsupervised")),
        (["run", "rl"], of("reinforcement")),
        (["compare"], list(LEARNERS)),
    ],
)
def test_every_option_of_every_learner_is_there(words, learners):
    text = done(*words, "--help").out
    flags = {OPTIONS[name].flag for learner in learners for name in LEARNERS[learner].options}
    left = {OPTIONS[name].flag for name in OPTIONS} - flags
    own = {STUDY[name].flag for name in ("seeds", "seed", "quick", "device", "dtype", "threads")}
    own |= {"--" + name for name in PRINTING}
    if words != ["run", "rl"]:
        own |= {STUDY[name].flag for name in ("task", "dataset", "data", "target", "drop")}
    shown = set(re.findall(r"^  (--[a-z0-9-]+)", text, re.MULTILINE))
    assert flags | own <= shown
    assert not left & shown


def test_no_command_at_all_is_help():
    assert done().out == done("--help").out


def test_help_lists_and_versions_import_nothing_heavy(tmp_path):
    """--help answers in under 0.4 s because nothing slow is imported for it."""
    said = [[*words, "--help"] for words in COMMANDS] + [["list"], ["--version"], ["run"]]
    code = f"""
import contextlib, io, json, sys
from paradigms.cli import main
for words in {said!r}:
    sys.argv = ["paradigms", *words]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            main()
        except SystemExit:
            pass
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""
    found = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(found.stdout) == []


def test_the_module_is_the_command(tmp_path):
    found = subprocess.run(
        [sys.executable, "-P", "-m", "paradigms", "list", "nothing"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 2
    assert found.stderr.startswith("Error: unknown section 'nothing'")


def test_list_names_everything():
    text = done("list").out
    for name in [*CATALOGUE, *LEARNERS, *OPTIMIZERS, *SCHEDULES, *REGISTRY["dqn"].variants]:
        assert re.search(rf"^  {re.escape(name)} ", text, re.MULTILINE), name
    assert "openml:" in text
    assert "--env ID" in text


def test_list_one_section_as_json():
    found = json.loads(done("list", "datasets", "--json").out)
    assert list(found) == ["datasets"]
    assert found["datasets"].keys() == CATALOGUE.keys()
    assert json.loads(done("list", "--json").out).keys() == {
        "learners", "teachers", "datasets", "optimizers", "schedules", "environments",
        "activations", "norms", "inits",
    }  # fmt: skip


def test_doctor_names_versions_device_and_threads():
    answer = paradigms("doctor")
    lines = {line.split()[0]: line for line in answer.out.splitlines()}
    for name in ("torch", "numpy", "gymnasium", "scikit-learn"):
        assert importlib.metadata.version(name) in lines[name]
    assert {"python", "device", "threads", "processors", "folder"} <= lines.keys()
    assert answer.code == 0


def test_doctor_says_what_to_type_for_what_is_missing(monkeypatch):
    from paradigms.studies import health

    there = health.version

    def version(name):
        if name == "seaborn":
            raise importlib.metadata.PackageNotFoundError(name)
        return there(name)

    monkeypatch.setattr(health, "version", version)
    answer = paradigms("doctor")
    assert answer.code == 1
    assert "pip install seaborn" in answer.out
    assert answer.err == ""
