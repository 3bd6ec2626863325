/**
 * The user's choices for a plane, which the browser's tab remembers until it is closed or reloaded.
 */

import { memoizeByKey } from "../base/memoize.ts";
import { EchoFilter } from "../base/echo_filter.ts";
import { LAYERS } from "../view/layers.ts";
import type { OutgoingMessages } from "../messages.ts";

export type PlaneMessage = OutgoingMessages["latent_canvas"];
/**
 * The switches of the layers, the states of them that were sent to Python, the hidden classes, whether all switches are
 * unfolded, and the feature on the heat map.
 */
export type DisplaySettings = {
  layers: Record<string, boolean>;
  layerEchoes: EchoFilter<string>;
  hidden: Set<number>;
  allSwitches: boolean;
  feature: number;
};

/** By revision; the switches start as in its first message. It outlives a change of page. */
export const rememberedSettings: (revision: string, header: PlaneMessage["header"]) => DisplaySettings = memoizeByKey(
  (_, { layers }) => {
    const switches = Object.fromEntries(LAYERS.map(({ id, on }) => [id, layers?.[id] ?? on]));
    return {
      layers: switches,
      layerEchoes: new EchoFilter(),
      hidden: new Set(),
      allSwitches: false,
      feature: 0,
    } as DisplaySettings;
  },
);

/**
 * Whether two messages differ at most in z, its image, the selected code, the view, the training step and the settings
 * of the link.
 */
export function differsInViewStateOnly(a: PlaneMessage, b: PlaneMessage): boolean {
  const [previousHeader, nextHeader] = [a, b].map(({ header: { code, picked, view, frame, setting_texts, ...rest } }) =>
    JSON.stringify(rest),
  );
  const previousFields = new Map(Object.entries(a.fields));
  return (
    previousHeader === nextHeader &&
    Object.entries(b.fields).every(
      ([name, { values }]) => name === "image" || haveSameBytes(previousFields.get(name)?.values, values),
    )
  );
}

/** Whether two arrays hold the same bytes; codes fetched by URL are the same object. */
function haveSameBytes(a: ArrayBufferView | undefined, b: ArrayBufferView): boolean {
  if (!a || a === b) return a === b;
  const [x, y] = [a, b].map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return x.length === y.length && x.every((value, i) => value === y[i]);
}
