/** Dimensions for which there are direction numbers. */
export const SOBOL_DIMENSIONS = 16;

const BITS = 32;
const SCALE = 2 ** BITS;

/**
 * For dimensions 2 to 16: degree of the primitive polynomial, its inner
 * coefficients, and the first direction numbers. From new-joe-kuo-6.21201 of
 * S. Joe and F. Y. Kuo, Constructing Sobol sequences with better
 * two-dimensional projections, SIAM J. Sci. Comput. 30 (2008), 2635–2654.
 */
const JOE_KUO: readonly (readonly [number, number, readonly number[]])[] = [
  [1, 0, [1]],
  [2, 1, [1, 3]],
  [3, 1, [1, 3, 1]],
  [3, 2, [1, 1, 1]],
  [4, 1, [1, 1, 3, 3]],
  [4, 4, [1, 3, 5, 13]],
  [5, 2, [1, 1, 5, 5, 17]],
  [5, 4, [1, 1, 5, 5, 5]],
  [5, 7, [1, 1, 7, 11, 19]],
  [5, 11, [1, 1, 5, 1, 1]],
  [5, 13, [1, 1, 1, 3, 11]],
  [5, 14, [1, 3, 5, 5, 31]],
  [6, 1, [1, 3, 3, 9, 7, 49]],
  [6, 13, [1, 1, 1, 15, 21, 21]],
  [6, 16, [1, 3, 1, 13, 27, 49]],
];

/**
 * The Sobol sequence in `dimensions` dimensions, point by point, each in
 * [0, 1), in Gray-code order.
 *
 * @param shift for each dimension a whole number below 2^32 that every point is
 * combined with by exclusive or (a digital shift): another sequence of the same
 * evenness. None: the sequence itself, which begins with 0
 */
export function* sobol(
  dimensions: number,
  shift: readonly number[] = [],
): Generator<number[]> {
  const directions = Array.from({ length: dimensions }, (_, d) => column(d));
  const point = new Uint32Array(dimensions);
  for (let d = 0; d < dimensions; d++) point[d] = shift[d] ?? 0;
  for (let index = 0; index < SCALE; index++) {
    yield Array.from(point, (value) => value / SCALE);
    const bit = 31 - Math.clz32(~index & (index + 1));
    for (let d = 0; d < dimensions; d++) point[d] ^= directions[d][bit];
  }
}

/** Direction numbers of a dimension, as 32-bit fractions. */
function column(dimension: number): Uint32Array {
  const v = new Uint32Array(BITS);
  if (dimension === 0) {
    for (let i = 0; i < BITS; i++) v[i] = 2 ** (31 - i);
    return v;
  }
  const [degree, inner, first] = JOE_KUO[dimension - 1];
  for (let i = 0; i < degree; i++) v[i] = first[i] * 2 ** (31 - i);
  for (let i = degree; i < BITS; i++) {
    v[i] = v[i - degree] ^ (v[i - degree] >>> degree);
    for (let k = 1; k < degree; k++) {
      if ((inner >> (degree - 1 - k)) & 1) v[i] ^= v[i - k];
    }
  }
  return v;
}
