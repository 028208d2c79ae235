"""What every fuzzer shares: so many cases, in time, a right answer or one line, nothing written elsewhere."""

import os
import shutil
import signal
from contextlib import contextmanager
from pathlib import Path

import pytest
from commands import Answer, paradigms
from hypothesis import HealthCheck, Phase, given, settings

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


@contextmanager
def told(name: str):
    """Says which case it was that failed."""
    try:
        yield
    except BaseException as error:
        error.add_note(name)
        raise


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
