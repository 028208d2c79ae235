"""Progress on stderr, and the signals that wait for a block's end."""

import io
import signal
from contextlib import redirect_stderr

import pytest

from paradigms.cli import progress
from paradigms.cli.progress import Progress, Stop, stopping


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch):
    """A terminal to put in place of stderr, and a clock that is set by hand."""
    shown = Terminal()
    clock = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    return shown, clock


def test_no_bar_for_what_takes_less_than_two_seconds(terminal):
    shown, clock = terminal
    with redirect_stderr(shown), Progress(silent=False) as bar:
        for step in range(11):
            clock[0] += 0.19
            bar.look("PCA", step, 10)
    assert shown.getvalue() == ""


def test_a_bar_with_its_learner_and_the_time_left(terminal):
    shown, clock = terminal
    with redirect_stderr(shown), Progress(silent=False) as bar:
        for title in ("PCA", "DQN"):
            for step in range(11):
                clock[0] += 1
                bar.look(title, step, 10)
    text = shown.getvalue()
    assert "PCA" in text
    assert "DQN" in text
    assert "100%" in text
    assert text.endswith("\n")


def test_a_bar_makes_room_for_a_sentence(terminal):
    shown, clock = terminal
    with redirect_stderr(shown), Progress(silent=False) as bar:
        for step in range(6):
            clock[0] += 1
            bar.look("PCA", step, 10)
        bar.say("hear this")
    assert "\nhear this\n" in shown.getvalue()


def test_no_bar_where_stderr_is_no_terminal(monkeypatch):
    shown = io.StringIO()
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    with redirect_stderr(shown), Progress(silent=False) as bar:
        bar.look("PCA", 0, 10)
        bar.look("PCA", 5, 10)
        bar.say("only this")
    assert shown.getvalue() == "only this\n"


def test_silence(terminal):
    shown, clock = terminal
    with redirect_stderr(shown), Progress(silent=True) as bar:
        for step in range(6):
            clock[0] += 1
            bar.look("PCA", step, 10)
        bar.say("not this")
    assert shown.getvalue() == ""


def test_no_color(terminal, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    shown, clock = terminal
    with redirect_stderr(shown), Progress(silent=False) as bar:
        for step in range(6):
            clock[0] += 1
            bar.look("PCA", step, 10)
    assert "\x1b[3" not in shown.getvalue()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_and_the_second_is_as_before(number, capsys):
    taken = []
    before = signal.signal(number, lambda *_: taken.append(number))
    try:
        stop = Stop()
        with stopping(stop):
            assert not stop.asked()
            signal.raise_signal(number)
            assert stop.asked()
            assert stop.exit_code == 128 + number
            assert taken == []
            signal.raise_signal(number)
            assert taken == [number]
    finally:
        signal.signal(number, before)
    assert "again to leave at once" in capsys.readouterr().err


def test_handlers_are_put_back():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with pytest.raises(RuntimeError, match="x"), stopping(Stop()):
        raise RuntimeError("x")
    assert before == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
