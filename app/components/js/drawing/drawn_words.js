/**
 * The sentences about the user's own image.
 */

import { number } from "../base/number_text.js";

/** @typedef {{typical: number, limit: number} | string} Usual median and 99 % quantile of the usual errors, or a sentence why they are not known */

/** The result of a vote among the neighbours' classes. @param {(string | null)[]} classes of the nearest codes; null for one without a class */
export function vote(classes) {
  /** @type {Map<string, number>} */
  const votes = new Map();
  for (const name of classes) if (name !== null) votes.set(name, (votes.get(name) ?? 0) + 1);
  const most = Math.max(0, ...votes.values());
  const first = [...votes].filter(([, count]) => count === most).map(([name]) => name);
  if (!most) return "";
  if (first.length > 1) return `Its nearest codes disagree: ${first.join(", ")} (${most} of ${classes.length} each).`;
  return `Class of its nearest codes: ${first[0]} (${most} of ${classes.length}).`;
}

/**
 * Whether the image is on the manifold: the decoder can reconstruct it, and its code lies within 99 % of the prior.
 * @param {number} error ½Σ(x − x̂)²
 * @param {Usual} usual
 * @param {boolean | null} inside whether the code lies within 99 % of the prior; null if unknown
 */
export function verdict(error, usual, inside) {
  const told = `error ${number(error, 1)}`;
  const known = typeof usual === "string" ? null : usual;
  const poor = known !== null && error > known.limit;
  if (!poor && inside !== false) {
    const compared = known ? `; typical is ${number(known.typical, 1)}, and 99 % of the images stay below ${number(known.limit, 1)}.` : `. ${usual}`;
    return `The decoder reconstructs it with ${told}${compared}`;
  }
  const reasons = [];
  if (poor) reasons.push(`the decoder cannot reconstruct it (${told}; 99 % of the data set’s images stay below ${number(known.limit, 1)})`);
  if (inside === false) reasons.push("its code lies outside 99 % of the prior");
  return `It is off the manifold: ${reasons.join(", and ")}.`;
}

/**
 * For decoders that take content: the content of the reconstruction, and the one with the smallest error.
 * @param {string[]} names of the contents
 * @param {number} chosen
 * @param {number} best
 */
export function closestSaid(names, chosen, best) {
  const told = `Reconstructed with content ${names[chosen]}, as chosen on this page.`;
  return best === chosen ? `${told} No other content is closer.` : `${told} Content ${names[best]} is closest.`;
}
