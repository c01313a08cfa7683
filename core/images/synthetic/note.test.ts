// The note comes back as it was written, from a PNG that still decodes; other files say nothing, however broken.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeImage } from '../decode.ts'
import { encodePng } from '../encode.ts'
import { blank } from '../pixels.ts'
import { syntheticNote, withNote } from './note.ts'

const note = { model: 'ab'.repeat(32), probe: 12, seed: 4_294_967_295, part: 'sample', index: 3 }

test('what was written is read, and the pixels stay', async () => {
  const image = blank(9, 7, [1, 2, 3])
  const png = withNote(await encodePng(image), 'Vestige 0.1.0', note)
  expect(syntheticNote(png)).toEqual({ note })
  expect((await decodeImage(png, 'x.png')).image).toEqual(image)
  expect(Buffer.from(png).includes('It is no picture of a person, no evidence')).toBe(true)
})

test('a PNG without the note says nothing, a broken note is still one', async () => {
  const png = await encodePng(blank(3, 3))
  expect(syntheticNote(png)).toBeNull()
  const broken = Buffer.from(withNote(png, 'V', note))
    .toString('latin1')
    .replace('"model":"abab', '"model":"zzzz')
  expect(syntheticNote(Buffer.from(broken, 'latin1'))).toEqual({ note: null })
})

test('any bytes after the signature are read without a fault', () => {
  const start = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(0xffffffff), (tail, length) => {
      const bytes = Buffer.concat([Buffer.from(start), Buffer.alloc(25), Buffer.alloc(4), Buffer.from('tEXt'), tail])
      bytes.writeUInt32BE(length, 33)
      expect(syntheticNote(bytes)).toBeNull()
    }),
  )
})
