/**
 * The captions of the opening, by how much of the training has been shown.
 */

const ORDERED = 0.3; // share from which on the second caption is shown

/**
 * @param {number} share of the training run that has been played, 0 to 1
 * @param {string} image the words for one image, such as "a handwritten digit"
 * @param {boolean} contours whether the prior's contours are drawn
 */
export function captionOf(share, image, contours) {
  if (share >= 1) return "Trained: every place among the codes now decodes to an image.";
  if (share < ORDERED) return `Each mark is the code of ${image}, in the colour of its class. The training begins.`;
  return `Each mark is the code of ${image}. The encoder learns to put the codes where the prior is${contours ? ", inside the rings" : ""}.`;
}

/** The text beside the button Play. @param {string} image */
export const offered = (image) => `Each mark is the code of ${image}. Play the training to see the codes move to where the prior is.`;
