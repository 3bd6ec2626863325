import assert from "node:assert/strict";
import { test } from "node:test";
import { Element, host } from "./dom.mjs";

Object.assign(globalThis, { window: globalThis, location: { pathname: "/explore" } });

const { NavigationGuard } = await import("../src/host/navigation_guard.ts");

const turn = () => new Promise((resolve) => setTimeout(resolve));

/** A page whose capturing listener receives a click before the link does; `events` lists the events in order. */
function page() {
  const events = [];
  const part = {};
  let clickListener;
  const links = host();
  const guard = new NavigationGuard({
    addEventListener: (name, act, isCapturing) => name === "click" && isCapturing && (clickListener = act),
    querySelectorAll: (selector) => links.querySelectorAll(selector),
  });
  const click = (target, modifiers = {}) => {
    let isStopped = false;
    clickListener({
      target,
      button: 0,
      preventDefault() {},
      stopImmediatePropagation: () => (isStopped = true),
      ...modifiers,
    });
    if (!isStopped) events.push("turned");
  };
  const addLink = (id = "stTopNavLink", href = "/train") => {
    const link = new Element("a");
    link.setAttribute("data-testid", id);
    link.setAttribute("href", href);
    link.click = () => click(link);
    links.append(link);
    return link;
  };
  /** Sends a word to Python, by a timer as Streamlit does. */
  const send = (word, sender = part, kind = word) =>
    guard.sendOrHold(sender, kind, () => setTimeout(() => events.push(word)));
  return { guard, part, addLink, link: addLink(), click, send, events };
}

test("the page is changed once Python has answered all that it was told", async () => {
  const { guard, part, link, send, events } = page();
  send("z");
  send("another z");
  link.click();
  await turn();
  guard.receiveAnswer({});
  guard.receiveAnswer(part);
  assert.deepEqual(events, ["z", "another z"]);
  guard.receiveAnswer(part);
  assert.deepEqual(events, ["z", "another z", "turned"]);
  assert.ok(guard.isHoldingBack(part));
});

test("without an answer the page is changed after a timeout", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { link, send, events } = page();
  send("z");
  link.click();
  t.mock.timers.tick(5);
  assert.deepEqual(events, ["z"]);
  t.mock.timers.tick(2000);
  assert.deepEqual(events, ["z", "turned"]);
});

test("following a link sends pending changes once, and nothing after them", async () => {
  const { guard, part, link, send, events } = page();
  guard.parts.add(Object.assign(part, { sendPending: () => send("view") }));
  guard.parts.add({});
  link.click();
  assert.ok(guard.isHoldingBack(part));
  await turn();
  assert.deepEqual(events, ["view"]);
  guard.receiveAnswer(part);
  assert.deepEqual(events, ["view", "turned"]);
  send("late");
  await turn();
  assert.deepEqual(events, ["view", "turned"]);
});

test("a component that is answered after the change sends its muted messages, the last of each kind", async () => {
  const { guard, part, link, send, events } = page();
  const removedPart = {};
  link.click();
  send("z", part, "place");
  send("newer z", part, "place");
  send("view");
  send("elsewhere", removedPart);
  guard.receiveAnswer(part);
  await turn();
  assert.deepEqual(events, ["turned", "newer z", "view"]);
  assert.ok(!guard.isHoldingBack(part) && guard.isHoldingBack(removedPart));
});

test("a link that was rebuilt meanwhile is found again; if it is gone, the page does not change", async () => {
  const { guard, part, addLink, link, send, events } = page();
  addLink("stTopNavLink", "/explore");
  send("z");
  link.click();
  link.remove();
  const rebuiltLink = addLink();
  guard.receiveAnswer(part);
  await turn();
  assert.deepEqual(events, ["turned", "z"]);
  guard.receiveAnswer(part);
  send("z");
  rebuiltLink.click();
  rebuiltLink.remove();
  send("later");
  guard.receiveAnswer(part);
  await turn();
  assert.deepEqual(events, ["turned", "z", "z", "later"]);
});

test("any other change of page is postponed as well, and then tried again", async () => {
  const { guard, part, send } = page();
  let callCount = 0;
  const retry = () => (callCount += guard.requestNavigation(retry) ? 10 : 1);
  send("z");
  assert.ok(guard.requestNavigation(retry));
  assert.equal(callCount, 0);
  guard.receiveAnswer(part);
  assert.equal(callCount, 1);
  assert.ok(guard.isHoldingBack(part));
  assert.ok(!guard.requestNavigation(retry));
});

test("if the answer does not change the path, no component is muted any more", async () => {
  const { guard, part, send, events } = page();
  const panel = {};
  for (const path of ["/train", "/explore"]) {
    globalThis.location.pathname = "/explore";
    guard.requestNavigation(() => {}, panel);
    send(`on ${path}`, part, path);
    globalThis.location.pathname = path;
    guard.receiveAnswer({});
    assert.ok(guard.isHoldingBack(part));
    guard.receiveAnswer(panel);
    assert.equal(guard.isHoldingBack(part), path !== "/explore");
  }
  await turn();
  assert.deepEqual(events, ["on /train", "on /explore"]);
});

test("muted messages are sent if no other page has come after a timeout", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const clockMock = t.mock.method(performance, "now", () => 0);
  const { link, send, events } = page();
  link.click();
  send("z");
  clockMock.mock.mockImplementation(() => 3000);
  t.mock.timers.tick(3000);
  t.mock.timers.tick(1);
  assert.deepEqual(events, ["turned", "z"]);
});

test("with nothing to send the page changes at once", () => {
  const { link, events } = page();
  link.click();
  assert.deepEqual(events, ["turned"]);
});

test("a link in the folded menu is handled as well", () => {
  const { addLink, send, events } = page();
  send("z");
  addLink("stTopNavDropdownLink").click();
  assert.deepEqual(events, []);
});

test("other clicks, and those that open another tab or nothing, are not delayed", () => {
  const { guard, part, addLink, link, click, send, events } = page();
  send("z");
  click(host());
  for (const key of ["ctrlKey", "metaKey", "shiftKey", "altKey", "defaultPrevented"]) click(link, { [key]: true });
  click(Object.assign(addLink(), { target: "_blank" }));
  const disabledLink = addLink();
  disabledLink.setAttribute("disabled", "");
  click(disabledLink);
  assert.equal(events.length, 8);
  assert.ok(!guard.isHoldingBack(part));
});
