"""Downloads through scikit-learn's fetchers, cached by them; without a network, one clear line at once."""

from __future__ import annotations

import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any

import pandas as pd
from sklearn import datasets as sk

from paradigms.errors import DataError

from .arrays import from_arrays
from .catalogue import OPENML, Entry
from .dataset import Dataset
from .numerals import Surroundings
from .sheet import text_column
from .tables import assemble
from .words import listed, quoted, shown

PATIENCE_SECONDS = 10.0


def california_housing(entry: Entry) -> Dataset:
    """House prices by district (Pace and Barry 1997), from the scikit-learn project's store.

    Raises:
        DataError: it is not cached and cannot be downloaded.
    """
    with _download(entry.name):
        bunch: Any = sk.fetch_california_housing(n_retries=1, delay=0.5)
    return from_arrays(
        entry,
        bunch.data,
        bunch.target,
        features=[str(name) for name in bunch.feature_names],
        classes=None,
        target_name="median house value",
    )


def openml(name: str, task: str | None = None) -> Dataset:
    """The active version of a data set at openml.org, with the target that OpenML declares.

    Raises:
        DataError: no such data set, no network, or a table that cannot be learned from.
    """
    wanted = name.removeprefix(OPENML)
    if not wanted:
        raise DataError("openml: without a name.", "Name a data set, as in --dataset openml:titanic.")
    with _download(name), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        bunch: Any = sk.fetch_openml(wanted, as_frame=True, parser="pandas", n_retries=1, delay=0.5)
    targets = list(bunch.target_names or ())
    if len(targets) > 1:
        raise DataError(
            f"{quoted(name)} has {len(targets)} targets: {listed(targets)}.", "Choose another --dataset."
        )
    table: pd.DataFrame = bunch.frame
    table = pd.DataFrame({str(name): _cells(column) for name, column in table.items()})
    target = str(targets[0]) if targets else None
    said = [str(warning.message) for warning in caught if warning.category is UserWarning]
    notes = [shown(" ".join(text.split()), 200) for text in said if "etry" not in text]
    return assemble(table, Surroundings(), name=name, kind="fetched", target=target, task=task, notes=notes)


def _cells(column: pd.Series) -> pd.Series:
    """Texts as cells, to be read like those of a file; all else as OpenML types it."""
    if column.dtype != object and not isinstance(column.dtype, pd.StringDtype):
        return column
    return text_column(["" if pd.isna(cell) else str(cell) for cell in column])


@contextmanager
def _download(name: str) -> Iterator[None]:
    """A short patience for the network, and its failures as one line."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE_SECONDS)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*[Rr]etry.*")
            yield
    except PermissionError as error:
        hint = "Set SCIKIT_LEARN_DATA to a folder that can be written to."
        raise DataError(f"{quoted(name)} cannot be cached: {shown(error, 200)}.", hint) from error
    except (OSError, HTTPException) as error:
        cause = shown(getattr(error, "reason", None) or error, 200)
        hint = "Connect to the network and try again, or choose a bundled one (`paradigms list`)."
        raise DataError(f"{quoted(name)} is not cached and cannot be downloaded: {cause}.", hint) from error
    except ValueError as error:
        raise DataError(
            f"{quoted(name)}: {shown(error, 200)}", "Check the name at https://www.openml.org."
        ) from error
    finally:
        socket.setdefaulttimeout(before)
