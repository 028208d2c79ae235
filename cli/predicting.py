"""`paradigms predict`: what trained replicas say of new rows."""

from __future__ import annotations

from collections.abc import Iterator
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
    pieces = _asked(folder, data, prompt, learner, model, setting)
    if out is None:
        for text, _ in _lines(pieces):
            click.echo(text, nl=False)
        return
    begun, rows = out.with_name(f".{out.name}.part"), 0
    try:
        with begun.open("w", encoding="utf-8", newline="") as file:
            for text, count in _lines(pieces):
                file.write(text)
                rows += count
        begun.replace(out)
    except OSError as error:
        raise UsageError(f"cannot write {out}: {error.strerror}.", "Name another file with --out.") from None
    finally:
        begun.unlink(missing_ok=True)
    click.echo(f"{out}  ({rows} rows)")


def _lines(pieces: Iterator[Any]) -> Iterator[tuple[str, int]]:
    """CSV, piece after piece, the header before the first; and rows of each."""
    for number, frame in enumerate(pieces):
        text = frame.to_csv(index=False, header=number == 0, lineterminator="\n", float_format="%.6g")
        yield text, len(frame)


def _asked(
    folder: Path,
    data: Path | None,
    prompt: str | None,
    learner: str | None,
    model: str | None,
    setting: int | None,
) -> Iterator[Any]:
    """The answers, one line each, in pieces where they are many; what should be known is said beside."""

    def say(note: str) -> None:
        click.echo(f"note: {note}", err=True)

    if data is not None:
        from paradigms.studies.prediction import predicted

        return predicted(folder, data, learner, model, setting, say=say)
    from paradigms.studies.prompting import prompt as go_on

    text, frame = go_on(folder, str(prompt), learner, setting)
    say(text)
    return iter([frame])
