/**
 * The function that Streamlit calls at the first mount and again with each change of data or theme, with the same DOM.
 */

import { Arrivals } from "./arrivals.js";
import { tell } from "./host.js";
import { Leaving } from "./leaving.js";

/** @typedef {import("./arrivals.js").Message} Message */
/**
 * @template {Message} M
 * @typedef {{tell?: import("./host.js").Tell, update: (message: M) => void,
 *   say: (about: string, sentence: string) => void, close?: () => void, tellPending?: () => void, turnPage?: import("./host.js").Tell}} Part a part of the page;
 *   `tellPending` tells at once what waits for a rest; `turnPage` is set here, and tells what makes Python turn the page
 */

const leaving = new Leaving(document);

/**
 * @template {Message} M
 * @param {new (root: HTMLElement) => Part<M>} Kind
 * @returns {(component: import("./host.js").Component) => () => void} mounts such a part, or hands it news; gives what takes it away again
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
    // Streamlit also calls this for a call that a newer one overtook; only a root that has left the page is given up.
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
