/** Lets node load the page's modules as they are: `node --import ./tests/typescript.mjs`. */

import { register } from "node:module";

register("./typescript_hooks.mjs", import.meta.url);
