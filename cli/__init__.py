"""What people type. Nothing here imports torch until something is to be trained."""

from __future__ import annotations

import sys

import click

from paradigms.cli.doctor import doctor
from paradigms.cli.listing import list_
from paradigms.cli.predicting import predict
from paradigms.cli.reporting import report
from paradigms.cli.running import compare, run
from paradigms.errors import ParadigmsError


@click.group(epilog="Start with:  paradigms compare --quick")
@click.version_option(package_name="paradigms")
def paradigms() -> None:
    """Shows how machines learn: five learners on one engine, side by side.

    \b
    Examples:
      paradigms compare                     all five, ten seeds, one page
      paradigms compare --quick             the same in under a minute
      paradigms run supervised --data my.csv --target price
      paradigms run rl --env Acrobot-v1
      paradigms list
    """


for command in (run, compare, report, predict, list_, doctor):
    paradigms.add_command(command)


def main() -> None:
    """Runs the command line; every error is one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        result = paradigms.main(standalone_mode=False, prog_name="paradigms")
    except ParadigmsError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        message = " ".join(error.format_message().split())
        where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "paradigms"
        click.echo(f"Error: {message} Try: {where} --help", err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    sys.exit(result if isinstance(result, int) else 0)
