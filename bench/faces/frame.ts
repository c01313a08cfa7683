// A full-HD frame with many small faces at known places: shrunk group photographs on a background without faces.
import type { Box } from '../../core/contract/common.ts'
import { blank, crop, type Image8 } from '../../core/images/pixels.ts'
import { resize } from '../../core/images/resample.ts'
import type { GroupPhoto } from './groupPhotos.ts'

export interface Frame {
  image: Image8
  faces: Box[]
}

const WIDTH = 1920
const HEIGHT = 1080

function paste(onto: Image8, image: Image8, x: number, y: number): void {
  for (let row = 0; row < image.height; row++)
    onto.data.set(
      image.data.subarray(row * image.width * 3, (row + 1) * image.width * 3),
      ((y + row) * onto.width + x) * 3,
    )
}

/** Clutter at full detail: the lowest fifth of each photograph (clothes, furniture, glasses; checked: no face). */
function background(photos: readonly GroupPhoto[]): Image8 {
  const out = blank(WIDTH, HEIGHT)
  const strip = HEIGHT / 4
  for (let k = 0; k < 4; k++) {
    const { image } = photos[[0, 1, 3, 5][k]!]!
    paste(out, crop(image, { x: 0, y: image.height - strip, width: WIDTH, height: strip }), 0, k * strip)
  }
  return out
}

/** @param faceHeight median face height in the frame, in pixels; 5 x 4 places, each filled where a photograph fits */
export function frameOf(photos: readonly GroupPhoto[], faceHeight: number): Frame {
  const image = background(photos)
  const faces: Box[] = []
  for (let k = 0; k < 20; k++) {
    const photo = photos[k % photos.length]!
    const scale = faceHeight / photo.faceHeight
    const width = Math.round(photo.image.width * scale)
    const height = Math.round(photo.image.height * scale)
    // Odd shifts, so that places fall on every phase of the detector's grid and of its tiles.
    const left = (k % 5) * (WIDTH / 5) + ((k * 37) % 61)
    const top = Math.floor(k / 5) * (HEIGHT / 4) + ((k * 23) % 41)
    if (left + width > WIDTH || top + height > HEIGHT || width > WIDTH / 5 || height > HEIGHT / 4) continue
    paste(image, resize(photo.image, width, height, 'bicubic'), left, top)
    const sx = width / photo.image.width
    for (const face of photo.faces)
      faces.push({ x: left + face.x * sx, y: top + face.y * sx, width: face.width * sx, height: face.height * sx })
  }
  return { image, faces }
}
