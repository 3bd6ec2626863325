/**
 * What a room below `plane` may know of a plane, in small pieces: it has a message, a code z, sections of tools.
 * A room names the pieces that it uses in a `planes.d.ts` of its own, with those that only it or the rooms above it
 * can describe. All fields are read-only: a plane's state is changed by its methods alone.
 */

import type { OutgoingMessages } from "../messages.ts";
import type { PlaneEvents } from "./event_types.ts";
import type { EventEmitter } from "./events.ts";

export type PlaneHeader = OutgoingMessages["latent_canvas"]["header"];
export type PlaneFields = OutgoingMessages["latent_canvas"]["fields"];

export interface HasEvents {
  readonly events: EventEmitter<PlaneEvents>;
}

/** Shows the newest message from Python. */
export interface HasMessage {
  readonly header: PlaneHeader;
  readonly fields: PlaneFields;
}

export interface HasZ {
  readonly z: Float32Array;
}

/** What moved z; a drag and keys are sent to Python once they rest, "link" is another component of the page. */
export type ZSource = "drag" | "slide" | "keys" | "python" | "tool" | "link";

export interface MovesZ extends HasZ {
  setZ(z: Float32Array, source: ZSource): void;
  moveZTo(z: Float32Array, source?: "tool" | "link", send?: boolean): void;
  sendZ(): void;
}

/** The earlier training step that is shown; null at the present. */
export interface ShowsMoment {
  readonly pastFrame: { readonly step: number } | null;
}

/** The user's choices that change what is drawn. */
export interface HasSettings {
  readonly settings: { readonly layers: Readonly<Record<string, boolean>>; readonly hidden: ReadonlySet<number> };
}

/** The elements of the plane that a room adds to or measures. */
export interface HasParts<Name extends string> {
  readonly parts: Readonly<Record<Name, HTMLElement>>;
}

/** A setting that a link contains: its value as text, "" for the default, and the function that restores it. */
export interface UrlSetting {
  toText(): string;
  restore(text: string): void;
}

export interface HasUrlState {
  readonly urlState: { addSetting(name: string, setting: UrlSetting): void; scheduleSend(name: string): void };
}

/** The sections of the tools, by the tools' ids. */
export interface HasTools {
  readonly tools: {
    isAvailable(id: string): boolean;
    isOpen(id: string): boolean;
    openSection(id: string): HTMLDetailsElement | null;
    openAndFocus(id: string): void;
  };
}

/** A tool: a section beside or below the plane, filled by `Kind`; the message lists the tools that a page has. */
export interface Tool<Plane> {
  id: string;
  title: string;
  titleFor?: (header: PlaneHeader) => string | false;
  host: "aside" | "below";
  Kind: new (plane: Plane, section: HTMLElement) => object;
}
