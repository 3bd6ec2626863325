/**
 * Linked planes of one page. Python names their group (header.link) and what they share: "z" (a code of one is a code of the
 * other), "images" (the same images by number), "view" (the same axes), "classes". An action on one plane is applied to the
 * other at once; Python hears of it from the plane that the user touched.
 */

/** @typedef {import("../plane/plane.js").Plane} Plane */
/** @typedef {import("../plane/model.js").Model} Model */

/** By group and side; planes of a page share this module. @type {Map<string, Map<number, Plane>>} */
const groups = new Map();

/** While one plane follows another, what it tells of that is not followed in turn. */
let following = false;

const FROM_PYTHON = "python"; // tells both by itself

/**
 * The plane that a plane is linked to, if that is there and both share `what`.
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

/** The planes of a group, by side. @param {string} group @returns {Map<number, Plane>} */
export const planesOf = (group) => groups.get(group) ?? new Map();

/** Whether a plane or the one that it is linked to shows an earlier moment. @param {Model} plane */
export const looksBack = (plane) => Boolean(plane.past || partnerOf(plane)?.past);

/** @param {Model} plane */
const countOf = ({ codes }) => codes.xy.length / 2;

/**
 * Does something to a plane's partner, unless the plane itself only follows.
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

/** From now on the plane acts with the others of the group that Python names. @param {Plane} plane */
export function joinOthers(plane) {
  const { events } = plane;
  events.on("hover", ({ index }) => both(plane, "images", (other) => other.hover(index)));
  events.on("pick", ({ index, by }) => {
    if (by === FROM_PYTHON) return;
    // Python knows no codes of then: z, which both have by now, is all that is chosen
    if (index >= 0 && looksBack(plane)) return both(plane, "z", (other) => other.expect());
    both(plane, "images", (other) => choose(other, plane, index));
  });
  events.on("choose", ({ mask }) => both(plane, "images", (other) => other.choose(mask)));
  events.on("z", ({ by }) => by !== FROM_PYTHON && both(plane, "z", (other) => other.place(Float32Array.from(plane.z), "link")));
  events.on("commit", () => both(plane, "z", (other) => {
    other.expect();
    other.scene.update(); // what was left undrawn while z moved
  })); // prettier-ignore
  events.on("drag", ({ on }) => both(plane, "z", (other) => other.hold(on)));
  events.on("view", () => both(plane, "view", (other) => follow(other, plane)));
  events.on("classes", () => both(plane, "classes", (other) => copyClasses(other, plane)));
  events.on("layers", () => both(plane, "", (other) => copyLayers(other, plane)));
  events.on("data", ({ other }) => enter(plane, other));
  events.on("close", () => {
    const other = partnerOf(plane);
    leave(plane);
    other?.events.emit("linked");
  });
}

/** Each shows its own code of the same image; where that is let go of, both show the same z again. @param {Plane} plane @param {Plane} other @param {number} index */
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
 * Takes the place in its group that the message names; one that shows another revision takes over what its partner shows.
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
  if (partnerOf(plane, "images")) plane.choose(other.selection.mask);
}

/** @param {Plane} plane */
function leave(plane) {
  for (const sides of groups.values()) {
    for (const [side, one] of sides) if (one === plane) sides.delete(side);
  }
}
