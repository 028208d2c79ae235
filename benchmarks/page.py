"""The tables of docs/performance.md, between their two marks; the notes around them are written by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.results import read
from benchmarks.rows import rows

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"


def number(value: float) -> str:
    """Three digits.

    >>> number(0.01234), number(12.345), number(1165189.0)
    ('0.0123', '12.3', '1,165,189')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def quality(reached: Mapping[str, float]) -> str:
    """`accuracy 0.9731`."""
    shown = {name: value for name, value in reached.items() if name != "steps"}
    return ", ".join(f"{name} {value:,.5g}" for name, value in shown.items()) or "–"


def line(name: str, one: Mapping[str, Any]) -> str:
    """One row of the table."""
    sign = "≥" if one["kind"] == "faster" else "≤"
    unit = " ×"
    low, high = one["spread"]
    met = {"aim": "aim", "must": "must", "missed": "**missed**", "reported": "–"}[one["verdict"]]
    asked = ["–" if one[name] is None else f"{sign} {number(one[name])}{unit}" for name in ("must", "aim")]
    cells = [
        f"`{name}`",
        one["what"],
        *asked,
        f"**{number(one['ratio'])}{unit}** ({number(low)}–{number(high)}, {one['pairs']})",
        met,
        f"{number(one['our_seconds'])} / {number(one['their_seconds'])}",
        f"{quality(one['our_quality'])} / {quality(one['their_quality'])}",
        one["floor"],
    ]
    return "| " + " | ".join(cells) + " |"


def head() -> list[str]:
    """The table's first two lines."""
    titles = ["row", "what", "must", "aim", "measured (range, pairs)", "met", "seconds, ours / theirs"]
    titles += ["quality, ours / theirs", "floor"]
    return ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]


def table(found: Mapping[str, Any]) -> str:
    """All rows, the unmeasured ones marked as such."""
    lines = head()
    for row in rows(2):
        one = found.get(row.name)
        lines.append(
            line(row.name, one) if one else f"| `{row.name}` | {row.what} | not yet measured |||||||"
        )
    return "\n".join(lines)


def measured(found: Mapping[str, Any]) -> str:
    """The rows that there are."""
    return "\n".join(head() + [line(name, one) for name, one in found.items()])


def where(found: Mapping[str, Any]) -> str:
    """Machines and versions, each once, with the rows that they belong to."""
    groups: dict[str, list[str]] = {}
    for name, one in found.items():
        machine, packages = one["machine"], ", ".join(f"{k} {v}" for k, v in one["versions"].items())
        said = (
            f"{machine['processor']}, {machine['cores']} cores, GPU {machine['gpu']}; {packages}; "
            f"{one['cores_each']} core(s) a side, {one['date']}"
        )
        groups.setdefault(said, []).append(f"`{name}` (load {one['load']})")
    return "\n".join(f"- {said}: {', '.join(names)}" for said, names in groups.items())


def memory_line(name: str, one: Mapping[str, Any]) -> str:
    """One row of the table of peaks."""
    cells = [
        f"`{name}`",
        one["what"],
        f"≤ {number(one['must'])} MB",
        f"**{number(one['megabytes'])} MB** in {one['processes']} process(es)",
        f"{number(one['idle'])} MB",
        number(one["seconds"]),
    ]
    return "| " + " | ".join(cells) + " |"


def memory(found: Mapping[str, Any]) -> str:
    """The peaks that were measured."""
    titles = ["row", "what", "must", "more at the peak than idle", "idle", "CPU seconds"]
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    return "\n".join(lines + [memory_line(name, one) for name, one in found.items()])


def curves(found: Mapping[str, Any]) -> str:
    """The exponents that were fitted."""
    lines = ["| time against | from – to | exponent | seconds, first – last |", "|---|---|---|---|"]
    for name, one in found.items():
        x, seconds = one["x"], one["seconds"]
        lines.append(
            f"| {name} | {x[0]:,} – {x[-1]:,} | {one['exponent']:.2f} | "
            f"{number(seconds[0])} – {number(seconds[-1])} |"
        )
    return "\n".join(lines)


def drawn(text: str, found: Mapping[str, Any]) -> str:
    """The page with its tables replaced by these figures."""
    parts = {
        "table": table(found["rows"]),
        "one core": measured(found["one core"]),
        "machines": where(found["rows"]) + "\n" + where(found["one core"]),
        "memory": memory(found["memory"]),
        "curves": curves(found["curves"]),
    }
    for name, body in parts.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        text, count = re.subn(
            f"{begin}.*?{end}", lambda _, block=f"{begin}\n{body}\n{end}": block, text, flags=re.DOTALL
        )
        if count != 1:
            raise ValueError(f"{begin} … {end} stands {count} times in the page")
    return text


def write(page: Path = PAGE) -> None:
    """Draws results.json into the page."""
    page.write_text(drawn(page.read_text(encoding="utf-8"), read()), encoding="utf-8")
