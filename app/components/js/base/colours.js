/** The colours of aae_core/latent/colours.py that the page draws by itself; a test compares them. */

/** Of codes without a class, and of the prior: neither is a class. */
export const UNLABELLED_COLOUR = "#8a94a3";

/** Of D's verdicts, a code and a sample of the prior, as RGB 0–255. */
export const VERDICT_COLOURS = { code: [213, 94, 0], prior: [0, 114, 178] };
