/**
 * The function that Streamlit calls when it mounts a component, and again, with the same DOM, whenever data or theme change.
 */

import { Arrivals } from "./arrivals.js";
import { tell } from "./host.js";
import { Leaving } from "./leaving.js";

/** @typedef {import("./arrivals.js").Message} Message */
/**
 * @template {Message} M
 * @typedef {{tell?: import("./host.js").Tell, update: (message: M) => void,
 *   say: (about: string, sentence: string) => void, close?: () => void, tellPending?: () => void, turnPage?: import("./host.js").Tell}} Part a component of the page;
 *   `tellPending` sends delayed messages at once; `turnPage` is set here, for a message that makes Python change the page
 */

const leaving = new Leaving(document);

/**
 * @template {Message} M
 * @param {new (root: HTMLElement) => Part<M>} Kind
 * @returns {(component: import("./host.js").Component) => () => void} mounts such a part or updates it; returns the function that unmounts it
 */
export function mounting(Kind) {
  /** The parts' messages, by the root that a part was mounted in. @type {WeakMap<object, Arrivals<M>>} */
  const mounted = new WeakMap();
  return (component) => {
    const { data, parentElement } = component;
    parentElement.querySelector("p.lp-unavailable")?.remove();
    const arrivals = mounted.get(parentElement) ?? new Arrivals(new Kind(parentElement));
    const { part } = arrivals;
    mounted.set(parentElement, arrivals);
    leaving.parts.add(part);
    leaving.heard(part);
    const say = (/** @type {string} */ key, /** @type {object} */ value) => () => tell(component, key, value);
    part.tell = (key, value) => leaving.tell(part, key, say(key, value));
    part.turnPage = (key, value) => {
      if (!leaving.turn(() => part.turnPage?.(key, value), part)) leaving.send(part, say(key, value));
    };
    arrivals.hear(data);
    // Streamlit also unmounts a call that a newer one has overtaken, so only a root that has left the page is given up.
    return () => window.setTimeout(() => {
      if (parentElement.isConnected || mounted.get(parentElement) !== arrivals) return;
      arrivals.close();
      part.close?.();
      parentElement.querySelector(".lp")?.remove();
      leaving.forget(part);
      mounted.delete(parentElement);
    }); // prettier-ignore
  };
}
