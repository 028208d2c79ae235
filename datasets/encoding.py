"""Which letters the bytes of a text file are: UTF-8, UTF-16 with its mark, or Windows-1252."""

from __future__ import annotations

import unicodedata

from paradigms.errors import DataError

WIDE = (b"\xff\xfe", b"\xfe\xff")
_PACKED = {
    b"\xd0\xcf\x11\xe0": "Save an old Excel file as .xlsx or CSV first.",
    b"PK\x03\x04": "If it is a spreadsheet, save it as CSV first; unpack an archive.",
    b"\x1f\x8b": "It is compressed: unpack it first.",
}
FEWEST, BY_CHANCE = 2, 0.1
"""Lines that are UTF-8 among others, and their share of those with letters beyond ASCII, by chance."""


def decode(data: bytes, name: str) -> tuple[str, list[str]]:
    """The text, in composed letters (NFC), and notes on how it was found.

    Raises:
        DataError: no text, or text in two encodings.
    """
    if not data.strip(b"\xef\xbb\xbf\r\n\t "):
        raise DataError(f"{name} is empty.", "Give --data a CSV file with a header and rows.")
    notes: list[str] = []
    if data[:2] in WIDE:
        text = data.decode("utf-16", errors="replace")
    else:
        hint = next((hint for start, hint in _PACKED.items() if data.startswith(start)), "")
        if hint or b"\0" in data:
            raise _not_text(name, hint, data)
        text, notes = _narrow(data, name)
    if "\0" in text:
        raise _not_text(name, "")
    return (text if text.isascii() else unicodedata.normalize("NFC", text)).lstrip("\r\n"), notes


def _narrow(data: bytes, name: str) -> tuple[str, list[str]]:
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", errors="surrogateescape")
    strange = [at for at, letter in enumerate(text) if not letter.isascii()]
    wrong = [at for at in strange if "\udc80" <= text[at] <= "\udcff"]
    if len(strange) > 2 * len(wrong):  # most of what is no ASCII is UTF-8
        line = text.count("\n", 0, wrong[0]) + 1
        raise DataError(
            f"{name} is UTF-8, but for {len(wrong):,} bytes, the first of them in line {line}.",
            "Save it anew as UTF-8.",
        )
    _require_one(text, name)
    try:
        return data.decode("cp1252"), ["The file is not UTF-8; it was read as Windows-1252 (Latin-1)."]
    except UnicodeDecodeError:
        return data.decode("latin-1"), ["The file is not UTF-8; it was read as Latin-1."]


def _require_one(text: str, name: str) -> None:
    """Raise DataError where whole lines are UTF-8 and others are not, as when two files were put together.

    A few of them may be by chance: some pairs of Windows-1252's letters are letters of UTF-8 as well.
    """
    strange = [(at, line) for at, line in enumerate(text.split("\n"), start=1) if not line.isascii()]
    wrong = [at for at, line in strange if any("\udc80" <= letter <= "\udcff" for letter in line)]
    good = [at for at, _ in strange if at not in set(wrong)]
    if len(good) >= FEWEST and len(good) > BY_CHANCE * len(strange):
        raise DataError(
            f"{name} is in two encodings: line {good[0]} is UTF-8, line {wrong[0]} is not.",
            "Save it anew as UTF-8.",
        )


def _not_text(name: str, hint: str, data: bytes = b"") -> DataError:
    if not hint and data.count(b"\0") > 0.4 * len(data):
        hint = "It may be UTF-16 without its mark: save it anew as UTF-8."
    return DataError(f"{name} is not a text file.", hint or "If it is a spreadsheet, save it as CSV first.")
