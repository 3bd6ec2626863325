/** What a room above `codes` may know of a plane's codes, and what this room needs to draw them. */

import type { HasMessage, HasParts, HasSettings } from "../base/planes.ts";
import type { TaskScheduler } from "../base/task_scheduler.ts";
import type { HasTheme, HasView } from "../view/planes.ts";
import type { Sprites } from "./sprites.ts";
import type { Codes } from "./stamp_renderer.ts";

/** Codes at the places where they are drawn; those of hidden classes are not visible. */
export interface HasCodes {
  readonly codes: Codes;
  isVisible(index: number): boolean;
}

/** Names single codes and knows z of each at the training step that is shown. */
export interface DescribesCodes {
  codeName(index: number): string;
  codeText(index: number): string;
  codeOf(index: number): Float32Array | null;
  labelOf(index: number): number;
}

export interface HasSprites {
  readonly sprites: Sprites;
}

/** The selected codes: 1 for each, or null if there are none. */
export interface HasSelection {
  readonly selection: { readonly mask: Uint8Array | null };
}

/** The codes in colour, while others are grey: 1 for each, or null if all are. */
export interface HasColouredCodes {
  readonly colouredMask: Uint8Array | null;
}

export interface HasTasks {
  readonly scene: { readonly tasks: TaskScheduler };
}

export interface CodesPlane extends HasCodes, HasView, HasTheme, HasSettings, HasColouredCodes, HasTasks {
  readonly scene: HasTasks["scene"] & { readonly isMoving: boolean; isShown(layer: string): boolean };
  redrawCodes(): void;
}

export interface MosaicPlane extends HasCodes, HasMessage, HasView, HasSettings, HasColouredCodes, HasSprites {
  readonly scene: { readonly isMoving: boolean };
}

export interface LegendPlane extends HasCodes, HasMessage, HasSettings, HasParts<"legend"> {
  passesFilter(index: number): boolean;
  toggleClass(label: number): void;
}

/** Knows the ids and kept columns of the items of the codes. */
export interface HasItems {
  readonly items: {
    readonly isPending: boolean;
    readonly error: string;
    readonly arrival: Promise<unknown>;
    readonly leftOut: string[];
    readonly searchedNames: string[];
    find(searchText: string): Uint8Array | null;
    matchOf(index: number, searchText: string): [string, string];
    idOf(index: number): string;
    rowOf(index: number): [string, string][];
    loadAgain(): void;
  };
}

/** Shows a card beside the code under the pointer. */
export interface CardPlane
  extends HasItems, HasCodes, HasView, HasParts<"card">, Pick<DescribesCodes, "codeName" | "codeText"> {
  hasThumbnail(index: number): boolean;
}
