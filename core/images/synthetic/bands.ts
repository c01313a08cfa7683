// Burns the words that everybody understands into a picture: a band at its top and one at its bottom.
import type { Image8 } from '../pixels.ts'

export const BAND_TEXT = 'SYNTHETIC - NOT EVIDENCE'

/** Letters of five by seven dots, a row per character, its five dots as bits from the left. */
const LETTERS: Record<string, readonly number[]> = {
  ' ': [0, 0, 0, 0, 0, 0, 0],
  '-': [0, 0, 0, 0b01110, 0, 0, 0],
  C: [0b01110, 0b10001, 0b10000, 0b10000, 0b10000, 0b10001, 0b01110],
  D: [0b11110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11110],
  E: [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
  H: [0b10001, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
  I: [0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
  N: [0b10001, 0b11001, 0b10101, 0b10101, 0b10011, 0b10001, 0b10001],
  O: [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110],
  S: [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110],
  T: [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100],
  V: [0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01010, 0b00100],
  Y: [0b10001, 0b10001, 0b01010, 0b00100, 0b00100, 0b00100, 0b00100],
}
const [WIDE, HIGH, PITCH] = [5, 7, 6]
/** Neither is black or white: the waves of the mark must have room on both sides. */
const [GROUND, INK] = [40, 215]

/** Whether the text's dot at a column and a row is set. */
function dot(column: number, row: number): boolean {
  const letter = LETTERS[BAND_TEXT[Math.floor(column / PITCH)] ?? ' ']
  const within = column % PITCH
  return letter !== undefined && within < WIDE && ((letter[row]! >> (WIDE - 1 - within)) & 1) === 1
}

/** The picture with both bands; each takes a fifteenth of its height. The text is as large as the width allows. */
export function withBands(image: Image8): Image8 {
  const { width, height } = image
  const data = new Uint8Array(image.data)
  const columns = BAND_TEXT.length * PITCH - 1
  const unit = Math.max(1, Math.floor(width / (columns + 2)))
  const band = Math.max(Math.round(height / 15), (HIGH + 2) * unit)
  const [left, above] = [Math.floor((width - columns * unit) / 2), Math.floor((band - HIGH * unit) / 2)]
  for (const top of [0, height - band])
    for (let y = 0; y < band; y++)
      for (let x = 0; x < width; x++) {
        const [column, row] = [Math.floor((x - left) / unit), Math.floor((y - above) / unit)]
        const inked = column >= 0 && column < columns && row >= 0 && row < HIGH && dot(column, row)
        data.fill(inked ? INK : GROUND, ((top + y) * width + x) * 3, ((top + y) * width + x) * 3 + 3)
      }
  return { width, height, data }
}
