/**
 * Random numbers from a seed by the Mersenne Twister (Matsumoto and Nishimura, 1998). They equal those of PyTorch's CPU
 * generator, so that a game in the page starts with the same weights and uses the same images, samples and noise as
 * `aae_core`.
 */

const WORDS = 624;
const BLOCK = 16; // normal numbers computed together, as PyTorch does

export class Random {
  words = new Uint32Array(WORDS);
  position: number;

  /** @param seed an integer below 2⁵³, of which the lowest 32 bits count */
  constructor(seed: number) {
    this.words[0] = seed;
    for (let k = 1; k < WORDS; k++)
      this.words[k] = Math.imul(1812433253, this.words[k - 1] ^ (this.words[k - 1] >>> 30)) + k;
    this.position = WORDS;
  }

  /** A copy that will produce the same numbers. */
  clone(): Random {
    const copy = new Random(0);
    copy.words.set(this.words);
    copy.position = this.position;
    return copy;
  }

  /** 32 random bits. */
  nextWord(): number {
    if (this.position === WORDS) this.refill();
    let bits = this.words[this.position++];
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return (bits ^ (bits >>> 18)) >>> 0;
  }

  refill() {
    const { words } = this;
    for (let k = 0; k < WORDS; k++) {
      const bits = (words[k] & 0x80000000) | (words[(k + 1) % WORDS] & 0x7fffffff);
      words[k] = words[(k + 397) % WORDS] ^ (bits >>> 1) ^ (bits & 1 ? 0x9908b0df : 0);
    }
    this.position = 0;
  }

  /** n numbers in [0, 1). */
  uniform(n: number): Float32Array {
    return Float32Array.from({ length: n }, () => (this.nextWord() & 0xffffff) / 2 ** 24);
  }

  /**
   * n numbers from N(0, 1), by Box and Muller. For n < 16 they differ from PyTorch's, which draws these in another way.
   */
  normal(n: number): Float32Array {
    if (n < BLOCK) return this.normal(BLOCK).slice(0, n);
    const values = this.uniform(n);
    for (let position = 0; position + BLOCK <= n; position += BLOCK)
      boxMuller(values.subarray(position, position + BLOCK));
    if (n % BLOCK) {
      const lastBlock = values.subarray(n - BLOCK);
      lastBlock.set(this.uniform(BLOCK));
      boxMuller(lastBlock);
    }
    return values;
  }

  /** n integers from 0 to k − 1. */
  integersBelow(k: number, n: number): Int32Array {
    return Int32Array.from({ length: n }, () => this.nextWord() % k);
  }

  /** The integers from 0 to n − 1 in random order. */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, k) => k);
    for (let k = 0; k < n - 1; k++) {
      const swapIndex = k + (this.nextWord() % (n - k));
      [order[k], order[swapIndex]] = [order[swapIndex], order[k]];
    }
    return order;
  }
}

/** Sixteen uniform numbers become as many of N(0, 1). */
function boxMuller(values: Float32Array) {
  for (let k = 0; k < BLOCK / 2; k++) {
    const radius = Math.sqrt(-2 * Math.log(1 - values[k]));
    const angle = 2 * Math.PI * values[k + BLOCK / 2];
    values[k] = radius * Math.cos(angle);
    values[k + BLOCK / 2] = radius * Math.sin(angle);
  }
}
