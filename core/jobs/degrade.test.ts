// Demonstration footage can be made again, byte for byte.
import { expect, test } from 'vitest'
import { decodeImage } from '../images/decode.ts'
import { blank } from '../images/pixels.ts'
import { degrade } from './degrade.ts'

test('the same seed gives the same file, another seed another', async () => {
  const wanted = { width: 40, height: 30, noise: 4, seed: 1, quality: 70 }
  const image = blank(80, 60, [90, 120, 150])
  const file = await degrade(image, wanted)
  expect(await degrade(image, wanted)).toEqual(file)
  expect(await degrade(image, { ...wanted, seed: 2 })).not.toEqual(file)
  expect((await decodeImage(file, 'a.jpg')).facts).toMatchObject({ format: 'jpeg', width: 40, height: 30 })
})
