/**
 * The sentences about the user's own image.
 */

import { formatNumber } from "../base/number_format.ts";
import { joinSentences, translate } from "../base/translate.ts";

/** Median and 99 % quantile of the reconstruction errors, or a sentence why they are not known. */
export type TypicalErrors = { typical: number; limit: number } | string;

/**
 * The result of a vote among the neighbours' classes.
 * @param classes of the nearest codes; null for one without a class
 */
export function voteText(classes: (string | null)[]): string {
  const votes: Map<string, number> = new Map();
  for (const name of classes) if (name !== null) votes.set(name, (votes.get(name) ?? 0) + 1);
  const maxVotes = Math.max(0, ...votes.values());
  const winners = [...votes].filter(([, count]) => count === maxVotes).map(([name]) => name);
  if (!maxVotes) return "";
  const total = classes.length;
  if (winners.length > 1)
    return translate("Its nearest codes disagree: {names} ({most} of {total} each).", {
      names: winners.join(", "),
      most: maxVotes,
      total,
    });
  return translate("Class of its nearest codes: {name} ({most} of {total}).", {
    name: winners[0],
    most: maxVotes,
    total,
  });
}

/**
 * Whether the image is on the manifold: the decoder can reconstruct it, and its code lies within 99 % of the prior.
 * @param error ½Σ(x − x̂)²
 * @param isTypical whether the code lies within 99 % of the prior; null if unknown
 */
export function verdictText(error: number, typicalErrors: TypicalErrors, isTypical: boolean | null): string {
  const errorValue = formatNumber(error, 1);
  const limits = typeof typicalErrors === "string" ? null : typicalErrors;
  const limit = limits ? formatNumber(limits.limit, 1) : "";
  const poor = limits !== null && error > limits.limit;
  if (poor)
    return isTypical === false
      ? translate(
          "It is off the manifold: the decoder cannot reconstruct it (error {error}; 99 % of the data set’s images stay below {limit}), and its code lies outside 99 % of the prior.",
          { error: errorValue, limit },
        )
      : translate(
          "It is off the manifold: the decoder cannot reconstruct it (error {error}; 99 % of the data set’s images stay below {limit}).",
          { error: errorValue, limit },
        );
  if (isTypical === false) return translate("It is off the manifold: its code lies outside 99 % of the prior.");
  if (limits)
    return translate(
      "The decoder reconstructs it with error {error}; typical is {typical}, and 99 % of the images stay below {limit}.",
      { error: errorValue, typical: formatNumber(limits.typical, 1), limit },
    );
  const sentence = translate("The decoder reconstructs it with error {error}.", { error: errorValue });
  return joinSentences(sentence, typicalErrors as string);
}

/**
 * For decoders that take content: the content of the reconstruction, and the one with the smallest error.
 * @param names of the contents
 */
export function closestContentText(names: string[], current: number, best: number): string {
  const text = translate("Reconstructed with content {name}, as chosen on this page.", { name: names[current] });
  const comparison =
    best === current
      ? translate("No other content is closer.")
      : translate("Content {name} is closest.", { name: names[best] });
  return joinSentences(text, comparison);
}
