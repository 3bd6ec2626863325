/**
 * The sentences about the user's own image.
 */

import { formatNumber } from "../base/number_format.js";

/**
 * @typedef {{typical: number, limit: number} | string} UsualErrors median and 99 % quantile of the usual errors, or a
 *   sentence why they are not known
 */

/**
 * The result of a vote among the neighbours' classes.
 * @param {(string | null)[]} classes of the nearest codes; null for one without a class
 * @returns {string}
 */
export function voteText(classes) {
  /** @type {Map<string, number>} */
  const votes = new Map();
  for (const name of classes) if (name !== null) votes.set(name, (votes.get(name) ?? 0) + 1);
  const most = Math.max(0, ...votes.values());
  const winners = [...votes].filter(([, count]) => count === most).map(([name]) => name);
  if (!most) return "";
  if (winners.length > 1)
    return `Its nearest codes disagree: ${winners.join(", ")} (${most} of ${classes.length} each).`;
  return `Class of its nearest codes: ${winners[0]} (${most} of ${classes.length}).`;
}

/**
 * Whether the image is on the manifold: the decoder can reconstruct it, and its code lies within 99 % of the prior.
 * @param {number} error ½Σ(x − x̂)²
 * @param {UsualErrors} usual
 * @param {boolean | null} inside whether the code lies within 99 % of the prior; null if unknown
 * @returns {string}
 */
export function verdictText(error, usual, inside) {
  const errorText = `error ${formatNumber(error, 1)}`;
  const limits = typeof usual === "string" ? null : usual;
  const poor = limits !== null && error > limits.limit;
  if (!poor && inside !== false) {
    let comparison = `. ${usual}`;
    if (limits) {
      const typical = formatNumber(limits.typical, 1);
      comparison = `; typical is ${typical}, and 99 % of the images stay below ${formatNumber(limits.limit, 1)}.`;
    }
    return `The decoder reconstructs it with ${errorText}${comparison}`;
  }
  const reasons = [];
  if (poor) {
    const comparison = `99 % of the data set’s images stay below ${formatNumber(limits.limit, 1)}`;
    reasons.push(`the decoder cannot reconstruct it (${errorText}; ${comparison})`);
  }
  if (inside === false) reasons.push("its code lies outside 99 % of the prior");
  return `It is off the manifold: ${reasons.join(", and ")}.`;
}

/**
 * For decoders that take content: the content of the reconstruction, and the one with the smallest error.
 * @param {string[]} names of the contents
 * @param {number} current
 * @param {number} best
 * @returns {string}
 */
export function closestContentText(names, current, best) {
  const text = `Reconstructed with content ${names[current]}, as chosen on this page.`;
  return best === current ? `${text} No other content is closer.` : `${text} Content ${names[best]} is closest.`;
}
