/** The messages between the page and the engine of the game, which runs in the page: Python never sees them. */
import type { Field, Rules, Setup } from "./messages.ts";

/** A request to the engine. */
export interface GameRequest {
  do: "begin" | "arrive" | "step" | "round";
  setup?: Setup;
  rules?: Rules;
  phase?: string;
  times?: number;
}

/**
 * A step: its loss and that loss's terms before and after. moved: how far the weights of each network that changed have
 * moved; still: the other networks.
 */
export interface Step {
  phase: string;
  batch: number;
  loss: [number, number];
  terms: { [term: string]: [number, number] };
  moved: { [net: string]: number };
  still: string[];
}

/** Images, codes with D(z), and q(y|x) with D_y(y), under "name.number of the step". */
export type ArraysOfSteps = {
  [image: `${"x" | "noisy" | "xhat" | "xhat2"}.${number}`]: Field<Uint8Array>;
} & {
  [code: `${"z" | "z2" | "d" | "d2" | "y" | "y2" | "dy" | "dy2" | "p" | "dp"}.${number}`]: Field<Float32Array>;
};

/** The engine's answer. */
export interface Answered {
  header: Played;
  fields: {
    codes: Field<Float32Array>;
    labels: Field<Int16Array>;
    contents?: Field<Int16Array>;
    sample?: Field<Float32Array>;
    prior?: Field<Float32Array>;
    surface?: Field<Float32Array>;
  } & ArraysOfSteps;
}

/** The state of the game after a request. meanD: the mean of D(z) over the codes and over samples of the prior. */
export interface Played {
  v: 1;
  preview: boolean;
  phases: string[];
  counts: { [phase: string]: number };
  costs: { [phase: string]: [number, number] };
  classes: string[];
  records: Step[];
  size: number;
  batch: number;
  distance: number | null;
  distances: number[];
  meanD: [number, number] | null;
  half: number;
  centre: number[];
  rules: Rules;
  setup: Setup;
  variant: {
    name: string;
    summary: string;
    prior_costs: string[];
    content: boolean;
    prior: boolean;
    discriminator_sees_content: boolean;
    y: string;
    posterior: string;
  };
}
