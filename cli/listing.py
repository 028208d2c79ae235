"""`paradigms list`: what there is to choose from."""

from __future__ import annotations

import json
from typing import Any

import click

from paradigms.datasets import CATALOGUE
from paradigms.errors import unknown
from paradigms.options import ACTIVATIONS, INITS, NORMS, OPTIMIZERS, SCHEDULES
from paradigms.registry import REGISTRY
from paradigms.teaching import TEACHERS


def _sections() -> dict[str, dict[str, str]]:
    environments = REGISTRY["dqn"].variants
    return {
        "learners": {name: f"{entry.paradigm}: {entry.summary}" for name, entry in REGISTRY.items()},
        "teachers": {name: f"{entry.paradigm}: {entry.summary}" for name, entry in TEACHERS.items()},
        "datasets": {
            name: f"{entry.task} from {entry.form}, {entry.kind}: {entry.summary}"
            for name, entry in CATALOGUE.items()
        },
        "optimizers": dict(OPTIMIZERS),
        "schedules": dict(SCHEDULES),
        "activations": dict(ACTIVATIONS),
        "norms": dict(NORMS),
        "inits": dict(INITS),
        "environments": {
            name: f"preset, {preset['samples']:,} steps" for name, preset in environments.items()
        },
    }


@click.command("list")
@click.argument("what", required=False, metavar="[SECTION]")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
def list_(what: str | None, json_: bool) -> None:
    """Data sets, learners, optimisers, schedules, networks, environments.

    \b
    Examples:
      paradigms list
      paradigms list datasets
    """
    sections: dict[str, Any] = _sections()
    if what is not None:
        if what not in sections:
            raise unknown("section", what, sections)
        sections = {what: sections[what]}
    if json_:
        click.echo(json.dumps(sections, indent=2, ensure_ascii=False))
        return
    for title, lines in sections.items():
        click.echo(title)
        width = max(len(name) for name in lines)
        for name, line in lines.items():
            click.echo(f"  {name:<{width}}  {line}")
        click.echo()
    if what in (None, "teachers"):
        click.echo("Teachers share one task: paradigms compare --same-data NAME")
    if what in (None, "environments"):
        click.echo(
            "Any other Gymnasium environment with discrete actions, seen as a vector or a number: --env ID"
        )
    if what in (None, "datasets"):
        click.echo(
            "Any OpenML data set: --dataset openml:NAME     Your own table: --data FILE.csv --target COLUMN"
        )
