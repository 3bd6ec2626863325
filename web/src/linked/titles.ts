/**
 * The names of linked planes, wherever they must be distinguished: on the plane, over its image, and for screen
 * readers.
 */

import { element, setText } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import type { TitledPlane } from "./planes.ts";

const MAX_AXIS_NAME = 4; // the longest name of an axis, in characters, that leaves room for the title

export function showPlaneTitle(plane: TitledPlane) {
  const { parts, events, panel } = plane;
  const badge = element("p", { class: "lp-badge", role: "status", hidden: true });
  const heading = element("p", { class: "lp-title", hidden: true });
  let headingTitle = "";
  parts.plane.append(badge);
  parts.panel.prepend(heading);
  let travelTarget = "";
  const show = () => {
    const title = plane.header.link?.title;
    badge.hidden = heading.hidden = !title;
    parts.root.classList.toggle("lp-linked", Boolean(title));
    parts.root.classList.toggle("lp-long", (plane.header.axis_names?.[1] ?? "").length > MAX_AXIS_NAME);
    if (!title) return;
    setText(
      badge,
      travelTarget ? translate("{title}: its codes where {other} has them", { title, other: travelTarget }) : title,
    );
    if (title !== headingTitle) heading.replaceChildren(...decodedByElements(title));
    headingTitle = title;
    parts.surface.setAttribute(
      "aria-label",
      translate("Latent plane of {title}: drag or use the arrow keys to decode, ? lists the keys", { title }),
    );
    panel.image.setAttribute("aria-label", translate("Image decoded at z by {title}", { title }));
  };
  events.on("data", show);
  events.on("travel", ({ title }) => {
    travelTarget = title;
    show();
  });
}

/**
 * The heading over a plane's image. What stands between backticks in the text is only read out where there is no room.
 * @param title of the plane
 */
const decodedByElements = (title: string): (string | HTMLElement)[] =>
  translate("Decoded `by {title}`")
    .split("`")
    .map((part) => part.replace("{title}", () => title))
    .map((part, k) => (k % 2 ? element("span", {}, part) : part));
