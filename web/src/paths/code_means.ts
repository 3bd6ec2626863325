/**
 * The mean codes used in arithmetic and directions: of each class, and of the marked groups A and B.
 */

import { memoizeLast } from "../base/memoize.ts";
import { element } from "../base/dom.ts";
import { GROUP_NAMES, groupsOfRevision } from "../choice/code_groups.ts";
import { translate } from "../base/translate.ts";
import type { Group } from "../choice/code_groups.ts";
import type { MeansPlane } from "./planes.ts";

export type Mean = { title: string; short: string; z: Float32Array };
/** By the number of a class, or the name of a group. */
type Means = Map<string, Mean>;

const NO_CODES = new Float32Array(0);

/**
 * The mean code of every class that has one.
 * @param z n×d
 * @param labels −1 for codes without a class
 * @returns by class, ascending
 */
export function classMeans(z: Float32Array, dim: number, labels: ArrayLike<number> | null): Map<number, Float32Array> {
  const totals: Map<number, { sum: Float64Array; count: number }> = new Map();
  for (let k = 0; labels && k < labels.length; k++) {
    if (labels[k] < 0) continue;
    const total = totals.get(labels[k]) ?? { sum: new Float64Array(dim), count: 0 };
    totals.set(labels[k], total);
    for (let j = 0; j < dim; j++) total.sum[j] += z[k * dim + j];
    total.count++;
  }
  const sortedTotals = [...totals].sort(([a], [b]) => a - b);
  return new Map(
    sortedTotals.map(([label, { sum, count }]) => [label, Float32Array.from(sum, (value) => value / count)]),
  );
}

/** A − B + C. */
export const codeAnalogy = (a: ArrayLike<number>, b: ArrayLike<number>, c: ArrayLike<number>): Float32Array =>
  Float32Array.from(a, (value, j) => value - b[j] + c[j]);

/** @returns returns the current means, computed once for each set of codes and groups */
export function makeMeans(plane: MeansPlane): () => Means {
  const memoizedClassMeans = memoizeLast(classMeans);
  const memoizedMeans = memoizeLast(
    (meansByClass: ReturnType<typeof classMeans>, classNames: string, A: Group | null, B: Group | null) => {
      const names = classNames.split("\n");
      const means: Means = new Map(
        [...meansByClass].map(([label, z]) => [
          String(label),
          { title: translate("mean of {name}", { name: names[label] }), short: names[label], z },
        ]),
      );
      GROUP_NAMES.forEach((name, k) => {
        const group = [A, B][k];
        if (group)
          means.set(name, {
            title: translate("group {name} ({count} codes)", { name, count: group.count.toLocaleString("en") }),
            short: name,
            z: group.z,
          });
      });
      return means;
    },
  );
  return () => {
    const { codes, fields, header } = plane;
    const { A, B } = groupsOfRevision(header.revision);
    return memoizedMeans(
      memoizedClassMeans(fields.z?.values ?? NO_CODES, header.dim, codes.labels),
      header.classes.join("\n"),
      A,
      B,
    );
  };
}

/**
 * Fills a select with values and their titles, and selects the wished value, or the usual one if the wished is not
 * among them.
 */
export function fillSelect(
  select: HTMLSelectElement,
  options: [string, string][],
  preferred: string,
  fallback: string,
) {
  select.replaceChildren(...options.map(([value, title]) => element("option", { value }, title)));
  select.value = options.some(([value]) => value === preferred) ? preferred : fallback;
}
