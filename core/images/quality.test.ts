// Quality components move the way a person would expect, and nothing is guessed.
import { describe, expect, test } from 'vitest'
import type { Box, FivePoints } from '../contract/common.ts'
import { QualityComponent } from '../contract/probes.ts'
import { decodeImage } from './decode.ts'
import { encodeJpeg } from './encode.ts'
import { blank, type Image8 } from './pixels.ts'
import { measureQuality } from './quality.ts'
import { noise, picture, texture } from './testPatterns.ts'

const points: FivePoints = [
  { x: 50, y: 50 },
  { x: 80, y: 50 },
  { x: 65, y: 68 },
  { x: 52, y: 81 },
  { x: 78, y: 81 },
]
const box: Box = { x: 32, y: 24, width: 64, height: 80 }
const measured = (image: Image8, where = box, five = points) =>
  Object.fromEntries(measureQuality(image, where, five).map(({ name, value }) => [name, value])) as Record<
    string,
    number
  >
/** Repeated 1-2-1 blurs of both axes. */
function blurred(image: Image8, times: number): Image8 {
  const { width, height } = image
  const at = (data: Uint8Array, x: number, y: number, c: number) =>
    data[(Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))) * 3 + c]!
  let { data } = image
  for (let k = 0; k < times; k++) {
    const mixed = (dx: number, dy: number, from: Uint8Array) =>
      picture(width, height, (x, y) => {
        const one = (c: number) =>
          (at(from, x - dx, y - dy, c) + 2 * at(from, x, y, c) + at(from, x + dx, y + dy, c)) / 4
        return [one(0), one(1), one(2)]
      }).data
    data = mixed(0, 1, mixed(1, 0, data))
  }
  return { width, height, data }
}
const adjusted = (image: Image8, gain: number, offset: number) =>
  picture(image.width, image.height, (x, y) => {
    const at = (y * image.width + x) * 3
    const value = (c: number) => Math.round((image.data[at + c]! - 128) * gain + 128 + offset)
    return [value(0), value(1), value(2)]
  })

const face = texture(128, 128)

test('every component has a name, a unit, an algorithm and a version, and fits the contract', () => {
  const components = measureQuality(face, box, points)
  expect(components.map(({ name }) => name)).toEqual([
    'interEyePx',
    'faceHeightPx',
    'nativeSidePx',
    'sharpness',
    'brightness',
    'contrast',
    'yaw',
    'pitch',
    'roll',
    'blockArtefacts',
  ])
  for (const component of components) expect(QualityComponent.parse(component)).toEqual(component)
})

test('sizes are those of the original pixels', () => {
  expect(measured(face)).toMatchObject({ interEyePx: 30, faceHeightPx: 80, nativeSidePx: 91 })
})

test('blur lowers sharpness step by step, noise raises it, light and contrast leave it', () => {
  const steps = [0, 1, 3, 9].map((times) => measured(blurred(face, times))['sharpness']!)
  for (let k = 1; k < steps.length; k++) expect(steps[k]).toBeLessThan(steps[k - 1]! * 0.8)
  expect(measured(noise(128, 128))['sharpness']).toBeCloseTo(20, -0.5)
  expect(measured(adjusted(face, 0.8, 20))['sharpness']! / steps[0]!).toBeCloseTo(1, 1)
  expect(measured(blank(128, 128, [90, 90, 90]))['sharpness']).toBe(0)
})

test('brightness follows an offset, contrast a gain', () => {
  const before = measured(face)
  expect(measured(adjusted(face, 1, 20))['brightness']! - before['brightness']!).toBeCloseTo(20, 0)
  expect(measured(adjusted(face, 0.5, 0))['contrast']! / before['contrast']!).toBeCloseTo(0.5, 1)
  expect(measured(blank(128, 128, [255, 255, 255]))).toMatchObject({ brightness: 255, contrast: 0 })
})

describe('block artefacts', () => {
  const slopes = picture(128, 128, (x, y) => {
    const value = 128 + 70 * Math.sin((x + y / 2) / 15) + 40 * Math.cos(y / 9)
    return [value, value, value]
  })
  const compressed = async (quality: number) => (await decodeImage(await encodeJpeg(slopes, quality), 'x.jpg')).image
  test('grow as JPEG quality falls', async () => {
    const values = await Promise.all(
      [95, 50, 25, 10].map(async (q) => measured(await compressed(q))['blockArtefacts']!),
    )
    for (let k = 1; k < values.length; k++) expect(values[k]).toBeGreaterThan(values[k - 1]!)
    expect(values[3]).toBeGreaterThan(1)
  })
  test('are found wherever the grid begins, and not in noise', async () => {
    const image = await compressed(10)
    const shifted = picture(
      120,
      120,
      (x, y) => [...image.data.subarray(((y + 3) * 128 + x + 5) * 3).subarray(0, 3)] as never,
    )
    expect(measured(shifted)['blockArtefacts']).toBeGreaterThan(1)
    expect(measured(blank(128, 128))['blockArtefacts']).toBe(0)
  })
})

test('what cannot be measured is left out', () => {
  const outside = measured(face, { x: 500, y: 500, width: 10, height: 10 })
  expect(Object.keys(outside)).toEqual(['interEyePx', 'faceHeightPx', 'nativeSidePx', 'yaw', 'pitch', 'roll'])
  const spot = points.map(() => ({ x: 3, y: 3 })) as unknown as FivePoints
  expect(measured(face, box, spot)).not.toHaveProperty('yaw')
  expect(measured(face, box, spot)).not.toHaveProperty('nativeSidePx')
  expect(measured(blank(2, 2), { x: 0, y: 0, width: 2, height: 2 })).not.toHaveProperty('sharpness')
})
