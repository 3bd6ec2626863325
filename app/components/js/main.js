/**
 * The latent plane, as Streamlit mounts it.
 */

import { mounting } from "./host/mounting.js";
import { Plane } from "./plane/plane.js";

export default mounting(Plane);
