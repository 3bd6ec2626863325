/**
 * A plane beside another component of the page: both share z and the selected code, and the other component shows the image.
 */

import { page } from "../base/events.js";

/** @param {import("../plane/plane.js").Plane} plane */
export function standBeside(plane) {
  const { events } = plane;
  const isShared = () => Boolean(plane.header.beside);
  const say = (/** @type {string} */ name, more = {}) => isShared() && page.emit(name, { revision: plane.header.revision, z: plane.z, by: plane, ...more });
  const isMine = (/** @type {{by: object, revision: string}} */ { by, revision }) => isShared() && by !== plane && revision === plane.header.revision;
  page.on("z", (said) => isMine(said) && plane.moveTo(said.z, "link", false), events);
  page.on("commit", (said) => {
    if (!isMine(said)) return;
    plane.expect();
    plane.scene.update(); // draws what was left out while z moved
  }, events); // prettier-ignore
  events.on("data", () => plane.parts.root.classList.toggle("lp-beside", isShared()));
  events.on("z", ({ by }) => by !== "link" && by !== "python" && say("z"));
  events.on("commit", () => say("commit"));
  events.on("pick", ({ index, by }) => {
    if (by !== "person" || index < 0) return;
    say("commit");
    say("pick", { index });
  });
}
