/**
 * Numbers as the page shows them.
 */

export function formatNumber(value: number, digits = 2): string {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const text = value.toFixed(digits).replace("-", "−");
  return Number(value.toFixed(digits)) === 0 ? text.replace("−", "") : text;
}

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** Name of dimension j, counted from 0. */
export const dimensionName = (j: number): string =>
  "z" + [...String(j + 1)].map((digit) => SUBSCRIPTS[Number(digit)]).join("");

export function formatCode(z: ArrayLike<number>, maxValues = 8): string {
  const numbers = Array.from(z)
    .slice(0, maxValues)
    .map((value) => formatNumber(value));
  return `(${numbers.join(", ")}${z.length > maxValues ? ", …" : ""})`;
}

/** @param share in 0..1 */
export const formatPercent = (share: number): string =>
  Number.isNaN(share) ? "–" : `${(100 * share).toFixed(share > 0.01 && share < 0.99 ? 0 : 1)} %`;

/** The shortest text of a number with so many digits. */
export const formatSignificant = (value: number, count: number): string => String(Number(value.toPrecision(count)));
