"""What a person asked for, before anything is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from paradigms.errors import UsageError, unknown
from paradigms.options import OPTIONS
from paradigms.registry import REGISTRY, Entry

SEEDS, QUICK_SEEDS = 10, 3


@dataclass(frozen=True)
class Request:
    """One study: which learners, on what, how often, with which options.

    `options` are learner options as given, by name; what is absent takes the learner's default.
    `named` says that the person named the learners, so that one that does not fit is an error rather
    than left out.
    """

    command: str
    learners: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    dataset: str | None = None
    data: Path | None = None
    target: str | None = None
    task: str | None = None
    drop: tuple[str, ...] = ()
    seeds: int | None = None
    seed: int = 0
    device: str = "auto"
    dtype: str = "float32"
    threads: int | None = None
    quick: bool = False
    named: bool = False

    def to_json(self) -> dict[str, Any]:
        """What was given, as `--config` and `--resume` read it back."""
        kept = {name: value for name, value in asdict(self).items() if value not in (None, (), {}, False)}
        return kept | ({} if self.data is None else {"data": str(self.data)})

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Request:
        """The request behind `to_json`'s dict."""
        known = {name: value for name, value in kept.items() if name in cls.__dataclass_fields__}
        known |= {name: tuple(known[name]) for name in ("learners", "drop") if name in known}
        return cls(**known | ({"data": Path(known["data"])} if "data" in known else {}))

    @property
    def replica_seeds(self) -> tuple[int, ...]:
        """0 … N−1."""
        count = self.seeds if self.seeds is not None else QUICK_SEEDS if self.quick else SEEDS
        return tuple(range(count))

    @property
    def entries(self) -> list[Entry]:
        """The registry's entries of the learners asked for."""
        for name in self.learners:
            if name not in REGISTRY:
                raise unknown("learner", name, REGISTRY)
        return [REGISTRY[name] for name in self.learners]

    def checked(self) -> tuple[Request, list[str]]:
        """The same with every option in its type, and a sentence for each option that only some take.

        Raises:
            UsageError: options that contradict each other, or that no chosen learner takes.
        """
        options = {}
        for name, value in self.options.items():
            if name not in OPTIONS:
                raise unknown("option", name, OPTIONS)
            options[name] = OPTIONS[name].check(value)
        self._check_together()
        notes = [note for name in options for note in self._takers(name)]
        return replace(self, options=options), notes

    def _check_together(self) -> None:
        if self.seeds is not None and self.seeds < 1:
            raise UsageError(f"--seeds must be a whole number of at least 1, not {self.seeds}.")
        if self.seed < 0:
            raise UsageError(f"--seed must be a whole number of at least 0, not {self.seed}.")
        if self.threads is not None and self.threads < 1:
            raise UsageError(f"--threads must be a whole number of at least 1, not {self.threads}.")
        if self.options.get("samples") is not None and self.options.get("epochs") is not None:
            raise UsageError("--samples and --epochs are the same budget in two units.", "Give one of them.")
        if self.data is not None and self.dataset is not None:
            raise UsageError("--data and --dataset both name the data.", "Give one of them.")
        if self.target is not None and self.data is None:
            raise UsageError("--target names a column of a person's own table.", "Give --data FILE.csv too.")

    def _takers(self, name: str) -> list[str]:
        takers = [entry.name for entry in self.entries if name in entry.options]
        flag = OPTIONS[name].flag
        if not takers:
            who = ", ".join(entry.name for entry in REGISTRY.values() if name in entry.options)
            raise UsageError(f"{flag} is not an option of {', '.join(self.learners)}.", f"Taken by: {who}.")
        left = [entry.name for entry in self.entries if entry.name not in takers]
        return [f"{flag} applies to {', '.join(takers)}; {', '.join(left)} does not take it."] if left else []
