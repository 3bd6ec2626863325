/**
 * Numbers as the page shows them.
 */

/** @param {number} value @returns {string} */
export function formatNumber(value, digits = 2) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const text = value.toFixed(digits).replace("-", "−");
  return Number(value.toFixed(digits)) === 0 ? text.replace("−", "") : text;
}

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** Name of dimension j, counted from 0. @returns {string} */
export const dimensionName = (/** @type {number} */ j) =>
  "z" + [...String(j + 1)].map((digit) => SUBSCRIPTS[Number(digit)]).join("");

/** @param {ArrayLike<number>} z @returns {string} */
export function formatCode(z, maxValues = 8) {
  const numbers = Array.from(z)
    .slice(0, maxValues)
    .map((value) => formatNumber(value));
  return `(${numbers.join(", ")}${z.length > maxValues ? ", …" : ""})`;
}

/** @param {number} share in 0..1 @returns {string} */
export const formatPercent = (share) =>
  Number.isNaN(share) ? "–" : `${(100 * share).toFixed(share > 0.01 && share < 0.99 ? 0 : 1)} %`;

/**
 * The shortest text of a number with so many digits.
 * @param {number} value
 * @param {number} count
 * @returns {string}
 */
export const formatSignificant = (value, count) => String(Number(value.toPrecision(count)));
