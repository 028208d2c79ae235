"""`paradigms predict`: what trained replicas say of new rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from paradigms.cli.options import own_model
from paradigms.errors import UsageError


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--data", type=click.Path(path_type=Path), metavar="NEW.csv", help="The new rows.")
@click.option(
    "--prompt", metavar="TEXT", help="A text to go on with or to fill the _ of, or a line to answer."
)
@click.option("--learner", metavar="ID", help="Which of the run's learners, if several fit.")
@own_model
@click.option("--setting", type=int, metavar="K", help="Of a sweep, which setting's model. [the best]")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the CSV here instead of stdout."
)
@click.option("--force", is_flag=True, help="Replace --out if it exists.")
def predict(
    folder: Path,
    data: Path | None,
    prompt: str | None,
    learner: str | None,
    model: str | None,
    setting: int | None,
    out: Path | None,
    force: bool,
) -> None:
    """What the trained replicas say of new rows, with their spread, as CSV.

    \b
    Examples:
      paradigms predict runs/run-supervised-2026-01-31-1 --data new.csv
      paradigms predict runs/mine --data new.csv --out predictions.csv
      paradigms predict runs/sweep-2026-01-31-1 --data new.csv --setting 3
      paradigms predict runs/text --prompt "the old"
      paradigms predict runs/text --prompt "anna finds the _"
      paradigms predict runs/sums --prompt "12+34"
    """
    if (data is None) == (prompt is None):
        raise UsageError("predict needs rows or a text.", "Give one of --data NEW.csv and --prompt TEXT.")
    if out is not None and out.exists() and not force:
        raise UsageError(f"{out} exists.", "Add --force to replace it.")
    frame = _asked(folder, data, prompt, learner, model, setting)
    text = frame.to_csv(index=False, lineterminator="\n", float_format="%.6g")
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {out}: {error.strerror}.", "Name another file with --out.") from None
    click.echo(f"{out}  ({len(frame)} rows)")


def _asked(
    folder: Path,
    data: Path | None,
    prompt: str | None,
    learner: str | None,
    model: str | None,
    setting: int | None,
) -> Any:
    """The answers, one line each; what should be known of them is said beside."""

    def say(note: str) -> None:
        click.echo(f"note: {note}", err=True)

    if data is not None:
        from paradigms.studies.prediction import predict as ask

        return ask(folder, data, learner, model, setting, say=say)
    from paradigms.studies.prompting import prompt as go_on

    text, frame = go_on(folder, str(prompt), learner, setting)
    say(text)
    return frame
