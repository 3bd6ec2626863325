/** What a room above `networks` may know of a plane: whether codes can be decoded, and where. */

import type { DecoderClient } from "./decoder_client.ts";

export interface HasDecoder {
  readonly decoder: DecoderClient;
}
