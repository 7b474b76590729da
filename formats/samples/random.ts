/**
 * A seeded stream of random numbers that is the same on every machine: 32-bit
 * integer operations, and `+ - * /` on doubles, which IEEE 754 rounds alike
 * everywhere. `Math.log` and `Math.exp` are not, so they are not used.
 *
 * Generator: xoshiro128** 1.1 of Blackman and Vigna (public domain,
 * https://prng.di.unimi.it/xoshiro128starstar.c). Seeding: the 32-bit
 * finaliser of MurmurHash3 over a Weyl sequence, as in splitmix.
 */
export class Random {
  readonly #s = new Uint32Array(4);

  /** `stream` gives independent sequences for the same seed. */
  constructor(seed: number, stream: number) {
    let z = mix(mix(seed >>> 0) ^ Math.imul(stream + 1, 0x9e3779b9));
    for (let i = 0; i < 4; i++) {
      z = (z + 0x9e3779b9) >>> 0;
      this.#s[i] = mix(z);
    }
  }

  /** Starts from the four words of a state, not all zero. */
  static from(words: readonly number[]): Random {
    const random = new Random(0, 0);
    random.#s.set(words);
    return random;
  }

  /** Uniform integer in [0, 2^32). */
  next(): number {
    const s = this.#s;
    const s1 = s[1];
    const x = Math.imul(s1, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    s[2] ^= s[0];
    s[3] ^= s1;
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= s1 << 9;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** Uniform in the open interval (0, 1). */
  uniform(): number {
    return (this.next() + 0.5) / 4294967296;
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -ln(this.uniform());
  }

  /**
   * Close to a standard normal: the sum of four uniforms, scaled to variance 1.
   * Bounded by ±3.47.
   */
  normal(): number {
    const sum = this.next() + this.next() + this.next() + this.next();
    return (sum / 4294967296 - 2) * 1.7320508075688772;
  }
}

function mix(value: number): number {
  let z = value >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

/** Natural logarithm for `0 < x <= 1`, relative error below 1e-9. */
export function ln(x: number): number {
  let halvings = 0;
  while (x < 0.7071067811865476) {
    x *= 2;
    halvings++;
  }
  const s = (x - 1) / (x + 1);
  const q = s * s;
  const series = 1 +
    q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q / 11))));
  return 2 * s * series - halvings * 0.6931471805599453;
}

/** `e^-x` for `x >= 0`, as the reciprocal of a short series: positive, falling, 0 at infinity. */
export function decay(x: number): number {
  return 1 / (1 + x * (1 + x * (1 / 2 + x * (1 / 6 + x / 24))));
}

/** `e^x` for moderate `x`, as `(1 + x/16)^16`. Positive for `|x| < 16`. */
export function grow(x: number): number {
  const a = 1 + x / 16;
  const b = a * a;
  const c = b * b;
  const d = c * c;
  return d * d;
}
