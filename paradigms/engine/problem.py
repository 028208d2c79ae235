"""What a learner is built from: its options, its data, its randomness and its budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine import penalties, rules, schedules, sequence
from paradigms.engine.disturbed import Disturbed
from paradigms.engine.learner import Learner, Source
from paradigms.engine.parameters import Parameters, width
from paradigms.engine.rows import Batches, Shuffled, Table, Whole
from paradigms.engine.sequence import Chapters
from paradigms.engine.streamed import Streamed, Windows
from paradigms.engine.streams import Streams
from paradigms.engine.training import Phase, Training
from paradigms.errors import UsageError
from paradigms.options import Options


@dataclass(frozen=True)
class Problem:
    """One learner's task for R replicas.

    `parts` holds the `train`, `validation` and `test` tables where there is a data set; targets of a
    regression are standardised, `target_mean` and `target_scale` [R] lead back to their unit. `budget` is
    the feedback that each replica may consume. An example of `shape` lies flat in its row; an answer of
    `target_shape` is () for one number or class, else it is a sequence; `plane` says that the last two sides
    of `shape` are those of a picture. `known` is what whoever made the data knows of each row of a part, by
    part and name: the best `answer`, say, in the learner's units. `filler` is the code that goes on where an
    example of codes is over before its row.
    """

    options: Options
    streams: Streams
    budget: int
    device: torch.device
    dtype: torch.dtype
    parts: Mapping[str, Table] = field(default_factory=dict)
    classes: int = 0
    target_mean: np.ndarray | None = None
    target_scale: np.ndarray | None = None
    shape: tuple[int, ...] = ()
    target_shape: tuple[int, ...] = ()
    plane: bool = False
    known: Mapping[str, Mapping[str, np.ndarray]] = field(default_factory=dict)
    filler: int | None = None

    def shaped(self, x: Tensor) -> Tensor:
        """Examples [R, B, d] in their own shape, [R, B, *shape], in the same memory."""
        return x.view(*x.shape[:2], *self.shape) if self.shape else x

    def shuffled(self, table: Table) -> Batches:
        """Batches of these rows, in this problem's size and manner of drawing.

        Raises:
            UsageError: training sets in sequence, of rows that have no classes or too few.
        """
        options, again = self.options, bool(self.options.replacement)
        if isinstance(table, Streamed):
            return Windows(table, options.batch_size, self.streams)
        sets = self.sets(table)
        if sets is None:
            return Shuffled(table, options.batch_size, self.streams, again)
        steps, rehearsed = max(1, self.budget // options.batch_size), self.each(options.rehearse)
        return Chapters(
            table, options.batch_size, self.streams, sets, options.sequence, steps, rehearsed, again
        )

    def sets(self, table: Table) -> Tensor | None:
        """The training set of each row [R, N], where they are met in sequence."""
        count = self.options.sequence or 1
        if count == 1:
            return None
        if table.y is None or count > self.classes:
            raise UsageError(
                f"--sequence {count}: the rows have {self.classes or 'no'} classes to be parted by.",
                "Ask for fewer sets, or take data with more classes.",
            )
        return sequence.sets(table.y, count, self.classes)

    def by_set(
        self, name: str, part: str, scored: Callable[[], tuple[Tensor, Tensor | None]]
    ) -> dict[str, np.ndarray]:
        """What a part's rows score, by training set, `NAME_set_K` [R]; nothing where sets are in no sequence.

        `scored` is asked for every row's number [R, N], and for what its sum is a share of, if it is one.
        """
        sets, count = self.sets(self.parts[part]), self.options.sequence
        if sets is None:
            return {}
        each, whole = scored()
        found = sequence.sums(each, sets[:, : each.shape[1]], count)
        if whole is not None:
            found = found / sequence.sums(whole, sets[:, : each.shape[1]], count)
        return {f"{name}_set_{k}": one for k, one in enumerate(found.cpu().numpy(), start=1)}

    def taught(self, table: Table) -> Batches | Disturbed:
        """The same for what a network learns from: its inputs are disturbed as the options say.

        A row without a shape is shifted as a line of its features, as a convolution reads it.
        """
        rows, noise, shift = self.shuffled(table), self.options.input_noise, self.options.input_shift
        if not np.any(noise or 0) and not np.any(shift or 0):
            return rows
        shape = self.shape or tuple(table.x.shape[2:])
        axes = range(len(shape) - 2, len(shape)) if self.plane else range(1)
        return Disturbed(rows, self.each(noise), self.each(shift), shape, axes)

    def phase(
        self,
        learner: Learner[Any],
        source: Source[Any],
        steps: int,
        rule: rules.Rule | None = None,
        settles: bool = False,
        **changes: Any,
    ) -> Phase:
        """A phase with this problem's rule, schedule, penalties and clipping; `changes` beat its options."""
        options, steps = replace(self.options, **changes) if changes else self.options, max(1, steps)
        lr = 1.0 if options.lr is None else options.lr
        return Phase(
            source=source,
            rule=rule or self._rule(options),
            lr=[float(one) for one in lr] if isinstance(lr, Sequence) else float(lr),
            schedule=self._schedule(options, steps),
            steps=steps,
            penalty=self._penalty(options, learner),
            clip=None if options.clip is None else self.column(options.clip),
            settles=settles,
        )

    def batches_then_passes(self, learner: Learner[Any], batches: Source[Any], whole: Whole) -> list[Phase]:
        """A tenth of the budget in mini-batches, the rest in full passes until the parameters stand still.

        For learners whose loss has a curvature; with any other rule than Newton's, mini-batches alone, and so
        with training sets in sequence, which a full pass would all show at once. A
        batch of all rows is a full pass, so with such batches all the budget goes into passes.
        """
        if self.options.optimizer != "newton" or (self.options.sequence or 1) > 1:
            return [self.phase(learner, batches, self.budget // batches.batch_size)]
        share = 1.0 if batches.batch_size >= whole.batch_size else 0.9
        passes = int(self.budget * share) // whole.batch_size
        steps = (self.budget - passes * whole.batch_size) // batches.batch_size
        begin = [self.phase(learner, batches, steps)] if steps or not passes else []
        finish = (
            [self.phase(learner, whole, passes, rules.Newton(memory=False), settles=True)] if passes else []
        )
        return begin + finish

    def _schedule(self, options: Options, steps: int) -> schedules.Schedule | list[schedules.Schedule]:
        """One for all replicas, or one for each where they differ in it."""
        names, warmups = self.each(options.schedule), self.each(options.warmup)
        each = [
            schedules.build(name, steps, min(warmup, steps - 1))
            for name, warmup in zip(names, warmups, strict=True)
        ]
        alike = len({*names}) == len({*warmups}) == 1
        return each[0] if alike else each

    def _rule(self, options: Options) -> rules.Rule:
        make = rules.RULES[options.optimizer]
        if issubclass(make, rules.Momentum):
            return make(self.hyper(options.momentum))
        return make()

    def _penalty(self, options: Options, learner: Learner[Any]) -> penalties.Penalty | None:
        decay = options.weight_decay
        if decay is None:
            decay = 0.01 if options.optimizer == "adamw" else 0.0
        sizes = options.l1, options.l2 or 0.0, decay
        if not any(np.any(size) for size in sizes):
            return None
        mask = Parameters(learner.shapes, torch.zeros(1, width(learner.shapes))).mask(learner.weights)
        mask = mask.to(self.device, self.dtype)
        return penalties.Penalty(mask, *(self.hyper(size) for size in sizes))

    def hyper(self, value: float | Sequence[float]) -> float | Tensor:
        """A number for all replicas, or [R, 1] when each has its own."""
        return self.column(value) if isinstance(value, Sequence) else value

    def column(self, value: float | Sequence[float]) -> Tensor:
        """The same as [R, 1], whether the replicas differ in it or not."""
        return torch.tensor(self.each(value), dtype=self.dtype, device=self.device).unsqueeze(1)

    def each(self, value: Any) -> list[Any]:
        """What an option that may differ between replicas is for each of them, [R]."""
        several = isinstance(value, Sequence) and not isinstance(value, str)
        return list(value) if several else [value] * len(self.streams.seeds)

    def tensor(self, array: np.ndarray) -> Tensor:
        """On this problem's device, in its dtype."""
        return torch.as_tensor(array, dtype=self.dtype, device=self.device)

    def begin(self, learner: Learner[Any], phases: Sequence[Phase]) -> Training:
        """The learner with every replica's first parameters, ready for its first update."""
        training = Training(learner, self.start(learner), phases)
        learner.begin(training.parameters)
        return training

    def start(self, learner: Learner[Any]) -> Parameters:
        """Every replica's parameters before any feedback, each from its own stream."""
        initial = [learner.initial(r, self.streams.generator(r, "start")) for r in self.streams.replicas]
        return Parameters.stack(learner.shapes, initial, self.dtype, self.device)
