// synth-24: people made of waves, whose strong cue is lost below 14 px and whose weak one is not. For tests and shows.
import type { Image8 } from '../images/pixels.ts'
import { random, type Random } from '../images/random.ts'

export const PEOPLE = 24
export const PER_PERSON = 16
/** The first ten images of everyone are for training, the other six for testing. */
export const TRAINING = 10
export const SIDE = 112

/** A plane cosine: `amplitude * cos(2 pi (u x + v y) + phase)`, x and y in units of the image's side. */
interface Wave {
  readonly u: number
  readonly v: number
  readonly phase: number
  readonly amplitude: number
}

export interface SynthFace {
  /** `p01` … `p24`. */
  readonly identity: string
  /** 1 … 16. */
  readonly number: number
  readonly part: 'train' | 'test'
  readonly image: Image8
}

/** A wave of random direction and phase. Draws: cycles, direction, phase. */
function wave(draw: Random, from: number, to: number, amplitude: number): Wave {
  const cycles = draw.uniform(from, to)
  const direction = draw.uniform(0, 2 * Math.PI)
  return {
    u: cycles * Math.cos(direction),
    v: cycles * Math.sin(direction),
    phase: draw.uniform(0, 2 * Math.PI),
    amplitude,
  }
}

/** Six weak low waves (1.5-5 cycles, amplitude 4 / sqrt 6 each), then six strong ones (8-18 cycles, 30 / sqrt 6 each). */
function person(seed: number, number: number): Wave[] {
  const draw = random(seed, number)
  const six = (from: number, to: number, total: number): Wave[] =>
    Array.from({ length: 6 }, () => wave(draw, from, to, total / Math.sqrt(6)))
  return [...six(1.5, 5, 4), ...six(8, 18, 30)]
}

/** Cosine and sine of an angle that grows along an axis of the image. */
function along(step: number, from: number): { cos: Float64Array; sin: Float64Array } {
  const angles = Float64Array.from({ length: SIDE }, (_, i) => from + (2 * Math.PI * step * i) / SIDE)
  return { cos: angles.map(Math.cos), sin: angles.map(Math.sin) }
}

/** Sum of the waves, row by row; cos(a + b) = cos a cos b - sin a sin b spares a cosine per pixel. */
function drawWaves(waves: readonly Wave[]): Float64Array {
  const sums = new Float64Array(SIDE * SIDE)
  for (const { u, v, phase, amplitude } of waves) {
    const [across, down] = [along(u, phase), along(v, 0)]
    for (let y = 0, at = 0; y < SIDE; y++) {
      const [c, s] = [amplitude * down.cos[y]!, amplitude * down.sin[y]!]
      for (let x = 0; x < SIDE; x++, at++) sums[at]! += c * across.cos[x]! - s * across.sin[x]!
    }
  }
  return sums
}

/** One picture: the person's waves shifted by up to 1 px, a light of its own, a gain, noise; grey as RGB. */
function picture(waves: readonly Wave[], draw: Random): Image8 {
  const [dx, dy] = [draw.uniform(-1, 1) / SIDE, draw.uniform(-1, 1) / SIDE]
  const light = wave(draw, 0.3, 1.5, 30)
  const gain = draw.uniform(0.9, 1.1)
  const shifted = waves.map((w) => ({ ...w, phase: w.phase + 2 * Math.PI * (w.u * dx + w.v * dy) }))
  const data = new Uint8ClampedArray(SIDE * SIDE * 3)
  for (const [i, value] of drawWaves([...shifted, light]).entries())
    data.fill(128 + gain * value + 10 * draw.normal(), i * 3, i * 3 + 3)
  return { width: SIDE, height: SIDE, data: new Uint8Array(data.buffer) }
}

/** All 384 faces, person by person; the same bytes for the same seed. Made as they are asked for. */
export function* synth24(seed: number): Generator<SynthFace, void, void> {
  for (let p = 1; p <= PEOPLE; p++) {
    const waves = person(seed, p)
    for (let number = 1; number <= PER_PERSON; number++)
      yield {
        identity: `p${String(p).padStart(2, '0')}`,
        number,
        part: number <= TRAINING ? 'train' : 'test',
        image: picture(waves, random(seed, p, number)),
      }
  }
}
