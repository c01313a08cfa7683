// The whitened spectra of one window of a level: every frequency divided by what its neighbours have.
import { squareFft } from './fft.ts'
import type { Level } from './levels.ts'

/** Side of a window, and of its spectrum. */
export const WINDOW = 64
/** Frequencies to each side that count as neighbours. */
const NEIGHBOURS = 3
/** What rounding to 8 bits alone may cause, as a standard deviation; less than this is no content. */
const ROUNDING = { luma: 0.15, chroma: 0.05 }

const cells = WINDOW * WINDOW
const fft = squareFft(WINDOW)
const wrap = WINDOW - 1

export interface Spectrum {
  readonly re: Float32Array
  readonly im: Float32Array
}
export interface Spectra {
  readonly luma: Spectrum
  readonly chroma: Spectrum
}
/** Room for the work on one window after the other. */
export interface Room extends Spectra {
  readonly both: Spectrum
  readonly size: Float32Array
  readonly sums: Float32Array
}
const spectrum = (): Spectrum => ({ re: new Float32Array(cells), im: new Float32Array(cells) })
export const makeRoom = (): Room => ({
  luma: spectrum(),
  chroma: spectrum(),
  both: spectrum(),
  size: new Float32Array(cells),
  sums: new Float32Array(cells),
})

/** Square root of a sine arch: ends softly, and keeps nearly all of a small window. */
export const taper = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sqrt(Math.sin((Math.PI * (i + 0.5)) / length)))

/**
 * Fills `room` with the whitened spectra of a window, whose middle has phase 0.
 * @param x left column @param y upper row @param across taper as wide as the window @param down taper as high
 */
export function spectraOf(
  level: Level,
  x: number,
  y: number,
  across: Float32Array,
  down: Float32Array,
  room: Room,
): Spectra {
  const { re, im } = room.both
  load(level.luma, level.width, x, y, across, down, re)
  load(level.chroma, level.width, x, y, across, down, im)
  fft.forward(re, im)
  // Two real planes went through one complex transform: the even and odd parts are theirs.
  for (let v = 0; v < WINDOW; v++)
    for (let u = 0; u < WINDOW; u++) {
      const p = v * WINDOW + u
      const q = ((WINDOW - v) & wrap) * WINDOW + ((WINDOW - u) & wrap)
      room.luma.re[p] = re[p]! + re[q]!
      room.luma.im[p] = im[p]! - im[q]!
      room.chroma.re[p] = im[p]! + im[q]!
      room.chroma.im[p] = re[q]! - re[p]!
    }
  const unit = Math.sqrt(across.length * down.length)
  whiten(room.luma, ROUNDING.luma * unit, room)
  whiten(room.chroma, ROUNDING.chroma * unit, room)
  return room
}

/** A window less its mean, tapered, with its middle at the origin of a cyclic square; zeros about it. */
function load(
  plane: Float32Array,
  width: number,
  left: number,
  top: number,
  across: Float32Array,
  down: Float32Array,
  out: Float32Array,
): void {
  let [sum, weight] = [0, 0]
  for (let y = 0; y < down.length; y++)
    for (let x = 0, p = (top + y) * width + left; x < across.length; x++, p++) {
      const share = across[x]! * down[y]!
      sum += share * plane[p]!
      weight += share
    }
  const mean = sum / weight
  out.fill(0)
  const half = { across: across.length >> 1, down: down.length >> 1 }
  for (let y = 0; y < down.length; y++) {
    const row = ((y - half.down) & wrap) * WINDOW
    for (let x = 0, p = (top + y) * width + left; x < across.length; x++, p++)
      out[row + ((x - half.across) & wrap)] = across[x]! * down[y]! * (plane[p]! - mean)
  }
}

/** Divides every value by the mean size of those about it. */
function whiten({ re, im }: Spectrum, floor: number, { size, sums }: Room): void {
  for (let i = 0; i < cells; i++) size[i] = Math.sqrt(re[i]! * re[i]! + im[i]! * im[i]!)
  sumLines(size, sums, WINDOW, 1)
  sumLines(sums, size, 1, WINDOW)
  const count = (2 * NEIGHBOURS + 1) ** 2
  for (let i = 0; i < cells; i++) {
    const gain = 1 / (size[i]! / count + floor)
    re[i] = re[i]! * gain
    im[i] = im[i]! * gain
  }
}

/** Running sums over 2 * NEIGHBOURS + 1 values along one axis, cyclic. */
function sumLines(from: Float32Array, to: Float32Array, next: number, step: number): void {
  for (let line = 0; line < WINDOW; line++) {
    const start = line * next
    let sum = 0
    for (let i = -NEIGHBOURS; i <= NEIGHBOURS; i++) sum += from[start + (i & wrap) * step]!
    for (let i = 0; i < WINDOW; i++) {
      to[start + i * step] = sum
      sum += from[start + ((i + NEIGHBOURS + 1) & wrap) * step]! - from[start + ((i - NEIGHBOURS) & wrap) * step]!
    }
  }
}
