import assert from "node:assert/strict";
import { test } from "node:test";
import { Element, host } from "./dom.mjs";

Object.assign(globalThis, { window: globalThis, location: { pathname: "/explore" } });

const { NavigationGuard } = await import("../../app/components/js/host/navigation_guard.js");

const turn = () => new Promise((done) => setTimeout(done));

/** A page whose capturing listener receives a click before the link does; `said` lists the events in order. */
function page() {
  const said = [];
  const part = {};
  let hear;
  const links = host();
  const leaving = new NavigationGuard({
    addEventListener: (name, act, early) => name === "click" && early && (hear = act),
    querySelectorAll: (selector) => links.querySelectorAll(selector),
  });
  const click = (target, more = {}) => {
    let stopped = false;
    hear({ target, button: 0, preventDefault() {}, stopImmediatePropagation: () => (stopped = true), ...more });
    if (!stopped) said.push("turned");
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
  const send = (word, by = part, kind = word) => leaving.sendOrHold(by, kind, () => setTimeout(() => said.push(word)));
  return { leaving, part, addLink, link: addLink(), click, send, said };
}

test("the page is changed once Python has answered all that it was told", async () => {
  const { leaving, part, link, send, said } = page();
  send("z");
  send("another z");
  link.click();
  await turn();
  leaving.receiveAnswer({});
  leaving.receiveAnswer(part);
  assert.deepEqual(said, ["z", "another z"]);
  leaving.receiveAnswer(part);
  assert.deepEqual(said, ["z", "another z", "turned"]);
  assert.ok(leaving.isHoldingBack(part));
});

test("without an answer the page is changed after a timeout", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { link, send, said } = page();
  send("z");
  link.click();
  t.mock.timers.tick(5);
  assert.deepEqual(said, ["z"]);
  t.mock.timers.tick(2000);
  assert.deepEqual(said, ["z", "turned"]);
});

test("following a link sends pending changes once, and nothing after them", async () => {
  const { leaving, part, link, send, said } = page();
  leaving.parts.add(Object.assign(part, { sendPending: () => send("view") }));
  leaving.parts.add({});
  link.click();
  assert.ok(leaving.isHoldingBack(part));
  await turn();
  assert.deepEqual(said, ["view"]);
  leaving.receiveAnswer(part);
  assert.deepEqual(said, ["view", "turned"]);
  send("late");
  await turn();
  assert.deepEqual(said, ["view", "turned"]);
});

test("a component that is answered after the change sends its muted messages, the last of each kind", async () => {
  const { leaving, part, link, send, said } = page();
  const gone = {};
  link.click();
  send("z", part, "place");
  send("newer z", part, "place");
  send("view");
  send("elsewhere", gone);
  leaving.receiveAnswer(part);
  await turn();
  assert.deepEqual(said, ["turned", "newer z", "view"]);
  assert.ok(!leaving.isHoldingBack(part) && leaving.isHoldingBack(gone));
});

test("a link that was rebuilt meanwhile is found again; if it is gone, the page does not change", async () => {
  const { leaving, part, addLink, link, send, said } = page();
  addLink("stTopNavLink", "/explore");
  send("z");
  link.click();
  link.remove();
  const anew = addLink();
  leaving.receiveAnswer(part);
  await turn();
  assert.deepEqual(said, ["turned", "z"]);
  leaving.receiveAnswer(part);
  send("z");
  anew.click();
  anew.remove();
  send("later");
  leaving.receiveAnswer(part);
  await turn();
  assert.deepEqual(said, ["turned", "z", "z", "later"]);
});

test("any other change of page is postponed as well, and then tried again", async () => {
  const { leaving, part, send } = page();
  let asked = 0;
  const again = () => (asked += leaving.requestNavigation(again) ? 10 : 1);
  send("z");
  assert.ok(leaving.requestNavigation(again));
  assert.equal(asked, 0);
  leaving.receiveAnswer(part);
  assert.equal(asked, 1);
  assert.ok(leaving.isHoldingBack(part));
  assert.ok(!leaving.requestNavigation(again));
});

test("if the answer does not change the path, no component is muted any more", async () => {
  const { leaving, part, send, said } = page();
  const panel = {};
  for (const path of ["/train", "/explore"]) {
    globalThis.location.pathname = "/explore";
    leaving.requestNavigation(() => {}, panel);
    send(`on ${path}`, part, path);
    globalThis.location.pathname = path;
    leaving.receiveAnswer({});
    assert.ok(leaving.isHoldingBack(part));
    leaving.receiveAnswer(panel);
    assert.equal(leaving.isHoldingBack(part), path !== "/explore");
  }
  await turn();
  assert.deepEqual(said, ["on /train", "on /explore"]);
});

test("muted messages are sent if no other page has come after a timeout", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const now = t.mock.method(performance, "now", () => 0);
  const { link, send, said } = page();
  link.click();
  send("z");
  now.mock.mockImplementation(() => 3000);
  t.mock.timers.tick(3000);
  t.mock.timers.tick(1);
  assert.deepEqual(said, ["turned", "z"]);
});

test("with nothing to send the page changes at once", () => {
  const { link, said } = page();
  link.click();
  assert.deepEqual(said, ["turned"]);
});

test("a link in the folded menu is handled as well", () => {
  const { addLink, send, said } = page();
  send("z");
  addLink("stTopNavDropdownLink").click();
  assert.deepEqual(said, []);
});

test("other clicks, and those that open another tab or nothing, are not delayed", () => {
  const { leaving, part, addLink, link, click, send, said } = page();
  send("z");
  click(host());
  for (const key of ["ctrlKey", "metaKey", "shiftKey", "altKey", "defaultPrevented"]) click(link, { [key]: true });
  click(Object.assign(addLink(), { target: "_blank" }));
  const off = addLink();
  off.setAttribute("disabled", "");
  click(off);
  assert.equal(said.length, 8);
  assert.ok(!leaving.isHoldingBack(part));
});
