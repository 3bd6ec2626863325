/** What is emitted with each event of a plane, and with each event that all components of the page share. */

import type { Rules } from "../messages.ts";
import type { HasMessage, ZSource } from "./planes.ts";

/** An event without details. */
type NoDetail = Record<string, never>;

/** The arguments of `emit` after the name; without details, there need not be any. */
export type DetailArguments<Detail> = NoDetail extends Detail ? [detail?: Detail] : [detail: Detail];

/** The frames of a history: announced in a message from Python, fetched or not; with a sentence for the user. */
export interface HistoryEvent {
  kind: "message" | "frames" | "failed" | "network" | "closed";
  isOtherRevision?: boolean;
  sentence?: string;
}

/** The events of one plane. */
export interface PlaneEvents {
  /** A message from Python is shown; isOtherRevision: it is about another revision than before. */
  data: { isOtherRevision: boolean };
  drawn: { dOfZ: number };
  z: { source: ZSource };
  /** z is sent to Python. */
  commit: NoDetail;
  /** A code is selected, −1 for none. */
  pick: { index: number; source: "person" | "link" | "python" | "commit" };
  hover: { index: number };
  /** Several codes are selected, null for none. */
  choose: { mask: Uint8Array | null };
  /** How the selected items differ from all others has arrived; features: their names, the largest difference first. */
  differences: { features: string[] };
  /** A group of codes is marked. */
  group: NoDetail;
  drag: { on: boolean };
  view: NoDetail;
  layers: NoDetail;
  classes: NoDetail;
  networks: NoDetail;
  pictures: NoDetail;
  /** The training step that is shown, or what is known of it, is another one. */
  moment: NoDetail;
  history: HistoryEvent;
  /** The section of a tool is opened or closed. */
  tool: { id: string; open: boolean };
  /** The key of a tool is pressed. */
  key: { id: string };
  /** A setting that a link contains has changed. */
  changed: { setting: string };
  /** The settings for a link are written; `writeSetting` writes one more. */
  link: { writeSetting: (name: string, text: string) => void };
  /** Delayed changes are sent now. */
  rest: NoDetail;
  /** Another plane is linked to this one, or no longer. */
  linked: NoDetail;
  /** The moment of this or the linked plane has changed. */
  past: NoDetail;
  /** The codes are drawn at their places on the plane of this title; "" at their own. */
  travel: { title: string };
  close: NoDetail;
}

/** z or a selected code, which the components of the page share for one revision. */
interface SharedCode {
  sender: object;
  revision: string;
  z: Float32Array;
}

/** Figures by name; those that are unknown are missing or undefined. */
export interface Figures {
  [name: string]: number | undefined;
}

/** The class of the code that is nearest to z on a plane. side: 1 of the right one of two, else 0; title: "" if it has none. */
export interface NearestClass {
  side: number;
  title: string;
  classes: string[];
  label: number;
}

/** What a learner did, as a component reports it. */
export type Action =
  | { kind: "answer" | "pick" | "sample" | "paint" | "draw" }
  | { kind: "z"; z: ArrayLike<number> }
  | { kind: "layers"; layers: string[] }
  | { kind: "moment"; step: number | null }
  | { kind: "begin" | "arrive" | "step" | "round"; phase?: string; times?: number }
  | { kind: "rules"; rules: Rules }
  | { kind: "address"; query: Record<string, string> }
  | { kind: "figures"; figures: Figures };

/** What a lesson does in the learner's place; distance: from the origin, beyond which z goes. */
export interface PerformedAction {
  do: string;
  phase?: string;
  times?: number;
  rule?: string;
  value?: number;
  to?: number[];
  distance?: number;
  layer?: string;
  on?: boolean;
  setting?: string;
  is?: string;
}

/** The settings of a link. */
export interface UrlQuery {
  set(name: string, text: string): void;
  delete(name: string): void;
}

/** The events of the page. */
export interface PageEvents {
  z: SharedCode;
  commit: SharedCode;
  pick: SharedCode & { index: number };
  /** The codes that are selected on a plane of a revision, null for none. */
  selection: { revision: string; mask: Uint8Array | null };
  did: Action;
  /** z was drawn from the prior. */
  drawn: NearestClass;
  /** before: the figures before the step that led to these; isOther: they are those of another model or game. */
  figures: { figures: Figures; before: Figures; isOther: boolean };
  /** A lesson highlights what is drawn; "" for nothing. */
  light: { drawn: string };
  /** Another page of the lesson is shown. */
  turned: NoDetail;
  /** The experiment of a lesson's page begins: figures that compare with its start do so from here on. */
  experiment: NoDetail;
  /** The goal of a lesson's page is reached: nothing goes on by itself. */
  reached: NoDetail;
  /** A lesson does a task in the learner's place. isDone: whether its goal is reached. */
  perform: { actions: PerformedAction[]; isDone: () => boolean };
  /** Another column is chosen to colour the codes; planes add what is to be waited for. */
  colour: { column: string; promises: Promise<unknown>[] };
  /** One of these columns is likely to be chosen next. */
  colours: { columns: string[] };
  /** A link is copied: the components write their present state into it. */
  link: { query: UrlQuery };
  history: HistoryEvent & { plane: HasMessage };
}
