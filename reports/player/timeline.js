// One learner's feedback, updates and seconds: from a share of any of them to samples, and back.

function upto(values, value) {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function carried(from, to, value) {
  const i = upto(from, value);
  if (i === 0 || from[i] <= value) return to[i];
  return to[i - 1] + ((to[i] - to[i - 1]) * (value - from[i - 1])) / (from[i] - from[i - 1]);
}

export class Timeline {
  constructor(curves, timed) {
    this.axes = {
      feedback: curves.get("samples").values,
      updates: curves.get("updates").values,
      seconds: timed.get("seconds").values,
    };
  }

  total(axis) {
    return this.axes[axis].at(-1) ?? 0;
  }

  samplesAt(share, axis) {
    const samples = this.axes.feedback;
    if (share >= 1) return samples.at(-1) ?? 0;
    return axis === "feedback"
      ? share * this.total(axis)
      : carried(this.axes[axis], samples, share * this.total(axis));
  }

  shareOf(samples, axis) {
    const total = this.total(axis);
    if (!(total > 0)) return 0;
    if (axis === "feedback") return Math.min(samples / total, 1);
    return carried(this.axes.feedback, this.axes[axis], samples) / total;
  }
}

// Where among its recorded moments a learner stands.
export function locate(moments, samples, share) {
  const last = moments.length - 1;
  let index = share >= 1 ? last : 0;
  while (index < last && moments[index + 1] <= samples) index++;
  const next = Math.min(index + 1, last);
  const way = moments[next] - moments[index];
  const mix = way > 0 ? Math.min(Math.max((samples - moments[index]) / way, 0), 1) : 0;
  return { index, next, mix };
}
