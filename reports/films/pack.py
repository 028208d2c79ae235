"""Arrays made small enough to travel in a page: quantised, differenced, deflated, as base64.

A value is `low + step × code`; the highest code stands for NaN. Sixteen-bit codes lie in two planes, all
high bytes before all low ones, and with `along` every code is kept as its difference from the one before
it on that axis, modulo the code's size: both cost nothing and deflate well.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass, field

import numpy as np

from ..reading.folder import Json
from ..reading.pictures import Array


@dataclass
class Pack:
    """Arrays of one film, in the order in which they were added."""

    index: Json = field(default_factory=dict)
    _bytes: bytearray = field(default_factory=bytearray)

    def __contains__(self, name: str) -> bool:
        return name in self.index

    def add(
        self, name: str, values: Array, bits: int = 16, along: int | None = None, levels: int = 0
    ) -> None:
        """Real numbers, rounded to one of `levels`: as many as the bits hold, or fewer for a smaller page."""
        values = np.asarray(values, dtype=np.float64)
        known = np.isfinite(values)
        low, high = (float(values[known].min()), float(values[known].max())) if known.any() else (0.0, 0.0)
        most = min(levels or 2**bits, 2**bits) - 2
        step = (high - low) / most or 1.0
        codes = np.rint((np.where(known, values, low) - low) / step)
        self._put(name, np.where(known, codes, 2**bits - 1), bits, along, low, step)

    def whole(self, name: str, values: Array, along: int | None = None) -> None:
        """Whole numbers from zero on, kept exactly; a negative one is read as NaN."""
        values = np.asarray(values, dtype=np.int64)
        bits = 8 if values.max(initial=0) < 255 else 16
        self._put(name, np.where(values < 0, 2**bits - 1, np.minimum(values, 2**bits - 2)), bits, along, 0, 1)

    def _put(self, name: str, codes: Array, bits: int, along: int | None, low: float, step: float) -> None:
        codes = codes.astype(np.uint8 if bits == 8 else np.uint16)
        self.index[name] = {
            "at": len(self._bytes),
            "bits": bits,
            "shape": list(codes.shape),
            "low": low,
            "step": step,
            "along": along,
        }
        if along is not None:
            codes = np.concatenate(
                [np.take(codes, [0], along), np.diff(codes, axis=along)], axis=along, dtype=codes.dtype
            )
        planes = [codes] if bits == 8 else [codes >> 8, codes & 255]
        for plane in planes:
            self._bytes += plane.astype(np.uint8).tobytes()

    def film(self, about: Json) -> Json:
        """What stands in the page: `about`, the index, and the payload."""
        payload = base64.b64encode(zlib.compress(bytes(self._bytes), 9)).decode()
        return {**about, "arrays": self.index, "payload": payload}
