/** What a room above `view` may know of how a plane is drawn. */

import type { Theme } from "../base/theme.ts";
import type { Paper } from "./layers.ts";
import type { Slice } from "./slice.ts";
import type { Viewport } from "./viewport.ts";

/** Shows a slice through the latent space in a viewport. */
export interface HasView {
  readonly view: Viewport;
  readonly slice: Slice;
}

export interface HasTheme {
  readonly theme: Theme;
}

/** Lets others draw over its codes. */
export interface HasOverlays {
  addOverlay(draw: (paper: Paper) => void): void;
  redrawOverlays(): void;
}
