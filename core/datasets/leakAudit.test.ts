// The leak audit: planted people and pictures are found, however renamed, recompressed, shrunk or mirrored.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeImage } from '../images/decode.ts'
import { encodeJpeg } from '../images/encode.ts'
import type { Image8 } from '../images/pixels.ts'
import { random } from '../images/random.ts'
import { resize } from '../images/resample.ts'
import { leakAudit, ones, plainName, type Faces } from './leakAudit.ts'

const SIDE = 32
/** Smooth shapes, all a little alike, as aligned faces are. */
function picture(seed: number): Image8 {
  const draw = random(seed)
  const waves = Array.from({ length: 6 }, () => [draw.normal(), draw.normal(), draw.uniform(0, 7), 14])
  waves.push([1, 0.5, 0, 40])
  const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => {
    const [x, y] = [(Math.floor(i / 3) % SIDE) / SIDE, Math.floor(i / 3 / SIDE) / SIDE]
    return 128 + waves.reduce((sum, [u, v, p, a]) => sum + a! * Math.sin(5 * (u! * x + v! * y) + p!), 0)
  })
  return { width: SIDE, height: SIDE, data }
}
const faces = (people: Readonly<Record<string, Image8>>): Faces => ({
  identities: Object.keys(people),
  samples: Object.keys(people).map((identity) => ({ identity, name: `${identity}.png` })),
  decode: (i) => Promise.resolve(Object.values(people)[i]!),
})
const many = (from: number, prefix: string): Record<string, Image8> =>
  Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${prefix}_${i}x`, picture(from + i)]))
const mirror = (image: Image8): Image8 => ({
  ...image,
  data: image.data.map(
    (_, i) => image.data[(Math.floor(i / 3 / SIDE) * SIDE + SIDE - 1 - (Math.floor(i / 3) % SIDE)) * 3 + (i % 3)]!,
  ),
})

describe('leaks', () => {
  it('sets that share nothing have none', async () => {
    expect(await leakAudit(faces(many(0, 'a')), faces(many(1000, 'b')))).toEqual({
      names: [],
      thumbnails: [],
      unread: 0,
    })
  })
  it('a name in another spelling; a number is said to be one', async () => {
    const { names } = await leakAudit(
      faces({ José_Müller: picture(1), '007': picture(2) }),
      faces({ 'jose muller': picture(3), '007': picture(4), Jos: picture(5) }),
    )
    expect(names).toEqual([
      { a: 'José_Müller', b: 'jose muller', number: false },
      { a: '007', b: '007', number: true },
    ])
  })
  it.each<[string, (image: Image8) => Image8 | Promise<Image8>]>([
    ['the same', (image) => image],
    ['recompressed', async (image) => (await decodeImage(await encodeJpeg(image, 40), 'x.jpg')).image],
    ['of another size', (image) => resize(image, 112, 112, 'bicubic')],
    ['shrunk and enlarged', (image) => resize(resize(image, 12, 12, 'bicubic'), SIDE, SIDE, 'bicubic')],
    ['darker and flatter', (image) => ({ ...image, data: image.data.map((v) => 10 + v * 0.7) })],
    ['mirrored', mirror],
  ])('a planted picture under another name: %s', async (_, change) => {
    const planted = await change(picture(17))
    const { names, thumbnails } = await leakAudit(faces(many(0, 'a')), faces({ ...many(1000, 'b'), Else: planted }))
    expect(names).toEqual([])
    expect(thumbnails.map((t) => [t.a, t.b])).toEqual([['a_17x.png', 'Else.png']])
  })
  it('a face that cannot be read is counted', async () => {
    const broken: Faces = { ...faces({ A: picture(1) }), decode: () => Promise.reject(new Error('damaged')) }
    expect((await leakAudit(broken, faces({ B: picture(1) }))).unread).toBe(1)
  })
  it('counts bits as a string of digits does', () =>
    fc.assert(
      fc.property(fc.integer(), (v) => void expect(ones(v)).toBe((v >>> 0).toString(2).replaceAll('0', '').length)),
    ))
  it('a plain name is its own plain name', () =>
    fc.assert(fc.property(fc.string(), (name) => void expect(plainName(plainName(name))).toBe(plainName(name)))))
})
