/**
 * The files of a site. Each is a script beside the pages, which is run when the file is needed, because pages opened
 * from a disk may run scripts but not fetch files. `app/website/data_script.py` writes them.
 */

import { translate } from "../base/translate.ts";
import { interleaveBytes } from "../base/wire.ts";
import { MissingFileError } from "../handout/missing_file.ts";

const [BITS, FIRST] = [15, 0x3400]; // bits of a character, and the character with the value 0

/** The receivers of pending files, by name. */
const receivers: Map<string, (content: Uint8Array<ArrayBuffer>) => void> = new Map();
const pendingFiles: Map<string, Promise<ArrayBuffer>> = new Map();

/**
 * @param text of characters of 15 bits
 * @param length in bytes
 */
export function unpackBits(text: string, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let k = 0, position = 0, buffer = 0, bits = 0; position < length; k++) {
    buffer = (buffer << BITS) | (text.charCodeAt(k) - FIRST);
    for (bits += BITS; bits >= 8 && position < length; bits -= 8) bytes[position++] = buffer >> (bits - 8);
    buffer &= (1 << bits) - 1;
  }
  return bytes;
}

/** Called by each script with its content. */
const take = (name: string, length: number, text: string) => receivers.get(name)?.(unpackBits(text, length));
Object.assign(globalThis, { take });

/**
 * The bytes of a file.
 * @param subject the subject of the sentence when it fails
 * @returns rejected by `MissingFileError`
 */
export function readFile(name: string, subject: string): Promise<ArrayBuffer> {
  const path = name.replace(/^\w+\?v=/, "");
  const pendingFile =
    pendingFiles.get(path) ??
    loadScript(path)
      .then(inflate)
      .catch(() => {
        throw new MissingFileError(
          translate("{subject} could not be read; this page needs the folder “data” beside it.", { subject }),
        );
      });
  pendingFiles.set(path, pendingFile);
  return pendingFile.finally(() => pendingFiles.delete(path));
}

function loadScript(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const finish = () => {
      script.remove();
      receivers.delete(path);
      reject(); // without effect if the content has arrived
    };
    receivers.set(path, resolve);
    script.addEventListener("load", finish);
    script.addEventListener("error", finish);
    script.src = `data/${path}.js`;
    document.head.append(script);
  });
}

async function inflate(compressed: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const content = new Uint8Array(await new Response(stream).arrayBuffer());
  return interleaveBytes(content).buffer;
}
