/**
 * Says why the page stays empty if its connection to the server, a WebSocket, is refused. Streamlit (1.67) shows a grey
 * skeleton then and tries again for ever. Usually a proxy in front of the server replaces the header Host, so that the
 * page seems to come from another site, or does not pass on WebSockets.
 */

import { element } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import { address } from "./host.ts";

const MIN_REFUSALS = 2; // refused in a row before the sentence is shown, since a single failure may be an accident
// hosts that the server answers without being told their names
const NUMERIC_HOST = /^(localhost|\[[\da-f:.]+\]|\d+(\.\d+){3})$/i;
const NOTE_STYLE = `position: fixed; inset: 4.5rem 1rem auto; z-index: 999993;
  max-width: 44rem; margin: 0 auto; padding: 0.75rem 1rem; overflow-wrap: anywhere;
  color-scheme: light dark; background: Canvas; color: CanvasText; border: 2px solid #b3261e; border-radius: 0.5rem;`;

/**
 * What is wrong, and what to do about it; options of the server stand between backticks.
 * @param href the page's address
 * @param servedHost the header Host of the request for the page, as the server received it
 */
export function refusalExplanation(href: string, servedHost: string): string {
  const { host, hostname, origin } = new URL(href);
  if (host === servedHost) {
    return translate(
      "The server is there, but refuses this page’s connection, or a proxy between them does not pass on WebSockets. Let the proxy pass on the headers Upgrade and Connection; if no proxy is used, close other pages of this server and reload this one.",
    );
  }
  const values = { host, servedHost, hostname, origin };
  return NUMERIC_HOST.test(hostname)
    ? translate(
        "The server refuses this page’s connection, because a proxy between them replaces the header Host: the page’s address has “{host}”, but the server was asked as “{servedHost}”. Let the proxy pass on the header Host. If the proxy cannot do that, start the server with `--server.corsAllowedOrigins {origin}`.",
        values,
      )
    : translate(
        "The server refuses this page’s connection, because a proxy between them replaces the header Host: the page’s address has “{host}”, but the server was asked as “{servedHost}”. Let the proxy pass on the header Host, and start the server with `--server.allowedHosts {hostname}`. If the proxy cannot do that, start the server with `--server.corsAllowedOrigins {origin}`.",
        values,
      );
}

/** A text as nodes; what stands between backticks is an option of the command line. */
const markUpOptions = (text: string): (string | HTMLElement)[] =>
  text.split("`").map((part, k) => (k % 2 ? element("code", { style: "white-space: nowrap" }, part) : part));

/** Counts the attempts to connect that failed. */
class ConnectionAttempts {
  refusedCount = 0;
  isConnecting = false;

  /** @param state of Streamlit's connection */
  update(state: string | undefined) {
    if (this.isConnecting && state === "PINGING_SERVER") this.refusedCount++;
    this.isConnecting = state === "CONNECTING";
  }
}

/** Watches Streamlit's connection until it is made. */
export function explainRefusedConnections(page: Document) {
  const servedHost = page.querySelector("meta[name=served-host]")?.getAttribute("content") ?? "";
  const attempts = new ConnectionAttempts();
  let note: HTMLElement | null = null;
  const watch = new MutationObserver(() => {
    const state = page.querySelector("[data-testid=stApp]")?.getAttribute("data-test-connection-state") ?? undefined;
    attempts.update(state);
    if (attempts.refusedCount >= MIN_REFUSALS && !note) {
      note = element(
        "p",
        { role: "alert", style: NOTE_STYLE },
        ...markUpOptions(refusalExplanation(address.href(), servedHost)),
      );
      page.body.append(note as HTMLElement);
    }
    if (state !== "CONNECTED") return;
    note?.remove();
    watch.disconnect();
  });
  watch.observe(page.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["data-test-connection-state"],
  });
}
