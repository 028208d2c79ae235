"""A sweep's summary as a small plain table for a terminal of eighty columns."""

from __future__ import annotations

from paradigms.choices import said

from ..reading.folder import Json
from ..words import number, percent

HEAD = ("", "validation", "test", "progress", "fresh seeds, test")


def table(summary: Json) -> str:
    """Of each learner the default and the best setting; how many lost seeds."""
    best = summary["sweep"]["best"]
    lines = []
    for name in dict.fromkeys(entry["id"] for entry in summary["learners"]):
        entries = [entry for entry in summary["learners"] if entry["id"] == name]
        won = next((one for learner, one in best.items() if name.startswith(f"{learner}-")), None)
        lines += [f"{name}: {len(entries) - 1} settings, {len(entries[0]['seeds'])} seeds each"]
        lines += _rows(entries, won)
        lost = sum(bool(entry["diverged"]) for entry in entries)
        lines += [f"  seeds diverged in {lost} settings"] if lost else []
    return "\n".join(lines)


def _rows(entries: list[Json], won: Json | None) -> list[str]:
    default = entries[0]
    fresh = (won or {}).get("fresh", {}).get("iqm", [None, None])
    rows = [["  default", number((won or {}).get("default")), *_cells(default), number(fresh[1])]]
    if won is not None:
        entry = next(one for one in entries if one["setting"] == won["setting"])
        values = ", ".join(f"{name} {said(value)}" for name, value in won["varied"].items())
        rows.append([f"  best: {values}", number(won["validation"]), *_cells(entry), number(fresh[0])])
    table = [list(HEAD), *rows]
    widths = [max(len(row[c]) for row in table) for c in range(len(HEAD))]
    return [
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
        for row in table
    ]


def _cells(entry: Json) -> list[str]:
    return [number(entry["iqm"]), percent(entry["progress"]).replace("\u202f", " ")]
