/**
 * The files of a document, which are embedded in it. The files of a site lie beside its pages (`site/files.ts`).
 */

import { translate } from "../base/translate.ts";
import { interleaveBytes } from "../base/wire.ts";
import { MissingFileError } from "./missing_file.ts";

// of Base85 after the digits and letters, with a point in place of “<”, which may begin a tag
const LETTERS = "!#$%&()*+-;.=>?@^_`{|}~";
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" + LETTERS;
const VALUES = new Uint8Array(128);
[...ALPHABET].forEach((letter, value) => (VALUES[letter.charCodeAt(0)] = value));

/** @param text of Base85 */
function decodeBase85(text: string): Uint8Array<ArrayBuffer> {
  const groupCount = Math.floor(text.length / 5);
  const remainder = text.length - 5 * groupCount;
  const bytes = new DataView(new ArrayBuffer(4 * (groupCount + 1)));
  for (let k = 0, position = 0; k <= groupCount; k++) {
    let value = 0;
    for (let j = 0; j < 5; j++, position++)
      value = value * 85 + (position < text.length ? VALUES[text.charCodeAt(position)] : 84);
    bytes.setUint32(4 * k, value);
  }
  return new Uint8Array(bytes.buffer, 0, 4 * groupCount + Math.max(0, remainder - 1));
}

/**
 * The bytes of a file.
 * @param subject the subject of the sentence when it fails
 * @returns rejected by `MissingFileError`
 */
export async function readFile(name: string, subject: string): Promise<ArrayBuffer> {
  const element = document.getElementById(`file ${name}`);
  if (!element) throw new MissingFileError(translate("{subject} is not in this file.", { subject }));
  const inflatedStream = new Blob([decodeBase85(element.textContent ?? "")])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  const content = new Uint8Array(
    await new Response(inflatedStream).arrayBuffer().catch(() => {
      throw new MissingFileError(translate("{subject} is damaged in this file; open another copy of it.", { subject }));
    }),
  );
  return (element.dataset.way === "pairs" ? interleaveBytes(content) : content).buffer;
}
