/**
 * Linked planes of one page. The message (header.link) names their group and what they share: "z" (they have the same
 * latent space), "images" (the same images by index), "view" (the same axes), "classes". An action on one plane is
 * applied to the other at once; only the plane that the user touched sends it to Python.
 */

import type { LinkedPlane, LinkablePlane } from "./planes.ts";

/** By group and side; planes of a page share this module. */
const planesByGroup: Map<string, Map<number, LinkedPlane>> = new Map();

/** True while one plane follows another, so that its own events are not followed in turn. */
let isFollowing = false;

const PYTHON_SOURCE = "python"; // Python sends such changes to both planes

/** The plane to which a plane is linked, if it is ready and both share the aspect. */
export function partnerOf(plane: LinkablePlane, aspect?: string): LinkedPlane | null {
  const { link } = plane.header;
  const partner = link && planesByGroup.get(link.group)?.get(1 - link.side);
  if (!partner || !partner.ready) return null;
  const isShared = !aspect || [plane, partner].every(({ header }) => header.link?.shares.includes(aspect));
  const isFitting =
    (aspect !== "z" || plane.header.dim === partner.header.dim) &&
    (aspect !== "images" || codeCount(plane) === codeCount(partner));
  return isShared && isFitting ? partner : null;
}

/** Moves a plane's partner back to its own z at the beginning of the drag; the plane does not follow. */
export const resetPartner = (plane: LinkablePlane) =>
  applyToPartner(plane, "z", (partner) => partner.returnToDragStart());

/** The planes of a group, by side. */
export const planesOf = (group: string): Map<number, LinkedPlane> => planesByGroup.get(group) ?? new Map();

/** Whether a plane or its partner shows an earlier training step. */
export const isShowingPast = (plane: LinkablePlane): boolean => Boolean(plane.pastFrame || partnerOf(plane)?.pastFrame);

const codeCount = ({ codes }: LinkablePlane): number => codes.xy.length / 2;

/**
 * Applies an action to a plane's partner, unless the plane itself is following.
 * @param aspect both have to share
 */
function applyToPartner(plane: LinkablePlane, aspect: string, act: (partner: LinkedPlane) => void) {
  const partner = isFollowing ? null : partnerOf(plane, aspect);
  if (!partner) return;
  isFollowing = true;
  try {
    act(partner);
  } finally {
    isFollowing = false;
  }
}

/** Links a plane with the others of its group. */
export function linkPlane(plane: LinkedPlane) {
  const { events } = plane;
  events.on("hover", ({ index }) => applyToPartner(plane, "images", (partner) => partner.setHovered(index)));
  events.on("pick", ({ index, source }) => {
    if (source === PYTHON_SOURCE) return;
    // at an earlier step only z is selected, which both planes have by now
    if (index >= 0 && isShowingPast(plane)) return applyToPartner(plane, "z", (partner) => partner.noteSentCode());
    applyToPartner(plane, "images", (partner) => pickSameImage(partner, plane, index));
  });
  events.on("choose", ({ mask }) => applyToPartner(plane, "images", (partner) => partner.selectCodes(mask)));
  events.on("z", ({ source }) => {
    if (source !== PYTHON_SOURCE)
      applyToPartner(plane, "z", (partner) => partner.setZ(Float32Array.from(plane.z), "link"));
  });
  events.on("commit", () =>
    applyToPartner(plane, "z", (partner) => {
      partner.noteSentCode();
      partner.scene.updateLayers(); // draws what was left out while z moved
    }),
  );
  /** The plane that is held together with this one; it is let go even if both share z no longer. */
  let heldPartner: LinkedPlane | null = null;
  const holdPartner = (partner: LinkedPlane) => {
    heldPartner = partner;
    partner.setDragging(true);
  };
  const releasePartner = () => {
    const partner = heldPartner;
    heldPartner = null;
    if (partner && !partner.closed) partner.setDragging(false);
  };
  events.on("drag", ({ on }) => {
    if (on) applyToPartner(plane, "z", holdPartner);
    else releasePartner();
  });
  events.on("view", () => applyToPartner(plane, "view", (partner) => partner.copyView(plane.view)));
  events.on("classes", () => applyToPartner(plane, "classes", (partner) => partner.hideClasses(plane.settings.hidden)));
  events.on("layers", () => applyToPartner(plane, "", (partner) => copyLayers(partner, plane)));
  events.on("data", ({ isOtherRevision }) => joinGroup(plane, isOtherRevision));
  events.on("close", () => {
    releasePartner();
    const partner = partnerOf(plane);
    leaveGroup(plane);
    partner?.events.emit("linked");
  });
}

/**
 * Selects the same image on a plane, at its own code; when the selection is cleared, both planes show the same z again.
 */
function pickSameImage(plane: LinkedPlane, partner: LinkedPlane, index: number) {
  plane.pickCode(index, "link");
  if (index < 0 && partnerOf(plane, "z")) {
    plane.setZ(Float32Array.from(partner.z), "link");
    plane.noteSentCode();
  }
  plane.scene.updateLayers();
}

/** Switches the layers that both planes have on and off as on the other one. */
function copyLayers(plane: LinkedPlane, partner: LinkedPlane) {
  const layers: Record<string, boolean> = {};
  for (const id of Object.keys(plane.header.layers)) {
    if (id in partner.header.layers) layers[id] = partner.settings.layers[id];
  }
  plane.applyLayers(layers);
}

/**
 * Enters a plane into its group; if it shows another revision than before, it takes over its partner's settings.
 * @param isOtherRevision whether it shows another revision than before
 */
function joinGroup(plane: LinkedPlane, isOtherRevision: boolean) {
  const { link } = plane.header;
  if (!link || planesByGroup.get(link.group)?.get(link.side) !== plane) leaveGroup(plane);
  if (!link) return;
  planesByGroup.set(link.group, (planesByGroup.get(link.group) ?? new Map()).set(link.side, plane));
  if (isOtherRevision) applyToPartner(plane, "", (partner) => copySettings(plane, partner));
  for (const linkedPlane of [plane, partnerOf(plane)]) linkedPlane?.events.emit("linked");
}

function copySettings(plane: LinkedPlane, partner: LinkedPlane) {
  copyLayers(plane, partner);
  if (partnerOf(plane, "classes")) plane.hideClasses(partner.settings.hidden);
  if (partnerOf(plane, "view")) plane.copyView(partner.view);
  // clearing would drop an outline that waits
  if (partner.selection.mask && partnerOf(plane, "images")) plane.selectCodes(partner.selection.mask);
}

function leaveGroup(plane: LinkedPlane) {
  for (const sides of planesByGroup.values()) {
    for (const [side, member] of sides) if (member === plane) sides.delete(side);
  }
}
