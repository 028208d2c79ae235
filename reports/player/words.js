// Numbers as people read them, the same way as reports/words.py.

const SMALL = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const HUGE = 10;
export const NOTHING = "–";

export function number(value, digits = 4) {
  if (value === null || !Number.isFinite(value)) return NOTHING;
  if (Number.isInteger(value) && Math.abs(value) < 10 ** HUGE) return signed(apart(0).format(value));
  const written = Math.abs(value).toExponential(digits - 1); // 0.99996 is 1
  const power = Number(written.slice(written.indexOf("e") + 1));
  if (power < -4 || power >= HUGE) {
    const exponent = [...String(power)].map((sign) => SMALL[sign]).join("");
    return `${signed((value / 10 ** power).toFixed(Math.min(digits, 2) - 1))}×10${exponent}`;
  }
  const decimals = Math.max(0, power >= -1 ? digits - 1 - power : Math.max(digits, 1 - power));
  return signed(apart(decimals).format(value));
}

const formats = new Map();

// Thousands apart, so many decimals; making a format anew for every number would cost more than drawing.
function apart(decimals) {
  if (!formats.has(decimals)) {
    const style = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    formats.set(decimals, new Intl.NumberFormat("en", style));
  }
  return formats.get(decimals);
}

export function signed(text) {
  return /[1-9]/.test(text) ? text.replace("-", "−") : text.replace("-", "");
}

export function percent(share) {
  if (!Number.isFinite(share)) return NOTHING;
  if (Math.abs(share) >= 10 ** (HUGE - 2)) return `${number(100 * share, 2)}\u202f%`;
  const close = Math.abs(share - 1) < 0.0995 || (share !== 0 && Math.abs(share) < 0.0995);
  return `${signed(apart(close ? 1 : 0).format(100 * share))}\u202f%`;
}

export function seconds(value) {
  if (!Number.isFinite(value)) return NOTHING;
  if (value < 60) return `${value.toFixed(value < 10 ? 1 : 0)} s`;
  return `${Math.floor(value / 60)} min ${String(Math.round(value % 60)).padStart(2, "0")} s`;
}

export function count(n, one) {
  return `${number(n)} ${one}${n === 1 ? "" : "s"}`;
}
