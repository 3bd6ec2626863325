/** A file's bytes, which the build puts into the script. */
declare module "*.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}

/** What `files/gif.ts` uses of gifenc. */
declare module "gifenc" {
  export interface Frame {
    /** Red, green and blue of each colour: of the first frame for all that have none. */
    palette?: ArrayLike<number>[] | null;
    /** Milliseconds. */
    delay?: number;
    /** How often the animation is repeated; 0: for ever. */
    repeat?: number;
    dispose?: number;
    transparent?: boolean;
    transparentIndex?: number;
    /** Bits of an index. */
    colorDepth?: number;
  }
  export interface Encoder {
    writeFrame(indices: Uint8Array, width: number, height: number, frame: Frame): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  }
  export function GIFEncoder(): Encoder;
}
