/**
 * The function that Streamlit calls when it mounts a component, and again, with the same DOM, whenever data or theme
 * change.
 */

import { joinDialogFocus } from "./dialog_focus.ts";
import { MessageReceiver } from "./message_receiver.ts";
import { sendToPython } from "./host.ts";
import { NavigationGuard } from "./navigation_guard.ts";
import type { Message } from "../base/wire.ts";
import type { SendMessage, Component } from "./host.ts";

/**
 * a component of the page; `sendPending` sends delayed messages at once; `turnPage` is set here, for a message that
 * makes Python change the page
 */
export type Part<M extends Message> = {
  sendMessage?: SendMessage;
  update: (message: M) => void;
  setNote: (subject: string, sentence: string) => void;
  close?: () => void;
  sendPending?: () => void;
  turnPage?: SendMessage;
};

const navigationGuard = new NavigationGuard(document);

/** @returns mounts such a part or updates it; returns the function that unmounts it */
export function createMount<M extends Message>(
  PartClass: new (root: HTMLElement) => Part<M>,
): (component: Component) => () => void {
  /** The parts' messages, by the root that a part was mounted in. */
  const receivers: WeakMap<object, MessageReceiver<M>> = new WeakMap();
  const makeReceiver = (root: HTMLElement) => {
    const receiver = new MessageReceiver(new PartClass(root));
    receivers.set(root, receiver);
    joinDialogFocus(root);
    return receiver;
  };
  return (component) => {
    const { data, parentElement } = component;
    parentElement.querySelector("p.lp-unavailable")?.remove();
    const receiver = receivers.get(parentElement) ?? makeReceiver(parentElement as HTMLElement);
    const { part } = receiver;
    navigationGuard.parts.add(part);
    navigationGuard.receiveAnswer(part);
    const makeSender = (key: string, value: object) => () => sendToPython(component, key, value);
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
