// An augmented face is another one of its kind: nothing asked, nothing changed; what is asked stays within its measure.
import { expect, it } from 'vitest'
import type { Image8 } from '../images/pixels.ts'
import { random } from '../images/random.ts'
import { texture } from '../images/testPatterns.ts'
import { augment } from './augment.ts'
import { AugmentSpec } from './recipe.ts'

const face = texture(112, 112)
const other: Image8 = { ...face, data: face.data.map((value) => 255 - value) }
const of = (spec: Partial<AugmentSpec>, seed = 1): Image8 =>
  augment(face, AugmentSpec.parse(spec), random(seed), () => other)
/** Centre of brightness, pixels. */
function centre({ data }: Image8): [number, number] {
  let [sum, x, y] = [0, 0, 0]
  for (let i = 0; i < data.length; i += 3) {
    sum += data[i]!
    x += data[i]! * ((i / 3) % 112)
    y += data[i]! * Math.floor(i / 336)
  }
  return [x / sum, y / sum]
}

it('nothing is changed where nothing is asked', () => expect(of({})).toBe(face))
it('is the same for the same seed and another for another', () => {
  const spec = { shift: 2, turn: 3, scale: 0.05, contrast: 0.2, brightness: 10, colour: 0.05, mix: 0.5 }
  expect(of(spec, 3)).toEqual(of(spec, 3))
  expect(of(spec, 3)).not.toEqual(of(spec, 4))
})
it('is moved by about as many pixels as it says', () => {
  const spot: Image8 = { ...face, data: new Uint8Array(face.data.length) }
  for (let y = 50; y < 62; y++)
    for (let x = 50; x < 62; x++) spot.data.fill(200, (y * 112 + x) * 3, (y * 112 + x) * 3 + 3)
  const places = Array.from({ length: 200 }, (_, k) =>
    centre(augment(spot, AugmentSpec.parse({ shift: 3 }), random(k), () => other)),
  )
  const deviation = Math.sqrt(places.reduce((sum, [x, y]) => sum + (x - 55.5) ** 2 + (y - 55.5) ** 2, 0) / 400)
  expect(deviation).toBeGreaterThan(2.7)
  expect(deviation).toBeLessThan(3.3)
})
it('a mixture lies between two faces, nearer to the first', () => {
  const made = of({ mix: 1 })
  const share = made.data.reduce((sum, value, i) => sum + Math.abs(value - face.data[i]!), 0)
  const whole = other.data.reduce((sum, value, i) => sum + Math.abs(value - face.data[i]!), 0)
  expect(share / whole).toBeGreaterThan(0.19)
  expect(share / whole).toBeLessThan(0.51)
})
it('light keeps the order of brightness within a channel', () => {
  const ramp: Image8 = { width: 256, height: 1, data: Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3)) }
  const made = augment(ramp, AugmentSpec.parse({ contrast: 0.3, brightness: 20, colour: 0.1 }), random(5), () => ramp)
  for (let i = 3; i < 768; i++) expect(made.data[i]!).toBeGreaterThanOrEqual(made.data[i - 3]!)
  expect(made.data).not.toEqual(ramp.data)
})
