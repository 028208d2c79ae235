"""Processes that torchrun has started for one command: who this one is, and what they must agree on.

The first (rank 0) does what was typed. The others follow it: they have their order from it, train the same
replicas, compute their slices of each batch, and write nothing that stays.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paradigms.errors import Interrupted, UsageError

if TYPE_CHECKING:
    from torch import Tensor

    from paradigms.studies.asking.request import Request

LOOPBACK = ("lo", "lo0")
"""What systems call the network that does not leave the machine."""


def place() -> tuple[int, int]:
    """This process's rank, and how many there are: 0 of 1 where torchrun has not started it."""
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        return 0, 1
    return int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])


def check_typed(words: Sequence[str]) -> None:
    """That what was typed for several processes is what several can share.

    Raises:
        UsageError: they would all do the same, or wait for each other.
    """
    _, count = place()
    if count > 1 and (list(words[:2]) != ["run", "supervised"] or {"--help", "--dry-run"} & set(words)):
        raise UsageError(
            f"torchrun has started {count} processes, and only training in slices is shared by them.",
            "Type: torchrun … -m paradigms run supervised --slices S",
        )


def cause(line: str) -> None:
    """Makes this line the cause in torchrun's report, which follows what is said here."""
    path = os.environ.get("TORCHELASTIC_ERROR_FILE")
    if path is None or "TORCHELASTIC_RUN_ID" not in os.environ:
        return
    when = int(datetime.now(UTC).timestamp())
    told = {"message": line, "extraInfo": {"py_callstack": line, "timestamp": str(when)}}
    with suppress(OSError):
        Path(path).write_text(json.dumps({"message": told}), encoding="utf-8")


@dataclass
class Ranks:
    """Number `rank` of `count`. What one of them asks here, all ask in the same order.

    Every call raises `Interrupted` where another is gone.
    """

    rank: int
    count: int
    agreed: bool = False

    def gather(self, own: Tensor) -> Tensor:
        """What each has, [n, ...], one after another: [n · count, ...]."""
        from torch import distributed

        every = own.new_empty((len(own) * self.count, *own.shape[1:]))
        name = "all_gather_single" if hasattr(distributed, "all_gather_single") else "all_gather_into_tensor"
        with _heard():
            getattr(distributed, name)(every, own)
        return every

    def stopping(self, asked: bool) -> bool:
        """Whether the first was asked to stop."""
        import torch

        flag = torch.tensor([asked], dtype=torch.uint8)
        with _heard():
            torch.distributed.broadcast(flag, 0)
        return bool(flag)

    def told(self, what: bytes = b"") -> bytes:
        """What the first says."""
        from torch import distributed

        held = [what]
        with _heard():
            distributed.broadcast_object_list(held, 0)
        return held[0]

    def agree(self, fingerprint: Mapping[str, str], error: str = "") -> list[dict[str, str]]:
        """That all are ready; returns how each rounds.

        Raises:
            UsageError: one is not.
        """
        from torch import distributed

        self.agreed = True
        every: list[Any] = [None] * self.count
        with _heard():
            distributed.all_gather_object(every, (dict(fingerprint), error))
        for rank, (_, wrong) in enumerate(every):
            if wrong:
                raise UsageError(f"process {rank}: {wrong}")
        return [found for found, _ in every]


@contextmanager
def _heard() -> Iterator[None]:
    """What the library says of a lost connection, in one line."""
    try:
        yield
    except RuntimeError as error:
        raise Interrupted("stopped: another of torchrun's processes is gone.") from error


@contextmanager
def leading(request: Request, away: bool) -> Iterator[Ranks | None]:
    """The processes that will follow this one, until the end of the block; None where it is alone.

    Raises:
        UsageError: they cannot share what is asked, or not evenly.
    """
    _, count = place()
    if count == 1:
        yield None
        return
    _check(request, count, away)
    with joined() as ranks:
        yield ranks


def _check(request: Request, count: int, away: bool) -> None:
    import torch

    from paradigms.studies.asking.estimate import read_once

    here = f"torchrun has started {count} processes"
    if request.slices is None:
        raise UsageError(f"{here}, which would all train the same.", f"Add --slices {count}.")
    if request.slices % count:
        raise UsageError(
            f"--slices {request.slices} cannot be dealt evenly: {here}.", f"Ask for --slices {count}."
        )
    if away or (request.workers or 1) > 1:
        flag = "--on" if away else "--workers"
        raise UsageError(f"{flag} shares out seeds, and torchrun's processes share batches.", "Use one.")
    if read_once(request):
        raise UsageError(
            f"{request.data} can be read once, and {count} processes would read it.", "Save it as a file."
        )
    local = int(os.environ["LOCAL_WORLD_SIZE"])
    if request.device != "cpu" and torch.cuda.is_available() and torch.cuda.device_count() < local:
        raise UsageError(
            f"{local} processes have {torch.cuda.device_count()} graphics cards here.",
            "Start one for each card, or add --device cpu.",
        )


@contextmanager
def joined() -> Iterator[Ranks]:
    """Among the others: by NCCL on graphics cards and by gloo on processors, which stays on this machine
    where all of them do.
    """
    import torch
    from torch import distributed

    rank, count = place()
    if os.environ["LOCAL_WORLD_SIZE"] == os.environ["WORLD_SIZE"] and hasattr(socket, "if_nameindex"):
        for name in {name for _, name in socket.if_nameindex()} & set(LOOPBACK):
            os.environ.setdefault("GLOO_SOCKET_IFNAME", name)
    cards = torch.cuda.is_available() and distributed.is_nccl_available()
    if cards and (own := int(os.environ["LOCAL_RANK"])) < torch.cuda.device_count():
        torch.cuda.set_device(own)
    with _heard():
        distributed.init_process_group("cpu:gloo,cuda:nccl" if cards else "gloo")
    try:
        yield Ranks(rank, count)
    finally:
        with suppress(RuntimeError):
            distributed.destroy_process_group()
