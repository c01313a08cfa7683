// Makes the views of a face that a recipe asks for: flipped, degraded, shrunk and enlarged, all from one seed.
import { degrade, drawDegradation, surveillance, type Degradation } from '../images/degrade.ts'
import type { Image8 } from '../images/pixels.ts'
import { random, type Random } from '../images/random.ts'
import { resize, type Kernel } from '../images/resample.ts'
import type { Resolutions, ViewSpec } from './recipe.ts'

/** One view as it was made; the pixels and how they came about. */
export interface View {
  readonly name: string
  readonly image: Image8
  readonly flipped: boolean
  /** Side it was shrunk to; where it was not, the side at which it was degraded. */
  readonly resolution: number
  readonly degradation: Degradation | null
}

/** Draws a side. Choices by their weights; a range with density falling as r^-power over whole numbers. */
export function drawResolution(spec: Resolutions, draw: Random, size: number): number {
  if (spec.kind === 'choices') {
    const total = spec.choices.reduce((sum, c) => sum + c.p, 0)
    let left = draw.next() * total
    for (const { r, p } of spec.choices) if ((left -= p) < 0) return r
    return spec.choices.at(-1)!.r
  }
  if (draw.chance(spec.fullSize)) return size
  const sides = Array.from({ length: spec.to - spec.from + 1 }, (_, i) => spec.from + i)
  const weights = sides.map((r) => r ** -spec.power)
  let left = draw.next() * weights.reduce((a, b) => a + b, 0)
  for (const [i, r] of sides.entries()) if ((left -= weights[i]!) < 0) return r
  return spec.to
}

/** The same picture where it has that side already. */
const toSide = (image: Image8, side: number, kernel: Kernel = 'bicubic'): Image8 =>
  image.width === side && image.height === side ? image : resize(image, side, side, kernel)

/** Mirrored left to right. */
export function flip(image: Image8): Image8 {
  const { width, height, data } = image
  const out = new Uint8Array(data.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3
      const to = (y * width + width - 1 - x) * 3
      out[to] = data[from]!
      out[to + 1] = data[from + 1]!
      out[to + 2] = data[from + 2]!
    }
  return { width, height, data: out }
}

/** Whether a view shows a face the same way each time, but for its flip. */
export const isFixed = ({ degrade, resolutions }: ViewSpec): boolean =>
  degrade === 'none' &&
  (resolutions === undefined ||
    (resolutions.kind === 'choices' && resolutions.choices.filter(({ p }) => p > 0).length === 1))

/** What a fixed view shows of a face. */
export const fixedView = (image: Image8, spec: ViewSpec, flipped: boolean): Image8 =>
  makeView(image, spec, flipped, random(0)).image

/**
 * All views of one sample. Deterministic in (seed, epoch, sample): the paired flip is drawn first, then each view has a
 * stream of its own, so that adding a view changes no other.
 * @param image aligned face, square
 */
export function makeViews(
  image: Image8,
  specs: readonly ViewSpec[],
  stream: { seed: number; epoch: number; sample: number },
): View[] {
  const { seed, epoch, sample } = stream
  const paired = random(seed, epoch, sample).chance(0.5)
  return specs.map((spec, index) => {
    const draw = random(seed, epoch, sample, index + 1)
    const flipped = spec.flip === 'none' ? false : spec.flip === 'paired' ? paired : draw.chance(0.5)
    return makeView(image, spec, flipped, draw)
  })
}

function makeView(image: Image8, spec: ViewSpec, flipped: boolean, draw: Random): View {
  const from = spec.from ?? spec.size
  const sized = toSide(image, from)
  const faced = flipped ? flip(sized) : sized
  const clean = spec.degrade === 'none' || (spec.clean > 0 && draw.chance(spec.clean))
  const degradation = clean ? null : drawDegradation(surveillance, draw, from)
  const resolution = spec.resolutions ? drawResolution(spec.resolutions, draw, from) : from
  const degraded = degradation ? degrade(faced, degradation, draw) : faced
  return {
    name: spec.name,
    image: toSide(toSide(degraded, resolution, spec.down), spec.size, resolution < spec.size ? spec.up : spec.down),
    flipped,
    resolution,
    degradation,
  }
}
