"""A person's own images: a folder with a folder of them for each class."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from paradigms.errors import DataError

from .dataset import Column, Dataset
from .forms.images import Images
from .preprocessing import Preprocessing
from .words import listed, plural, quoted

Array = np.ndarray[Any, Any]
SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp"})
LONGEST = 32
"""Pixels of an image's longer side; what is larger is made smaller."""
COLOURS = ("red", "green", "blue")
SIDEWAYS = frozenset({5, 6, 7, 8})
"""Orientations (Exif 2.3) whose rows are columns."""
GREY = frozenset({"1", "L", "LA", "I", "I;16", "F"})


@dataclass(frozen=True)
class Photographs(Images):
    """Images out of files: new ones are brought to the same size and colours."""

    def fitted(self, plain: Preprocessing, frame: pd.DataFrame) -> Preprocessing:
        """Beside what the training part says, what an image file has to become."""
        return replace(plain, image=self.shape)


def read_images(folder: str | os.PathLike[str]) -> Dataset:
    """Folders of images as examples of classes, one class a folder, in the order of their names.

    All are brought to one size, that of most of them with at most 32 pixels a side, and where one of them has
    colours to three channels; values go from 0 to 1 by their range.

    Raises:
        DataError: files that are no images, no or one class, or images beside the folders.
    """
    where = Path(folder)
    name = where.resolve().name
    classes = sorted(one.name for one in _visible(where) if one.is_dir())
    loose = _images(where)
    if loose or not any(_images(where / one) for one in classes):
        what = f"{plural(len(loose), 'image')} of no class" if loose else "no folder of images in it"
        raise DataError(
            f"{quoted(where)} is a folder with {what}.",
            f"Name a table in it, or a folder with one of images for each class: {name}/cat/1.png.",
        )
    files = {one: image_files(where / one) for one in classes}
    paths = [path for one in classes for path in files[one]]
    shape, sizes = _common(paths)
    x = pixels(paths, shape)
    frame = pd.DataFrame(x, columns=_names(shape))
    notes = []
    if len(sizes) > 1 or (size := next(iter(sizes))) != shape[-2:][::-1]:
        were = f"{len(sizes)} different sizes" if len(sizes) > 1 else f"{size[0]} × {size[1]}"
        notes.append(f"Images of {were} were brought to {shape[-1]} × {shape[-2]} pixels.")
    channels = shape[0] if len(shape) == 3 else None
    return Dataset(
        name=name,
        kind="file",
        task="classification",
        frame=frame,
        target=np.repeat(np.arange(len(classes)), [len(files[one]) for one in classes]),
        target_name="folder",
        classes=tuple(classes),
        columns=tuple(Column(c, "number", None, 0, int(frame[c].nunique())) for c in frame),
        form=Photographs(shape[-2], shape[-1], channels),
        scaling="range",
        value_range=255.0,
        notes=tuple(notes),
        task_reason="each folder is a class",
    )


def _images(folder: Path) -> list[Path]:
    return [one for one in _visible(folder) if one.is_file() and one.suffix.lower() in SUFFIXES]


def image_files(folder: Path) -> list[Path]:
    """The images in a folder, by name.

    Raises:
        DataError: a file that is none, or a folder.
    """
    found = sorted(_visible(folder))
    for path in found:
        if path.suffix.lower() not in SUFFIXES:
            what = "a folder in a class" if path.is_dir() else "no image"
            raise DataError(
                f"{quoted(f'{folder.name}/{path.name}')} is {what}.",
                f"Take it out; images end in {listed(sorted(SUFFIXES))}.",
            )
    return found


def images_in(path: Path) -> dict[str, Path]:
    """The images that a path leads to, by name: itself, those in the folder, or in the folders in it."""
    if not path.is_dir():
        return {path.name: path} if path.suffix.lower() in SUFFIXES else {}
    folders = sorted(one for one in _visible(path) if one.is_dir())
    if not folders:
        return {one.name: one for one in image_files(path)}
    return {f"{folder.name}/{one.name}": one for folder in folders for one in image_files(folder)}


def pixels(paths: Sequence[Path], shape: Sequence[int]) -> Array:
    """`[N, d]` values from 0 to 255 of images of a shape, laid flat.

    Raises:
        DataError: one cannot be read.
    """
    height, width = shape[-2:]
    mode = "L" if len(shape) == 2 else "RGB"
    rows = np.empty((len(paths), *shape))
    for row, path in zip(rows, paths, strict=True):
        with _opened(path) as file:
            image = _in(ImageOps.exif_transpose(file), mode)
        if image.size != (width, height):
            image = ImageOps.pad(image, (width, height), Image.Resampling.BOX)
        held = np.asarray(image, dtype=float)
        row[:] = held if held.ndim == 2 else held.transpose(2, 0, 1)
    return rows.reshape(len(paths), -1)


def _common(paths: Iterable[Path]) -> tuple[tuple[int, ...], Counter[tuple[int, int]]]:
    """The shape of all, and how many have each size, width first."""
    sizes: Counter[tuple[int, int]] = Counter()
    grey = True
    for path in paths:
        with _opened(path) as file:  # its head says it, whatever it holds
            turned = file.getexif().get(ExifTags.Base.Orientation, 1) in SIDEWAYS
            sizes[file.size[::-1] if turned else file.size] += 1
            grey = grey and file.mode in GREY
    width, height = min(sizes, key=lambda size: (-sizes[size], size))
    by = min(1.0, LONGEST / max(width, height))
    plane = max(1, round(height * by)), max(1, round(width * by))
    return (plane if grey else (len(COLOURS), *plane)), sizes


def _names(shape: Sequence[int]) -> list[str]:
    height, width = shape[-2:]
    plane = [f"row {row + 1}, column {column + 1}" for row in range(height) for column in range(width)]
    return plane if len(shape) == 2 else [f"{colour}, {place}" for colour in COLOURS for place in plane]


def _visible(folder: Path) -> list[Path]:
    return [one for one in folder.iterdir() if not one.name.startswith(".") and one.name != "Thumbs.db"]


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """A file whose pixels are read when they are asked for.

    Raises:
        DataError: it is no image, or is damaged.
    """
    name = quoted(f"{path.parent.name}/{path.name}")
    try:
        with Image.open(path) as image:
            yield image
    except UnidentifiedImageError:
        raise DataError(f"{name} cannot be read as an image.", "Take it out, or save it again.") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataError(f"{name} cannot be read: {error}.", "Take it out, or save it again.") from error


def _in(image: Image.Image, mode: str) -> Image.Image:
    """As grey or as three colours, on white where it is transparent; deep grey scaled to 255."""
    if image.mode.startswith(("I", "F")):
        deep = np.asarray(image, dtype=float)
        most = 65535.0 if deep.max() > 255 else 255.0
        image = Image.fromarray(np.round(deep * 255 / most).clip(0, 255).astype(np.uint8))
    if image.mode in ("LA", "PA", "RGBA", "RGBa", "La") or "transparency" in image.info:
        see = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", see.size, "white"), see)
    return image.convert(mode)
