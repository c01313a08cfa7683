// Seeded random numbers: one independent stream per (seed, epoch, sample), the same on every machine.

export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number
  /** Uniform in [from, to). */
  uniform(from: number, to: number): number
  /** Integer 0 .. n-1. */
  below(n: number): number
  /** True with probability p. */
  chance(p: number): boolean
  /** Standard normal, Box-Muller. */
  normal(): number
  /** Fills `out` with what as many calls of `next()` would give, in units of 2^-32; several times as fast. */
  words(out: Uint32Array): void
}

/** Mixes integers into one 32-bit state (the finaliser of MurmurHash3, Appleby, public domain). */
export function mix(...parts: readonly number[]): number {
  let h = 0x9e3779b9
  for (const part of parts) {
    h = Math.imul(h ^ (part | 0), 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
    h ^= h >>> 16
  }
  return h >>> 0
}

/** A stream of its own for these integers, e.g. (seed, epoch, sample). sfc32 (Doty-Humphrey, PractRand), 12 rounds of warm-up. */
export function random(...stream: readonly number[]): Random {
  let a = mix(...stream, 1)
  let b = mix(...stream, 2)
  let c = mix(...stream, 3)
  let counter = 1
  let spare: number | undefined
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + t) | 0
    return (t >>> 0) / 4294967296
  }
  for (let i = 0; i < 12; i++) next()
  const normal = (): number => {
    if (spare !== undefined) {
      const kept = spare
      spare = undefined
      return kept
    }
    const radius = Math.sqrt(-2 * Math.log(1 - next()))
    const angle = 2 * Math.PI * next()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
  const words = (out: Uint32Array): void => {
    // The steps of `next` on local copies: a closure's variables live in memory.
    let [p, q, r, n] = [a, b, c, counter]
    for (let i = 0; i < out.length; i++) {
      const t = (((p + q) | 0) + n) | 0
      n = (n + 1) | 0
      p = q ^ (q >>> 9)
      q = (r + (r << 3)) | 0
      r = (((r << 21) | (r >>> 11)) + t) | 0
      out[i] = t
    }
    ;[a, b, c, counter] = [p, q, r, n]
  }
  return {
    next,
    uniform: (from, to) => from + (to - from) * next(),
    below: (n) => Math.floor(next() * n),
    chance: (p) => next() < p,
    normal,
    words,
  }
}
