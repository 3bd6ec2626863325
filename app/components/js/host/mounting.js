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
  /** @type {WeakMap<object, {part: Part<M>, arrivals: Arrivals<M>}>} by the root they were mounted in */
  const mounted = new WeakMap();
  return (component) => {
    const { data, parentElement } = component;
    parentElement.querySelector("p.lp-unavailable")?.remove();
    const { part, arrivals } = mounted.get(parentElement) ?? begun(new Kind(parentElement));
    mounted.set(parentElement, { part, arrivals });
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
      if (parentElement.isConnected || mounted.get(parentElement)?.part !== part) return;
      arrivals.close();
      part.close?.();
      parentElement.querySelector(".lp")?.remove();
      leaving.forget(part);
      mounted.delete(parentElement);
    }); // prettier-ignore
  };
}

/** @template {Message} M @param {Part<M>} part */
function begun(part) {
  const fail = (/** @type {unknown} */ error) => part.say("data", error instanceof Error ? `${error.message} The plain controls still work.` : String(error));
  return { part, arrivals: new Arrivals((/** @type {M} */ message) => part.update(message), fail) };
}
