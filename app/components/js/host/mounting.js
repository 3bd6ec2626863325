/**
 * The function that Streamlit calls when it mounts a component, and again, with the same DOM, whenever data or theme
 * change.
 */

import { joinDialogFocus } from "./dialog_focus.js";
import { MessageReceiver } from "./message_receiver.js";
import { sendToPython } from "./host.js";
import { NavigationGuard } from "./navigation_guard.js";

/** @typedef {import("./message_receiver.js").Message} Message */
/**
 * @template {Message} M
 * @typedef {{sendMessage?: import("./host.js").SendMessage, update: (message: M) => void,
 *   setNote: (subject: string, sentence: string) => void, close?: () => void, sendPending?: () => void, turnPage?:
 * import("./host.js").SendMessage}} Part a component of the page;
 *   `sendPending` sends delayed messages at once; `turnPage` is set here, for a message that makes Python change the
 * page
 */

const navigationGuard = new NavigationGuard(document);

/**
 * @template {Message} M
 * @param {new (root: HTMLElement) => Part<M>} PartClass
 * @returns {(component: import("./host.js").Component) => () => void} mounts such a part or updates it; returns the
 *   function that unmounts it
 */
export function createMount(PartClass) {
  /** The parts' messages, by the root that a part was mounted in. @type {WeakMap<object, MessageReceiver<M>>} */
  const receivers = new WeakMap();
  const makeReceiver = (/** @type {HTMLElement} */ root) => {
    const receiver = new MessageReceiver(new PartClass(root));
    receivers.set(root, receiver);
    joinDialogFocus(root);
    return receiver;
  };
  return (component) => {
    const { data, parentElement } = component;
    parentElement.querySelector("p.lp-unavailable")?.remove();
    const receiver = receivers.get(parentElement) ?? makeReceiver(/** @type {HTMLElement} */ (parentElement));
    const { part } = receiver;
    navigationGuard.parts.add(part);
    navigationGuard.receiveAnswer(part);
    const makeSender = (/** @type {string} */ key, /** @type {object} */ value) => () =>
      sendToPython(component, key, value);
    part.sendMessage = (key, value) => navigationGuard.sendOrHold(part, key, makeSender(key, value));
    part.turnPage = (key, value) => {
      if (!navigationGuard.requestNavigation(() => part.turnPage?.(key, value), part))
        navigationGuard.sendNow(part, makeSender(key, value));
    };
    receiver.receive(data);
    // Streamlit also unmounts a call that a newer one has overtaken, so only a root that has left the page is given up.
    return () =>
      window.setTimeout(() => {
        if (parentElement.isConnected || receivers.get(parentElement) !== receiver) return;
        receiver.close();
        part.close?.();
        parentElement.querySelector(".lp")?.remove();
        navigationGuard.removePart(part);
        receivers.delete(parentElement);
      });
  };
}
