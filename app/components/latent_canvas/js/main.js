/**
 * What Streamlit calls, at the first mount and again with each change of data or theme, with the same DOM.
 */

import { Plane } from "./plane.js";
import { unpack } from "./wire.js";

/** @typedef {{data: Uint8Array, parentElement: any, setStateValue: (key: string, value: any) => void}} Component */

/** @type {WeakMap<object, Plane>} by the root they were mounted in */
const mounted = new WeakMap();

/**
 * @param {Component} component
 * @returns {() => void} to be called when the component leaves the page
 */
export default function mount({ data, parentElement, setStateValue }) {
  parentElement.querySelector("p.lp-unavailable")?.remove();
  let plane = mounted.get(parentElement);
  if (!plane) {
    plane = new Plane(parentElement);
    mounted.set(parentElement, plane);
  }
  plane.tell = setStateValue;
  try {
    plane.update(unpack(data));
  } catch (error) {
    plane.say("data", error instanceof Error ? `${error.message} The sliders beside it work meanwhile.` : String(error));
  }
  // Streamlit also calls this for a call that a newer one overtook; only a root that has left the page is given up.
  return () => window.setTimeout(() => {
    if (parentElement.isConnected || mounted.get(parentElement) !== plane) return;
    plane.close();
    mounted.delete(parentElement);
  }); // prettier-ignore
}
