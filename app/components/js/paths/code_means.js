/**
 * The mean codes used in arithmetic and directions: of each class, and of the marked groups A and B.
 */

import { memoizeLast } from "../base/memoize.js";
import { element } from "../base/dom.js";
import { GROUP_NAMES, groupsOfRevision } from "../choice/code_groups.js";
import { translate } from "../base/translate.js";

/** @typedef {{title: string, short: string, z: Float32Array}} Mean */
/** @typedef {import("../choice/code_groups.js").Group} Group */
/** @typedef {Map<string, Mean>} Means by the number of a class, or the name of a group */

const NO_CODES = new Float32Array(0);

/**
 * The mean code of every class that has one.
 * @param {Float32Array} z n×d
 * @param {number} dim
 * @param {ArrayLike<number> | null} labels −1 for codes without a class
 * @returns {Map<number, Float32Array>} by class, ascending
 */
export function classMeans(z, dim, labels) {
  /** @type {Map<number, {sum: Float64Array, count: number}>} */
  const totals = new Map();
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

/**
 * A − B + C.
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 * @param {ArrayLike<number>} c
 * @returns {Float32Array}
 */
export const codeAnalogy = (a, b, c) => Float32Array.from(a, (value, j) => value - b[j] + c[j]);

/**
 * @param {import("./planes.js").MeansPlane} plane
 * @returns {() => Means} returns the current means, computed once for each set of codes and groups
 */
export function makeMeans(plane) {
  const memoizedClassMeans = memoizeLast(classMeans);
  const memoizedMeans = memoizeLast(
    (
      /** @type {ReturnType<typeof classMeans>} */ meansByClass,
      /** @type {string} */ classNames,
      /** @type {Group | null} */ A,
      /** @type {Group | null} */ B,
    ) => {
      const names = classNames.split("\n");
      /** @type {Means} */
      const means = new Map(
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
 * @param {HTMLSelectElement} select
 * @param {[string, string][]} options
 * @param {string} preferred
 * @param {string} fallback
 */
export function fillSelect(select, options, preferred, fallback) {
  select.replaceChildren(...options.map(([value, title]) => element("option", { value }, title)));
  select.value = options.some(([value]) => value === preferred) ? preferred : fallback;
}
