"""matplotlib's SVG made fit to stand in a page: small, its ids its own, its colours CSS variables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from html import escape

_HEAD = re.compile(r"^.*?(?=<svg )", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)
_STYLE_SHEET = re.compile(r"<style type=\"text/css\">.*?</style>", re.DOTALL)
_OPENING = re.compile(r"<svg [^>]*viewBox=\"([^\"]*)\"[^>]*>")
_LONG_NUMBER = re.compile(r"(-?\d+\.\d)\d+")
_PATH = re.compile(r" (?:d|x|y|transform|width|height)=\"[^\"]*\"")
_TAG = re.compile(r"<[^>]*>")
_ID = re.compile(r" id=\"([^\"]*)\"")
_REFERENCE = re.compile(r"(href=\"#|url\(#)([^\")]*)")
_FONT = re.compile(r"font-family: [^;\"]*;?\s*")
_NO_TURN = re.compile(r" transform=\"rotate\(-?0 [^\"]*\)\"")
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_BETWEEN = re.compile(r">\s+<")
_LINE = re.compile(r" *\n *")


def _shorter(match: re.Match[str]) -> str:
    """Coordinates to a tenth of a point, path data on one line."""
    text = match.group()
    name, value = text[:-1].split('="', 1)
    value = _LINE.sub(" ", _LONG_NUMBER.sub(r"\1", value)).strip()
    return f'{name}="{value}"'


def inline(source: str, prefix: str, text: str, variables: Mapping[str, str]) -> str:
    """`source` as an `<svg role="img">` with `text` as its name.

    Only markup is rewritten: what stands between `>` and `<` (titles, ticks, names) stays as matplotlib
    escaped it, except for colours, which no text of ours contains.
    """
    body = _METADATA.sub("", _STYLE_SHEET.sub("", _HEAD.sub("", source, count=1)))
    wanted = {name for _, name in _REFERENCE.findall(body)}
    body = _TAG.sub(lambda tag: _tag(tag.group(), prefix, wanted, variables), body)
    opening = rf'<svg role="img" aria-label="{escape(text)}" viewBox="\1" class="plot">'
    body = _OPENING.sub(
        lambda match: match.expand(opening.replace("\\", r"\\").replace(r"\\1", r"\1")), body, 1
    )
    return _BETWEEN.sub("><", body.replace("<defs></defs>", "")).strip()


def _tag(tag: str, prefix: str, wanted: Set[str], variables: Mapping[str, str]) -> str:
    """Many figures share one page: an id that something refers to gets the figure's prefix, others go."""
    tag = _ID.sub(lambda match: f' id="{prefix}-{match[1]}"' if match[1] in wanted else "", tag)
    tag = _REFERENCE.sub(rf"\1{prefix}-\2", tag)
    tag = _FONT.sub("", _NO_TURN.sub("", tag))
    tag = _COLOUR.sub(lambda match: _variable(match.group(), variables), tag)
    return _PATH.sub(_shorter, tag)


def _variable(colour: str, variables: Mapping[str, str]) -> str:
    return f"var({variables[colour]})" if colour in variables else colour
