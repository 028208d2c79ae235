"""What people type. Nothing here imports torch until something is to be trained."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click

from paradigms import __version__
from paradigms.cli.caching import cache
from paradigms.cli.doctor import doctor
from paradigms.cli.examples import example
from paradigms.cli.lessons import lesson
from paradigms.cli.listing import list_
from paradigms.cli.predicting import predict
from paradigms.cli.reporting import report
from paradigms.cli.running import compare, run
from paradigms.cli.sweeping import sweep
from paradigms.cli.verifying import verify
from paradigms.errors import Interrupted, ParadigmsError
from paradigms.studies.asking.ranks import cause, check_typed, place

DEBUG = "PARADIGMS_DEBUG"
"""The environment variable that shows tracebacks."""


@click.group(epilog="Start with:  paradigms compare --quick")
@click.version_option(__version__)
def paradigms() -> None:
    """Shows how machines learn: five learners on one engine, side by side.

    \b
    Examples:
      paradigms compare                     all five, ten seeds, one page
      paradigms compare --quick             the same in under a minute
      paradigms compare --all               every learner, by kinds of feedback
      paradigms run supervised --data my.csv --target price
      paradigms run rl --env Acrobot-v1
      paradigms sweep classification --vary lr=1e-4:1:log:12
      paradigms lesson learning-rate
      paradigms example disease
      paradigms list
    """


for command in (run, compare, sweep, lesson, example, report, predict, verify, list_, doctor, cache):
    paradigms.add_command(command)


def main() -> None:
    """Runs the command line; every error is one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        result = _follow() if place()[0] else _lead(sys.argv[1:] or ["--help"])
    except Interrupted as stop:
        _end(str(stop), stop.exit_code)
    except ParadigmsError as error:
        if DEBUG in os.environ and error.__cause__ is not None:
            raise
        _end(f"Error: {error}", error.exit_code)
    except click.ClickException as error:
        _end(_usage(error), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _end("Stopped.", 130)
    except Exception as error:
        if DEBUG in os.environ:
            raise
        _end(f"Error: {_unforeseen(error)}", 1)
    sys.exit(result if isinstance(result, int) else 0)


def _lead(words: list[str]) -> object:
    check_typed(words)
    return paradigms.main(words, standalone_mode=False, prog_name="paradigms")


def _follow() -> int:
    """One of torchrun's other processes."""
    from paradigms.studies.following import follow

    return follow()


def _end(line: str, code: int) -> NoReturn:
    line = " ".join(line.split())
    click.echo(line, err=True)
    cause(line)
    sys.exit(code)


def _usage(error: click.ClickException) -> str:
    """Click's own complaint, with the help to turn to."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    said = error.format_message()
    stop = "" if said.endswith((".", "?")) else "."
    return f"Error: {said}{stop} Try: {context.command_path if context else 'paradigms'} --help"


def _unforeseen(error: Exception) -> str:
    """What the operating system refused, or a fault of this program's own."""
    if isinstance(error, OSError) and error.strerror:
        about = f" ({error.filename})" if error.filename else ""
        return f"{error.strerror}{about}."
    return f"{type(error).__name__}: {error} This is a bug: set {DEBUG}=1 to see where, and please report it."
