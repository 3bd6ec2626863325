/**
 * Numbers and sentences as the page shows them.
 */

/** @param {number} value */
export function number(value, digits = 2) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const text = value.toFixed(digits).replace("-", "−");
  return Number(value.toFixed(digits)) === 0 ? text.replace("−", "") : text;
}

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** Name of dimension j, counted from 0. */
export const dimension = (j) => "z" + [...String(j + 1)].map((digit) => SUBSCRIPTS[Number(digit)]).join("");

/** @param {ArrayLike<number>} z */
export function codeText(z, most = 8) {
  const shown = Array.from(z).slice(0, most).map((value) => number(value));
  return `(${shown.join(", ")}${z.length > most ? ", …" : ""})`;
}

/** @param {number} share in 0..1 */
export const percent = (share) => (Number.isNaN(share) ? "–" : `${(100 * share).toFixed(share > 0.01 && share < 0.99 ? 0 : 1)} %`);

/**
 * The plane in a sentence or two, for those who hear it.
 * @param {{z: Float32Array, density: number, verdict: number, inside: boolean | null, nearest: string | null, seen: string}} state
 */
export function summary({ z, density, verdict, inside, nearest, seen }) {
  const parts = [`z is ${codeText(z, 6)}`];
  if (!Number.isNaN(density)) parts.push(`log p(z) ${number(density)}`);
  if (!Number.isNaN(verdict)) parts.push(`D(z) ${number(verdict)}`);
  if (inside === false) parts.push("outside 99 % of the prior");
  if (nearest) parts.push(`nearest code: ${nearest}`);
  return `${parts.join(", ")}. ${seen}`;
}

/** @param {{shown: number, of: number} | null | undefined} sampled @returns {string} what is said of codes that are only a sample */
export function sampledText(sampled) {
  if (!sampled) return "";
  const [shown, of] = [sampled.shown, sampled.of].map((count) => count.toLocaleString("en"));
  return `The plane shows ${shown} of ${of} codes, the same share of each class.`;
}

/** The shortest text of a number with so many digits. @param {number} value @param {number} count */
export const digits = (value, count) => String(Number(value.toPrecision(count)));
