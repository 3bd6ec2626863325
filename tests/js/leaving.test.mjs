import assert from "node:assert/strict";
import { test } from "node:test";
import { Element, host } from "./dom.mjs";

Object.assign(globalThis, { window: globalThis, location: { pathname: "/explore" } });

const { Leaving } = await import("../../app/components/js/host/leaving.js");

const turn = () => new Promise((done) => setTimeout(done));

/** A page whose listeners hear of a click before the link itself does, and what happened on it, in order. */
function page() {
  const said = [];
  const part = {};
  let hear;
  const links = host();
  const leaving = new Leaving({
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
  /** As Streamlit does: what is told is sent by a timer. */
  const tell = (word, by = part, kind = word) => leaving.tell(by, kind, () => setTimeout(() => said.push(word)));
  return { leaving, part, addLink, link: addLink(), click, tell, said };
}

test("the page is turned when Python has answered what it was told", async () => {
  const { leaving, part, link, tell, said } = page();
  tell("z");
  tell("another z");
  link.click();
  await turn();
  leaving.heard({});
  leaving.heard(part);
  assert.deepEqual(said, ["z", "another z"]);
  leaving.heard(part);
  assert.deepEqual(said, ["z", "another z", "turned"]);
  assert.ok(leaving.mutes(part));
});

test("without an answer it is turned after a moment", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { link, tell, said } = page();
  tell("z");
  link.click();
  t.mock.timers.tick(5);
  assert.deepEqual(said, ["z"]);
  t.mock.timers.tick(2000);
  assert.deepEqual(said, ["z", "turned"]);
});

test("what waits for a rest is told when a link is followed, once, and nothing after it", async () => {
  const { leaving, part, link, tell, said } = page();
  leaving.parts.add(Object.assign(part, { tellPending: () => tell("view") }));
  leaving.parts.add({});
  link.click();
  assert.ok(leaving.mutes(part));
  await turn();
  assert.deepEqual(said, ["view"]);
  leaving.heard(part);
  assert.deepEqual(said, ["view", "turned"]);
  tell("late");
  await turn();
  assert.deepEqual(said, ["view", "turned"]);
});

test("a part that hears of Python after the turn is on a page that stays: what it said meanwhile is told, the last of each kind", async () => {
  const { leaving, part, link, tell, said } = page();
  const gone = {};
  link.click();
  tell("z", part, "place");
  tell("newer z", part, "place");
  tell("view");
  tell("elsewhere", gone);
  leaving.heard(part);
  await turn();
  assert.deepEqual(said, ["turned", "newer z", "view"]);
  assert.ok(!leaving.mutes(part) && leaving.mutes(gone));
});

test("a link that was drawn anew meanwhile is found again; one that is gone leaves the page as it was", async () => {
  const { leaving, part, addLink, link, tell, said } = page();
  addLink("stTopNavLink", "/explore");
  tell("z");
  link.click();
  link.remove();
  const anew = addLink();
  leaving.heard(part);
  await turn();
  assert.deepEqual(said, ["turned", "z"]);
  leaving.heard(part);
  tell("z");
  anew.click();
  anew.remove();
  tell("later");
  leaving.heard(part);
  await turn();
  assert.deepEqual(said, ["turned", "z", "z", "later"]);
});

test("whoever else turns the page is put off likewise, and then asked again", async () => {
  const { leaving, part, tell } = page();
  let asked = 0;
  const again = () => (asked += leaving.turn(again) ? 10 : 1);
  tell("z");
  assert.ok(leaving.turn(again));
  assert.equal(asked, 0);
  leaving.heard(part);
  assert.equal(asked, 1);
  assert.ok(leaving.mutes(part));
  assert.ok(!leaving.turn(again));
});

test("where Python goes on in the same place, all parts stay", async () => {
  const { leaving, part, tell, said } = page();
  const panel = {};
  for (const path of ["/train", "/explore"]) {
    globalThis.location.pathname = "/explore";
    leaving.turn(() => {}, panel);
    tell(`on ${path}`, part, path);
    globalThis.location.pathname = path;
    leaving.heard({});
    assert.ok(leaving.mutes(part));
    leaving.heard(panel);
    assert.equal(leaving.mutes(part), path !== "/explore");
  }
  await turn();
  assert.deepEqual(said, ["on /train", "on /explore"]);
});

test("what nobody answered is told when no other page has come for a while", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const now = t.mock.method(performance, "now", () => 0);
  const { link, tell, said } = page();
  link.click();
  tell("z");
  now.mock.mockImplementation(() => 3000);
  t.mock.timers.tick(3000);
  t.mock.timers.tick(1);
  assert.deepEqual(said, ["turned", "z"]);
});

test("with nothing to say the page turns at once", () => {
  const { link, said } = page();
  link.click();
  assert.deepEqual(said, ["turned"]);
});

test("a link folded away in the menu is one, too", () => {
  const { addLink, tell, said } = page();
  tell("z");
  addLink("stTopNavDropdownLink").click();
  assert.deepEqual(said, []);
});

test("other clicks, and those that open another tab or nothing, go their way", () => {
  const { leaving, part, addLink, link, click, tell, said } = page();
  tell("z");
  click(host());
  for (const key of ["ctrlKey", "metaKey", "shiftKey", "altKey", "defaultPrevented"]) click(link, { [key]: true });
  click(Object.assign(addLink(), { target: "_blank" }));
  const off = addLink();
  off.setAttribute("disabled", "");
  click(off);
  assert.equal(said.length, 8);
  assert.ok(!leaving.mutes(part));
});
