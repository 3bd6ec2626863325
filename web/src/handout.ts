/** The script of a handout: a page of its own, which works without a server. */

import { begin } from "./handout/main.ts";

begin();
