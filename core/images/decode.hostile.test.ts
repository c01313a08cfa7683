// Damaged and dangerous files: one clear sentence each, and never more memory than the picture could need.
import fc from 'fast-check'
import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { UserFacingError } from '../contract/errors.ts'
import { ImportFacts } from '../contract/evidence.ts'
import { decodeImage } from './decode.ts'
import { encodeJpeg, encodePng } from './encode.ts'
import type { Image8 } from './pixels.ts'
import { pngChunk, refusal } from './testFiles.ts'
import { greatestDifference, noise, pattern } from './testPatterns.ts'
import { sharp } from './vips.ts'

const raw = (image: Image8) => sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
/** A PNG header that claims a size; the pixels are a few bytes. */
function pngClaiming(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(1000))),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

describe('damaged and dangerous files', () => {
  test('empty', async () => {
    expect((await refusal(new Uint8Array(0), 'a.jpg')).message).toBe('“a.jpg” is empty (0 bytes): get another copy.')
  })
  test.each(['jpeg', 'png', 'tiff', 'webp', 'gif'] as const)('truncated %s', async (format) => {
    const options = format === 'tiff' ? { compression: 'none' as const } : {}
    const whole = await raw(noise(90, 70)).toFormat(format, options).toBuffer()
    for (const share of [0.02, 0.3, 0.6, 0.95]) {
      const error = await refusal(whole.subarray(0, Math.floor(whole.length * share)), `a.${format}`)
      expect(error.code).toBe('unreadable-file')
      expect(error.message).toMatch(/truncated or damaged/)
    }
  })
  test('40,000 x 40,000 px in a file of a few bytes', async () => {
    const before = process.memoryUsage().rss
    const error = await refusal(pngClaiming(40_000, 40_000), 'bomb.png')
    expect(error.code).toBe('too-large')
    expect(error.message).toMatch(/40,000 x 40,000 px; at most 100 megapixels/)
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6)
    expect((await refusal(pngClaiming(200_000, 10), 'a.png')).code).toBe('too-large')
  })
  test('just inside the limit but without the pixels', async () => {
    expect((await refusal(pngClaiming(9_999, 9_999), 'a.png')).code).toBe('unreadable-file')
  })
  test('more than 200 MB', async () => {
    expect((await refusal(new Uint8Array(200 * 1024 * 1024 + 1), 'a.jpg')).code).toBe('too-large')
  })
  test('a JPEG that lacks only its end mark is whole', async () => {
    const bytes = await encodeJpeg(noise(40, 30), 80)
    const open = await decodeImage(bytes.subarray(0, bytes.length - 2), 'a.jpg')
    expect(open.facts.warnings).toEqual(['the file lacks its end mark; the picture is whole'])
    expect(open.image.data).toEqual((await decodeImage(bytes, 'a.jpg')).image.data)
    expect((await refusal(bytes.subarray(0, bytes.length - 40), 'a.jpg')).message).toMatch(/truncated or damaged/)
  })
  test('a damaged middle of a JPEG that still fills the picture is used, with a warning', async () => {
    const bytes = Buffer.from(await encodeJpeg(noise(200, 200), 80))
    for (let k = 0; k < 40; k++) bytes[Math.floor(bytes.length * 0.5) + k * 7] = 0xff
    const { image, facts } = await decodeImage(bytes, 'a.jpg')
    expect(image.width).toBe(200)
    expect(facts.warnings).toEqual(['the decoder found damage in the file: parts of the picture may be wrong'])
  })
})

test('names are shown safely: quotes and emoji stay, folders, controls and direction marks do not', async () => {
  const message = async (name: string) => (await refusal(new Uint8Array(0), name)).message
  expect(await message('O\'Brien "x" 🙂👩‍👩‍👧.jpg')).toContain('“O\'Brien "x" 🙂👩‍👩‍👧.jpg”')
  expect(await message('C:\\secret\\a.jpg')).toMatch(/^“a\.jpg” /)
  expect(await message('/home/x/a.jpg')).toMatch(/^“a\.jpg” /)
  expect(await message('a\n\u202egpj.exe')).toContain('“a\ufffd\ufffdgpj.exe”')
  expect((await message('x'.repeat(5000))).length).toBeLessThan(200)
  expect(await message('')).toMatch(/^the unnamed file /)
})

test('many at once give what each gives alone', async () => {
  const files = await Promise.all(
    Array.from({ length: 24 }, async (_, k) => {
      const image = pattern(20 + k, 30)
      return {
        image,
        bytes: k % 5 === 4 ? (await encodePng(image)).subarray(0, 50) : await encodePng(image),
        good: k % 5 !== 4,
      }
    }),
  )
  const results = await Promise.allSettled(files.map(({ bytes }, k) => decodeImage(bytes, `${k}.png`)))
  for (const [k, result] of results.entries()) {
    expect(result.status).toBe(files[k]!.good ? 'fulfilled' : 'rejected')
    if (result.status === 'fulfilled') expect(greatestDifference(result.value.image, files[k]!.image)).toBe(0)
  }
})

describe('whatever bytes come: pixels or a sentence', () => {
  const outcome = async (bytes: Uint8Array) => {
    try {
      const { image, facts } = await decodeImage(bytes, 'x')
      expect(image.data).toHaveLength(image.width * image.height * 3)
      ImportFacts.parse(facts)
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(UserFacingError)
      expect((thrown as UserFacingError).message.length).toBeLessThan(600)
    }
  }
  const starts = ['', '\xff\xd8\xff', '\x89PNG\r\n\x1a\n', 'II*\0', 'MM\0*', 'RIFF\x40\0\0\0WEBPVP8 ', 'GIF89a', 'BM']
  test('random bytes after every magic number', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 400 }), (start, rest) =>
        outcome(Buffer.concat([Buffer.from(start, 'latin1'), rest])),
      ),
      { numRuns: 200 },
    )
  })
  test('mutations of valid files', async () => {
    const image = noise(24, 18)
    const valid = await Promise.all([
      encodeJpeg(image, 80),
      raw(image)
        .withExif({ IFD0: { Make: 'M' } })
        .withIccProfile('p3')
        .jpeg({ progressive: true })
        .toBuffer(),
      encodePng(image),
      raw(image).png({ palette: true }).toBuffer(),
      raw(image).tiff({ compression: 'lzw' }).toBuffer(),
      raw(image).tiff({ compression: 'none', tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
      raw(image).webp().toBuffer(),
      raw(image).gif().toBuffer(),
    ])
    const change = fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255), fc.boolean())
    await fc.assert(
      fc.asyncProperty(
        fc.nat(valid.length - 1),
        fc.array(change, { minLength: 1, maxLength: 8 }),
        async (which, changes) => {
          const bytes = Uint8Array.from(valid[which]!)
          // Half of the changes fall on the first 200 bytes, where the headers are.
          for (const [at, value, early] of changes)
            bytes[Math.floor(at * (early ? Math.min(200, bytes.length) : bytes.length))] = value
          await outcome(bytes)
        },
      ),
      { numRuns: 300 },
    )
  })
})
