/**
 * Linked planes of one page. The message (header.link) names their group and what they share: "z" (they have the same latent
 * space), "images" (the same images by index), "view" (the same axes), "classes". An action on one plane is applied to the other
 * at once; only the plane that the user touched sends it to Python.
 */

/** @typedef {import("../plane/plane.js").Plane} Plane */
/** @typedef {import("../plane/model.js").Model} Model */

/** By group and side; planes of a page share this module. @type {Map<string, Map<number, Plane>>} */
const groups = new Map();

/** True while one plane follows another, so that its own events are not followed in turn. */
let following = false;

const FROM_PYTHON = "python"; // Python sends such changes to both planes

/**
 * The plane to which a plane is linked, if it is ready and both share `what`.
 * @param {Model} plane
 * @param {string} [what]
 * @returns {Plane | null}
 */
export function partnerOf(plane, what) {
  const { link } = plane.header;
  const other = link && groups.get(link.group)?.get(1 - link.side);
  if (!other || !other.ready) return null;
  const shared = !what || [plane, other].every(({ header }) => header.link?.shares.includes(what));
  const fits = (what !== "z" || plane.header.dim === other.header.dim) && (what !== "images" || countOf(plane) === countOf(other));
  return shared && fits ? other : null;
}

/** Moves a plane's partner back to its own z at the beginning of the drag; the plane does not follow. @param {Plane} plane */
export const returnOther = (plane) => both(plane, "z", (other) => other.place(other.pointing.start.z, "link"));

/** The planes of a group, by side. @param {string} group @returns {Map<number, Plane>} */
export const planesOf = (group) => groups.get(group) ?? new Map();

/** Whether a plane or its partner shows an earlier training step. @param {Model} plane */
export const looksBack = (plane) => Boolean(plane.past || partnerOf(plane)?.past);

/** @param {Model} plane */
const countOf = ({ codes }) => codes.xy.length / 2;

/**
 * Applies an action to a plane's partner, unless the plane itself is following.
 * @param {Plane} plane
 * @param {string} what both have to share
 * @param {(other: Plane) => void} act
 */
function both(plane, what, act) {
  const other = following ? null : partnerOf(plane, what);
  if (!other) return;
  following = true;
  try {
    act(other);
  } finally {
    following = false;
  }
}

/** Links a plane with the others of its group. @param {Plane} plane */
export function joinOthers(plane) {
  const { events } = plane;
  events.on("hover", ({ index }) => both(plane, "images", (other) => other.hover(index)));
  events.on("pick", ({ index, by }) => {
    if (by === FROM_PYTHON) return;
    // at an earlier step only z is selected, which both planes have by now
    if (index >= 0 && looksBack(plane)) return both(plane, "z", (other) => other.expect());
    both(plane, "images", (other) => choose(other, plane, index));
  });
  events.on("choose", ({ mask }) => both(plane, "images", (other) => other.choose(mask)));
  events.on("z", ({ by }) => by !== FROM_PYTHON && both(plane, "z", (other) => other.place(Float32Array.from(plane.z), "link")));
  events.on("commit", () => both(plane, "z", (other) => {
    other.expect();
    other.scene.update(); // draws what was left out while z moved
  })); // prettier-ignore
  /** The plane that is held together with this one; it is let go even if both share z no longer. @type {Plane | null} */
  let held = null;
  const letGo = () => {
    const other = held;
    held = null;
    if (other && !other.closed) other.hold(false);
  };
  events.on("drag", ({ on }) => (on ? both(plane, "z", (other) => (held = other).hold(true)) : letGo()));
  events.on("view", () => both(plane, "view", (other) => follow(other, plane)));
  events.on("classes", () => both(plane, "classes", (other) => copyClasses(other, plane)));
  events.on("layers", () => both(plane, "", (other) => copyLayers(other, plane)));
  events.on("data", ({ other }) => enter(plane, other));
  events.on("close", () => {
    letGo();
    const other = partnerOf(plane);
    leave(plane);
    other?.events.emit("linked");
  });
}

/** Selects the same image on a plane, at its own code; when the selection is cleared, both planes show the same z again. @param {Plane} plane @param {Plane} other @param {number} index */
function choose(plane, other, index) {
  plane.pick(index, "link");
  if (index < 0 && partnerOf(plane, "z")) {
    plane.place(Float32Array.from(other.z), "link");
    plane.expect();
  }
  plane.scene.update();
}

/** @param {Plane} plane @param {Plane} other */
const follow = (plane, other) => plane.seen(() => plane.view.like(other.view), "link");

/** @param {Plane} plane @param {Plane} other */
function copyClasses(plane, other) {
  plane.memory.hidden = new Set(other.memory.hidden);
  plane.showClasses();
}

/** @param {Plane} plane @param {Plane} other */
function copyLayers(plane, other) {
  for (const id of Object.keys(plane.header.layers)) {
    if (id in other.header.layers) plane.memory.layers[id] = other.memory.layers[id];
  }
  plane.memory.said.tell(plane.layersSaid()); // by its partner
  plane.showLayers();
}

/**
 * Enters a plane into its group; if it shows another revision than before, it takes over its partner's settings.
 * @param {Plane} plane
 * @param {boolean} isOther whether it shows another revision than before
 */
function enter(plane, isOther) {
  const { link } = plane.header;
  if (!link || groups.get(link.group)?.get(link.side) !== plane) leave(plane);
  if (!link) return;
  groups.set(link.group, (groups.get(link.group) ?? new Map()).set(link.side, plane));
  if (isOther) both(plane, "", (partner) => takeOver(plane, partner));
  for (const one of [plane, partnerOf(plane)]) one?.events.emit("linked");
}

/** @param {Plane} plane @param {Plane} other */
function takeOver(plane, other) {
  copyLayers(plane, other);
  if (partnerOf(plane, "classes")) copyClasses(plane, other);
  if (partnerOf(plane, "view")) follow(plane, other);
  if (other.selection.mask && partnerOf(plane, "images")) plane.choose(other.selection.mask); // clearing would drop an outline that waits
}

/** @param {Plane} plane */
function leave(plane) {
  for (const sides of groups.values()) {
    for (const [side, one] of sides) if (one === plane) sides.delete(side);
  }
}
