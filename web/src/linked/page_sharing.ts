/**
 * A plane beside another component of the page: both share z and the selected code, and the other component shows the
 * image.
 */

import { pageEvents } from "../base/events.ts";
import type { SharingPlane } from "./planes.ts";

export function shareOnPage(plane: SharingPlane) {
  const { events } = plane;
  const isShared = () => Boolean(plane.header.has_controls_beside);
  const sharedCode = () => ({ revision: plane.header.revision, z: plane.z, sender: plane });
  const emitToPage = (name: "z" | "commit") => isShared() && pageEvents.emit(name, sharedCode());
  const isForThisPlane = ({ sender, revision }: { sender: object; revision: string }) =>
    isShared() && sender !== plane && revision === plane.header.revision;
  pageEvents.on(
    "z",
    (message) => {
      if (isForThisPlane(message)) plane.moveZTo(message.z, "link", false);
    },
    events,
  );
  pageEvents.on(
    "commit",
    (message) => {
      if (!isForThisPlane(message)) return;
      plane.noteSentCode();
      plane.scene.updateLayers(); // draws what was left out while z moved
    },
    events,
  );
  events.on("data", () => plane.parts.root.classList.toggle("lp-beside", isShared()));
  events.on("z", ({ source }) => {
    if (source !== "link" && source !== "python") emitToPage("z");
  });
  events.on("commit", () => emitToPage("commit"));
  events.on("pick", ({ index, source }) => {
    if (source !== "person" || index < 0 || !isShared()) return;
    emitToPage("commit");
    pageEvents.emit("pick", { ...sharedCode(), index });
  });
}
