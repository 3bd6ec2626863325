import assert from "node:assert/strict";
import { test } from "node:test";
import { document, host } from "./dom.mjs";

/** @type {() => void} */
let notifyChange = () => {};
let isObserved = true;
Object.assign(globalThis, {
  window: { location: { href: "http://lab.example/user/ann/compare?x=1" } },
  MutationObserver: class {
    constructor(act) {
      notifyChange = () => isObserved && act();
    }
    observe() {}
    disconnect() {
      isObserved = false;
    }
  },
});
const { explainRefusedConnections: explainRefusals, refusalExplanation: refusalSentences } =
  await import("../src/host/connection_refusals.ts");

test("a proxy that replaces the header Host is recognised, and the settings are named as they are written", () => {
  const sentences = refusalSentences("https://lab.example:8443/proxy/8501/train", "127.0.0.1:8501");
  for (const part of [
    "“lab.example:8443”",
    "“127.0.0.1:8501”",
    "`--server.allowedHosts lab.example`",
    "`--server.corsAllowedOrigins https://lab.example:8443`",
  ]) {
    assert.ok(sentences.includes(part), part);
  }
  for (const numeric of ["127.0.0.1:9", "[::1]:9", "10.0.0.7", "localhost:9"]) {
    const hostSentences = refusalSentences(`http://${numeric}/`, "127.0.0.1:8501");
    assert.ok(
      !hostSentences.includes("allowedHosts") && hostSentences.includes(`corsAllowedOrigins http://${numeric}\``),
      "the server answers these anyway",
    );
  }
});

test("where the header Host has arrived, the proxy may not pass on WebSockets", () => {
  const sentences = refusalSentences("http://10.0.0.7:8501/train", "10.0.0.7:8501");
  assert.ok(sentences.includes("WebSockets") && !sentences.includes("Host"));
});

test("a page says so once its connection was refused twice, and stops as soon as it is connected", () => {
  const app = host();
  const page = {
    body: document.body,
    querySelector: (selector) => (selector.startsWith("meta") ? { getAttribute: () => "127.0.0.1:8501" } : app),
  };
  explainRefusals(/** @type {any} */ (page));
  const alerts = () => document.body.querySelectorAll("[role=alert]").map((note) => note.textContent);
  const setStates = (...states) =>
    states.forEach((state) => (app.setAttribute("data-test-connection-state", state), notifyChange()));
  setStates("INITIAL", "PINGING_SERVER", "PINGING_SERVER", "CONNECTING", "CONNECTING", "PINGING_SERVER", "CONNECTING");
  assert.deepEqual(alerts(), [], "one failure may be an accident");
  setStates("PINGING_SERVER", "CONNECTING", "PINGING_SERVER");
  assert.equal(alerts().length, 1);
  assert.ok(alerts()[0].includes("“lab.example”, but the server was asked as “127.0.0.1:8501”"));
  setStates("CONNECTING", "CONNECTED");
  assert.deepEqual(alerts(), []);
  setStates("PINGING_SERVER", "CONNECTING", "PINGING_SERVER", "CONNECTING", "PINGING_SERVER");
  assert.deepEqual(alerts(), [], "from here on Streamlit says so itself");
});
