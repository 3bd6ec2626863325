/** What a room above `priors` may know of a plane: the prior of its codes. */

import type { Prior } from "./prior.ts";

export interface HasPrior {
  readonly prior: Prior;
}
