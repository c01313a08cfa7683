// Photographs and a recogniser for slow tests, made on the spot: nothing of either is kept in the repository.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { PixelContract } from '../contract/models.ts'
import { decodeImage } from '../images/decode.ts'
import { encodeJpeg } from '../images/encode.ts'
import { crop } from '../images/pixels.ts'
import { resize } from '../images/resample.ts'
import { build } from '../nets/build.ts'
import { initialWeights } from '../nets/initialise.ts'
import { toOnnx } from '../nets/onnx/lower.ts'
import { demoPhotographs } from './demo.ts'

/** One of the six group photographs, as a file. @param n 1..6 */
export const photograph = (n: number): Uint8Array => new Uint8Array(readFileSync(demoPhotographs()[n - 1]!))

/**
 * Writes `count` different photographs into folders of `perFolder`: strips of the group photographs, each with a face
 * or two of about 60 px, or none.
 * @returns the paths below `folder`, in the order of their names
 */
export async function writeStrips(folder: string, count: number, perFolder = 4): Promise<string[]> {
  const written: string[] = []
  const photos = await Promise.all(
    [1, 2, 3, 4, 5, 6].map(async (n) =>
      resize((await decodeImage(photograph(n), 'p.jpg')).image, 480, 330, 'bilinear'),
    ),
  )
  for (let k = 0; k < count; k++) {
    const image = photos[k % photos.length]!
    const strip = crop(image, { x: (Math.floor(k / 6) * 31) % 300, y: 0, width: 180, height: 330 })
    const name = `person ${String(Math.floor(k / perFolder)).padStart(2, '0')}/${String(k).padStart(3, '0')}.jpg`
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), await encodeJpeg(strip, 90))
    written.push(name)
  }
  return written
}

/** A small network of random weights that takes aligned faces: fast, and a model of its own for each seed. */
export function randomRecogniser(seed: number): { bytes: Uint8Array<ArrayBuffer>; pixels: PixelContract } {
  const g = build('random')
  let x = g.input([112, 112, 3])
  x = g.relu('a/act', g.conv('a', x, { filters: 8, kernel: 7, stride: 4, bias: true }))
  x = g.relu('b/act', g.conv('b', x, { filters: 16, kernel: 3, stride: 2, bias: true }))
  x = g.dense('d', g.flatten('flat', x, 'chw'), { units: 64 })
  const graph = g.done({ embedding: x })
  const bytes = new Uint8Array(toOnnx(graph, initialWeights(graph, seed)))
  return {
    bytes,
    pixels: {
      size: 112,
      channelOrder: 'RGB',
      layout: 'NCHW',
      mean: [127.5, 127.5, 127.5],
      scale: [127.5, 127.5, 127.5],
      resampler: 'vestige-bilinear-warp-1',
      alignment: 'arcface-112',
    },
  }
}
