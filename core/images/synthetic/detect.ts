// Looks for the lattice of waves in a picture whose scale, cut and place of the marked face are unknown.
import type { Image8 } from '../pixels.ts'
import { squareFft } from './fft.ts'
import { CHROMA_WAVES, LUMA_WAVES, TILE, type Wave } from './lattice.ts'
import { halved, reduced, type Level } from './levels.ts'
import { makeRoom, spectraOf, taper, WINDOW, type Room, type Spectrum } from './spectrum.ts'

export interface SyntheticMark {
  readonly found: boolean
  /**
   * How much better the waves agree with the mark's signs than waves of chance, in standard deviations, at the best
   * scale, window and place. Pictures without a mark have 4 to 6.
   */
  readonly score: number
}

/** Score from which a picture counts as marked: above every picture without a mark that was measured. */
export const FOUND_FROM = 6.3

/** Sizes of a marked picture's pixel that a level is searched for, in pixels of the level: an octave. */
const SCALES = Array.from({ length: 49 }, (_, i) => 0.1 * 1.015 ** i)
/** Energetic scales of a window for which all places of the tile are tried. */
const TRIED_SCALES = 2
/** A wave counts at most this often its neighbours: no single fence or tiled roof makes a lattice. */
const MOST = 2
const STRIDE = 40
/** Fewer pixels than this on a side hold too few waves. */
const LEAST_SIDE = 20
/** Windows at the finest level; larger pictures start with a coarser one. */
const MOST_WINDOWS = 500
/** Places of the tile that are tried, per axis. */
const PLACES = 32

const places = squareFft(PLACES)
const cells = PLACES * PLACES

/** Where the waves of one kind lie in a window's spectrum at one scale: four cells and their weights, for each wave. */
interface Taps {
  readonly cell: Uint16Array
  readonly weight: Float32Array
}
interface Kind {
  readonly count: number
  readonly taps: readonly Taps[]
  /** Sign of each wave; its cell among the places and that of its mirror image. */
  readonly sign: Float32Array
  readonly place: Uint16Array
  readonly re: Float32Array
  readonly im: Float32Array
}

const placeOf = (across: number, down: number): number => (down & (PLACES - 1)) * PLACES + (across & (PLACES - 1))

function kindOf(waves: readonly Wave[]): Kind {
  return {
    count: waves.length,
    taps: SCALES.map((scale) => tapsOf(waves, WINDOW / (TILE * scale))),
    sign: Float32Array.from(waves, ({ sign }) => sign),
    place: Uint16Array.from(waves.flatMap(({ across, down }) => [placeOf(across, down), placeOf(-across, -down)])),
    re: new Float32Array(waves.length),
    im: new Float32Array(waves.length),
  }
}
/** @param unit frequency of the tile in cells of the spectrum */
function tapsOf(waves: readonly Wave[], unit: number): Taps {
  const cell = new Uint16Array(4 * waves.length)
  const weight = new Float32Array(4 * waves.length)
  for (const [k, { across, down }] of waves.entries()) {
    const [u, v] = [across * unit, down * unit]
    const [left, top] = [Math.floor(u), Math.floor(v)]
    for (let corner = 0; corner < 4; corner++) {
      const [x, y] = [corner & 1, corner >> 1]
      cell[4 * k + corner] = ((top + y) & (WINDOW - 1)) * WINDOW + ((left + x) & (WINDOW - 1))
      weight[4 * k + corner] = (x ? u - left : 1 - u + left) * (y ? v - top : 1 - v + top)
    }
  }
  return { cell, weight }
}

/** Reads the waves out of a spectrum. @returns their energy, each held to MOST */
function read(kind: Kind, scale: number, { re, im }: Spectrum): number {
  const { cell, weight } = kind.taps[scale]!
  let energy = 0
  for (let k = 0, t = 0; k < kind.count; k++, t += 4) {
    const [a, b, c, d] = [cell[t]!, cell[t + 1]!, cell[t + 2]!, cell[t + 3]!]
    const [p, q, r, s] = [weight[t]!, weight[t + 1]!, weight[t + 2]!, weight[t + 3]!]
    let x = re[a]! * p + re[b]! * q + re[c]! * r + re[d]! * s
    let y = im[a]! * p + im[b]! * q + im[c]! * r + im[d]! * s
    let size = x * x + y * y
    if (size > MOST * MOST) {
      const gain = MOST / Math.sqrt(size)
      x *= gain
      y *= gain
      size = MOST * MOST
    }
    kind.re[k] = x
    kind.im[k] = y
    energy += size
  }
  return energy
}

/**
 * Adds the waves read last, with the mark's signs, to a spectrum of the tile's places: so that its transform has their
 * agreement at every place in the real part, or in the imaginary part where `turned`.
 */
function lay(kind: Kind, { re, im }: Spectrum, turned: boolean): void {
  const { count, sign, place } = kind
  for (let k = 0; k < count; k++) {
    const x = 0.5 * sign[k]! * kind.re[k]!
    const y = 0.5 * sign[k]! * kind.im[k]!
    // With its mirror image, which has the conjugate value, a wave has a real transform.
    const [there, back] = [place[2 * k]!, place[2 * k + 1]!]
    re[there] = re[there]! + (turned ? -y : x)
    im[there] = im[there]! + (turned ? x : y)
    re[back] = re[back]! + (turned ? y : x)
    im[back] = im[back]! + (turned ? x : -y)
  }
}

interface Search {
  readonly luma: Kind
  readonly chroma: Kind
  readonly room: Room
  readonly energies: Float32Array
  readonly sums: Spectrum
}
let kept: Search | undefined
const search = (): Search =>
  (kept ??= {
    luma: kindOf(LUMA_WAVES),
    chroma: kindOf(CHROMA_WAVES),
    room: makeRoom(),
    energies: new Float32Array(SCALES.length),
    sums: { re: new Float32Array(cells), im: new Float32Array(cells) },
  })

/**
 * Best score of one window. With phases of chance, the sum of n agreements has the variance of half their energy: by
 * that it is divided, for luma, for chroma and for both together.
 */
function windowScore({ luma, chroma, room, energies, sums }: Search): number {
  const energy = (scale: number): number =>
    (energies[scale] = read(luma, scale, room.luma) / luma.count + read(chroma, scale, room.chroma) / chroma.count)
  for (let scale = 0; scale < SCALES.length; scale += 2) energy(scale)
  const peaks = [...energies.keys()]
    .filter((i) => i % 2 === 0 && energies[i]! >= (energies[i - 2] ?? 0) && energies[i]! >= (energies[i + 2] ?? 0))
    .sort((a, b) => energies[b]! - energies[a]!)
    .slice(0, TRIED_SCALES)
    .map((i) => [i - 1, i, i + 1].filter((j) => j in SCALES).sort((a, b) => energy(b) - energy(a))[0]!)
  let best = 0
  for (const scale of peaks) {
    const [ofLuma, ofChroma] = [read(luma, scale, room.luma), read(chroma, scale, room.chroma)]
    const units = [ofLuma, ofChroma, ofLuma + ofChroma].map((energy) => Math.sqrt(2 / (energy + 1e-9)))
    const [one, two, both] = [units[0]!, units[1]!, units[2]!]
    sums.re.fill(0)
    sums.im.fill(0)
    lay(luma, sums, false)
    lay(chroma, sums, true)
    places.forward(sums.re, sums.im)
    for (let i = 0; i < cells; i++) {
      const [y, c] = [sums.re[i]!, sums.im[i]!]
      const score = Math.max(y * one, c * two, (y + c) * both)
      if (score > best) best = score
    }
  }
  return best
}

const starts = (length: number): number[] => {
  if (length <= WINDOW) return [0]
  const steps = Math.ceil((length - WINDOW) / STRIDE)
  return Array.from({ length: steps + 1 }, (_, i) => Math.round((i * (length - WINDOW)) / steps))
}

function levelScore(level: Level, enough: number): number {
  const work = search()
  const across = taper(Math.min(WINDOW, level.width))
  const down = taper(Math.min(WINDOW, level.height))
  let best = 0
  for (const y of starts(level.height))
    for (const x of starts(level.width)) {
      spectraOf(level, x, y, across, down, work.room)
      best = Math.max(best, windowScore(work))
      if (best >= enough) return best
    }
  return best
}

/**
 * Whether a picture shows a marked face: as a whole, cut, reduced, or somewhere within. A marked picture is known from
 * a quarter to three times its size; in pictures of more than about 0.8 megapixels, from a size that grows with them.
 * @param enough score at which the search ends; default where a mark counts as found
 */
export function syntheticMark(image: Image8, enough = FOUND_FROM): SyntheticMark {
  let factor = 1
  const windows = (): number =>
    starts(Math.floor(image.width / factor)).length * starts(Math.floor(image.height / factor)).length
  while (windows() > MOST_WINDOWS) factor *= 2
  const levels = [reduced(image, factor)]
  for (let last = levels[0]!; Math.min(last.width, last.height) >= 2 * LEAST_SIDE; last = levels.at(-1)!)
    levels.push(halved(last))
  let score = 0
  // The coarsest first: they are quickly done, and a marked face that fills its picture is found there.
  for (const level of levels.reverse())
    if (score < enough && Math.min(level.width, level.height) >= LEAST_SIDE)
      score = Math.max(score, levelScore(level, enough))
  return { found: score >= FOUND_FROM, score }
}
