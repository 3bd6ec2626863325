/** The script of the pages of a site, which work without a server. */

import { begin } from "./site/main.ts";

begin();
