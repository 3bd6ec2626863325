/**
 * The latent plane, as Streamlit mounts it.
 */

import { mounting } from "./mounting.js";
import { Plane } from "./plane.js";

export default mounting(Plane);
