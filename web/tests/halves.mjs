/** Bits of the half-precision number nearest to x; only for values that a half holds exactly, and NaN. */
function half(x) {
  if (Number.isNaN(x)) return 0x7e00;
  if (x === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(x)));
  const fraction = Math.round((Math.abs(x) / 2 ** exponent - 1) * 1024);
  return (x < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | fraction;
}

/** A file of weights. @param {number[]} values */
export const halves = (values) => Uint16Array.from(values, half).buffer;
