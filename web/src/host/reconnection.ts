/**
 * Tells when the page is connected with the server again after it was not. Streamlit (1.67) then runs the page's script
 * only if something waited for it, so that what a server without the former session would draw stays undrawn, and a press
 * of a button that only the former session has drawn is lost.
 */

/**
 * @param act called each time that the connection is back
 * @returns ends the watch
 */
export function watchReconnection(page: Document, act: () => void): () => void {
  let isConnected = true;
  const watch = new MutationObserver(() => {
    const wasConnected = isConnected;
    const state = page.querySelector("[data-testid=stApp]")?.getAttribute("data-test-connection-state");
    isConnected = state === "CONNECTED";
    if (isConnected && !wasConnected) act();
  });
  watch.observe(page.body, { subtree: true, attributes: true, attributeFilter: ["data-test-connection-state"] });
  return () => watch.disconnect();
}
