/**
 * Random numbers from a seed by the Mersenne Twister (Matsumoto and Nishimura, 1998). They equal those of PyTorch's CPU
 * generator, so that a game in the page starts with the same weights and uses the same images, samples and noise as `aae_core`.
 */

const WORDS = 624;
const BLOCK = 16; // normal numbers computed together, as PyTorch does

export class Random {
  /** @param {number} seed an integer below 2⁵³, of which the lowest 32 bits count */
  constructor(seed) {
    this.words = new Uint32Array(WORDS);
    this.words[0] = seed;
    for (let k = 1; k < WORDS; k++) this.words[k] = Math.imul(1812433253, this.words[k - 1] ^ (this.words[k - 1] >>> 30)) + k;
    this.at = WORDS;
  }

  /** A copy that will produce the same numbers. */
  clone() {
    const copy = new Random(0);
    copy.words.set(this.words);
    copy.at = this.at;
    return copy;
  }

  /** 32 random bits. */
  word() {
    if (this.at === WORDS) this.renew();
    let bits = this.words[this.at++];
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return (bits ^ (bits >>> 18)) >>> 0;
  }

  renew() {
    const { words } = this;
    for (let k = 0; k < WORDS; k++) {
      const bits = (words[k] & 0x80000000) | (words[(k + 1) % WORDS] & 0x7fffffff);
      words[k] = words[(k + 397) % WORDS] ^ (bits >>> 1) ^ (bits & 1 ? 0x9908b0df : 0);
    }
    this.at = 0;
  }

  /** n numbers in [0, 1). @param {number} n */
  uniform(n) {
    return Float32Array.from({ length: n }, () => (this.word() & 0xffffff) / 2 ** 24);
  }

  /** n numbers from N(0, 1), by Box and Muller. For n < 16 they differ from PyTorch's, which draws these in another way. @param {number} n @returns {Float32Array} */
  normal(n) {
    if (n < BLOCK) return this.normal(BLOCK).slice(0, n);
    const drawn = this.uniform(n);
    for (let at = 0; at + BLOCK <= n; at += BLOCK) gaussian(drawn.subarray(at, at + BLOCK));
    if (n % BLOCK) {
      const last = drawn.subarray(n - BLOCK);
      last.set(this.uniform(BLOCK));
      gaussian(last);
    }
    return drawn;
  }

  /** n integers from 0 to k − 1. @param {number} k @param {number} n */
  below(k, n) {
    return Int32Array.from({ length: n }, () => this.word() % k);
  }

  /** The integers from 0 to n − 1 in random order. @param {number} n */
  permutation(n) {
    const order = Int32Array.from({ length: n }, (_, k) => k);
    for (let k = 0; k < n - 1; k++) {
      const other = k + (this.word() % (n - k));
      [order[k], order[other]] = [order[other], order[k]];
    }
    return order;
  }
}

/** Sixteen uniform numbers become as many of N(0, 1). @param {Float32Array} drawn */
function gaussian(drawn) {
  for (let k = 0; k < BLOCK / 2; k++) {
    const radius = Math.sqrt(-2 * Math.log(1 - drawn[k]));
    const angle = 2 * Math.PI * drawn[k + BLOCK / 2];
    drawn[k] = radius * Math.cos(angle);
    drawn[k + BLOCK / 2] = radius * Math.sin(angle);
  }
}
