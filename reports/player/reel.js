// Data blocks of the page: JSON about a learner, and films whose arrays are unpacked when they are needed.
// How a code becomes a number is told in reports/reel/pack.py.

async function inflated(payload) {
  const packed = Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0));
  const stream = new Response(packed).body.pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function codesOf(bytes, entry) {
  const size = entry.shape.reduce((product, n) => product * n, 1);
  const codes = new Uint16Array(size);
  for (let i = 0; i < size; i++) {
    codes[i] =
      entry.bits === 8 ? bytes[entry.at + i] : (bytes[entry.at + i] << 8) | bytes[entry.at + size + i];
  }
  return codes;
}

function summed(codes, entry) {
  const along = (entry.along + entry.shape.length) % entry.shape.length;
  const stride = entry.shape.slice(along + 1).reduce((product, n) => product * n, 1);
  const length = entry.shape[along];
  const mask = 2 ** entry.bits - 1;
  for (let i = stride; i < codes.length; i++) {
    if (Math.floor(i / stride) % length > 0) codes[i] = (codes[i] + codes[i - stride]) & mask;
  }
  return codes;
}

export function decoded(bytes, entry) {
  let codes = codesOf(bytes, entry);
  if (entry.along !== null) codes = summed(codes, entry);
  const gap = 2 ** entry.bits - 1;
  const values = Float64Array.from(codes, (code) =>
    code === gap ? Number.NaN : entry.low + entry.step * code,
  );
  return { values, shape: entry.shape, stride: values.length / (entry.shape[0] || 1) };
}

// `film.get(name)` is `{values, shape, stride}`: moment m of it begins at `m * stride`.
export class Film {
  constructor(about, arrays) {
    this.about = about;
    this.arrays = arrays;
  }

  has(...names) {
    return names.every((name) => this.arrays.has(name));
  }

  get(name) {
    return this.arrays.get(name);
  }

  row(name, moment) {
    const { values, stride } = this.arrays.get(name);
    return values.subarray(moment * stride, (moment + 1) * stride);
  }

  // Between two recorded moments.
  between(name, at) {
    const first = this.row(name, at.index);
    if (at.mix === 0) return first;
    const second = this.row(name, at.next);
    return first.map((value, i) => value + (second[i] - value) * at.mix);
  }
}

export async function openFilm(text) {
  const { arrays, payload, ...about } = JSON.parse(text);
  const bytes = await inflated(payload);
  const found = new Map(Object.entries(arrays).map(([name, entry]) => [name, decoded(bytes, entry)]));
  return new Film(about, found);
}
