// Files for records and for the screen.
import { expect, test } from 'vitest'
import { decodeImage } from './decode.ts'
import { encodeJpeg, encodePng, thumbnail } from './encode.ts'
import { greatestDifference, noise, texture } from './testPatterns.ts'

test('PNG keeps every pixel', async () => {
  const image = noise(37, 23)
  expect(greatestDifference((await decodeImage(await encodePng(image), 'a.png')).image, image)).toBe(0)
})
test('JPEG is the closer the higher its quality', async () => {
  const image = texture(64, 64)
  const error = async (quality: number) =>
    greatestDifference((await decodeImage(await encodeJpeg(image, quality), 'a.jpg')).image, image)
  expect(await error(98)).toBeLessThan(await error(30))
})
test('a thumbnail is WebP, fits its side and is never enlarged', async () => {
  const size = async (width: number, height: number, side: number) => {
    const { image, facts } = await decodeImage(await thumbnail(texture(width, height), side), 'a.webp')
    return [facts.format, image.width, image.height]
  }
  expect(await size(400, 200, 96)).toEqual(['webp', 96, 48])
  expect(await size(20, 30, 96)).toEqual(['webp', 20, 30])
})
