/**
 * A direction on the plane: a line from the mean of one group to that of the other, and a letter at each group's mean.
 */

import { GROUP_NAMES, groupsOfRevision } from "../choice/code_groups.ts";
import { element } from "../base/dom.ts";
import { screenPlace, moveMark } from "../paths/path_marks.ts";
import { drawPath } from "../view/layers.ts";
import type { GroupsPlane } from "./planes.ts";

/** @returns sets the ends of the line: none, or two codes */
export function makeGroupMarks(plane: GroupsPlane, isVisible: () => boolean): (ends: ArrayLike<number>[]) => void {
  let ends: ArrayLike<number>[] = [];
  const letters = GROUP_NAMES.map((name) =>
    element("div", { class: "lp-group", "aria-hidden": "true", hidden: true }, name),
  );
  plane.parts.surface.append(...letters);
  plane.addOverlay((paper) => {
    const visible = isVisible();
    const markedGroups = groupsOfRevision(plane.header.revision);
    letters.forEach((letter, k) => moveMark(plane, letter, (visible && markedGroups[GROUP_NAMES[k]]?.z) || null));
    const places = visible ? ends.map((z) => screenPlace(plane, z)) : [];
    if (places.length && Number.isFinite(places[0][0])) drawPath(paper, places, 2);
  });
  return (newEnds) => {
    ends = newEnds;
    plane.redrawOverlays();
  };
}
