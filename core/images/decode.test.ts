// What becomes of every kind of file a person may drop: pixels and facts, or one clear sentence.
import fc from 'fast-check'
import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { UserFacingError } from '../contract/errors.ts'
import { ImportFacts } from '../contract/evidence.ts'
import { decodeImage } from './decode.ts'
import { encodeJpeg, encodePng } from './encode.ts'
import { blank } from './pixels.ts'
import { greatestDifference, noise, pattern, texture } from './testPatterns.ts'
import { sharp } from './vips.ts'

const photo = texture(60, 44)
const raw = (image = photo) => sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
const flat = (r: number, g: number, b: number) =>
  sharp({ create: { width: 8, height: 6, channels: 3, background: { r, g, b } } })
const pixel = async (bytes: Uint8Array, name: string) => [...(await decodeImage(bytes, name)).image.data.subarray(0, 3)]

async function refusal(bytes: Uint8Array, name: string): Promise<UserFacingError> {
  const thrown = await decodeImage(bytes, name).then(
    () => null,
    (error: unknown) => error,
  )
  expect(thrown).toBeInstanceOf(UserFacingError)
  return thrown as UserFacingError
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  let crc = -1
  for (const byte of body) {
    crc ^= byte
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeInt32BE(~crc)
  return Buffer.concat([length, body, check])
}
/** A PNG header that claims a size; the pixels are a few bytes. */
function pngClaiming(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

describe('formats', () => {
  test.each(['png', 'tiff', 'webp'] as const)('%s without loss', async (format) => {
    const options = { png: {}, tiff: { compression: 'lzw' }, webp: { lossless: true } }[format]
    const { image, facts } = await decodeImage(await raw().toFormat(format, options).toBuffer(), `a.${format}`)
    expect(image).toEqual({ ...photo, data: new Uint8Array(photo.data) })
    expect(ImportFacts.parse(facts)).toMatchObject({
      format,
      width: 60,
      height: 44,
      bitDepth: 8,
      colour: 'RGB',
      warnings: [],
    })
  })
  test('JPEG', async () => {
    const { image, facts } = await decodeImage(await encodeJpeg(photo, 95), 'a.JPG')
    expect(greatestDifference(image, photo)).toBeLessThan(12)
    expect(facts).toMatchObject({ format: 'jpeg', warnings: [] })
  })
  test('BMP, which libvips cannot read', async () => {
    const bytes = new Uint8Array(54 + 8)
    const view = new DataView(bytes.buffer)
    bytes.set([0x42, 0x4d])
    view.setUint32(10, 54, true)
    view.setUint32(14, 40, true)
    view.setInt32(18, 2, true)
    view.setInt32(22, 1, true)
    view.setUint16(28, 24, true)
    bytes.set([3, 2, 1, 6, 5, 4], 54)
    const { image, facts } = await decodeImage(bytes, 'a.bmp')
    expect([...image.data]).toEqual([1, 2, 3, 4, 5, 6])
    expect(facts).toMatchObject({ format: 'bmp', bitDepth: 24 / 3, colour: 'RGB' })
  })
})

describe('colours', () => {
  test('16 bits', async () => {
    const bytes = await flat(200, 100, 50).toColourspace('rgb16').png().toBuffer()
    expect(await pixel(bytes, 'a.png')).toEqual([200, 100, 50])
    expect((await decodeImage(bytes, 'a.png')).facts.bitDepth).toBe(16)
  })
  test('16-bit grey', async () => {
    const bytes = await flat(90, 90, 90).toColourspace('grey16').png().toBuffer()
    const { image, facts } = await decodeImage(bytes, 'a.png')
    expect(image.data.every((value) => Math.abs(value - 90) <= 1)).toBe(true)
    expect(facts).toMatchObject({ bitDepth: 16, colour: 'grey' })
  })
  test('8-bit grey becomes three equal channels', async () => {
    const bytes = await flat(90, 90, 90).toColourspace('b-w').jpeg().toBuffer()
    expect(await pixel(bytes, 'a.jpg')).toEqual([90, 90, 90])
    expect((await decodeImage(bytes, 'a.jpg')).facts.colour).toBe('grey')
  })
  test('palette', async () => {
    const bytes = await flat(200, 100, 50).png({ palette: true, colours: 4 }).toBuffer()
    expect(await pixel(bytes, 'a.png')).toEqual([200, 100, 50])
    expect((await decodeImage(bytes, 'a.png')).facts.colour).toBe('RGB, palette')
  })
  test('CMYK is converted and said to be', async () => {
    for (const format of ['jpeg', 'tiff'] as const) {
      const bytes = await flat(200, 100, 50).toColourspace('cmyk').toFormat(format, { quality: 100 }).toBuffer()
      const { image, facts } = await decodeImage(bytes, `a.${format}`)
      for (const [c, wanted] of [200, 100, 50].entries()) expect(Math.abs(image.data[c]! - wanted)).toBeLessThan(35)
      expect(facts).toMatchObject({ colour: 'CMYK', warnings: ['CMYK colours were converted to sRGB'] })
    }
  })
  test('an embedded profile is applied: the same colour written as Display P3 comes back', async () => {
    const bytes = await flat(200, 100, 50).withIccProfile('p3').png().toBuffer()
    const stored = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer()
    expect(Math.abs(stored[0]! - 200)).toBeGreaterThan(5)
    const back = await pixel(bytes, 'a.png')
    for (const [c, wanted] of [200, 100, 50].entries()) expect(Math.abs(back[c]! - wanted)).toBeLessThanOrEqual(3)
    expect((await decodeImage(bytes, 'a.png')).facts.icc).toMatch(/P3/)
  })
  test('transparency is set on black; an opaque alpha channel changes nothing', async () => {
    const veiled = (alpha: number) =>
      sharp({ create: { width: 4, height: 4, channels: 4, background: { r: 200, g: 100, b: 50, alpha } } })
    const half = await decodeImage(await veiled(0.5).png().toBuffer(), 'a.png')
    expect([...half.image.data.subarray(0, 3)]).toEqual([100, 50, 25])
    expect(half.facts.warnings).toEqual(['transparent pixels were set on black'])
    const whole = await decodeImage(await veiled(1).png().toBuffer(), 'a.png')
    expect([...whole.image.data.subarray(0, 3)]).toEqual([200, 100, 50])
    expect(whole.facts.warnings).toEqual([])
  })
})

describe('more than one picture in a file', () => {
  const frames = () => {
    const frame = (k: number) => ({
      create: { width: 20, height: 10, channels: 3, background: { r: 80 * k, g: 9, b: 7 } },
    })
    return sharp([0, 1, 2].map(frame) as never[], { join: { animated: true } })
  }
  test.each([
    ['webp', 'animated: the first of 3 frames is used'],
    ['gif', 'animated: the first of 3 frames is used'],
    ['tiff', 'the file has 3 pages: the first is used'],
  ] as const)('%s', async (format, warning) => {
    const { image, facts } = await decodeImage(await frames().toFormat(format).toBuffer(), `a.${format}`)
    expect([image.width, image.height, facts.frames]).toEqual([20, 10, 3])
    expect(Math.abs(image.data[0]! - 0)).toBeLessThan(8)
    expect(facts.warnings).toEqual([warning])
  })
  test('animated PNG', async () => {
    const still = Buffer.from(await encodePng(photo))
    const control = Buffer.alloc(8)
    control.writeUInt32BE(5)
    const animated = Buffer.concat([still.subarray(0, 33), chunk('acTL', control), still.subarray(33)])
    expect((await decodeImage(animated, 'a.png')).facts).toMatchObject({ frames: 5, warnings: [/first of 5 frames/] })
  })
})

test('camera facts are kept, hostile ones do not cost the picture', async () => {
  const good = await raw()
    .withExif({ IFD0: { Make: 'Kestrel', Model: 'K "7"' }, IFD2: { FNumber: '28/10' } })
    .jpeg()
    .toBuffer()
  expect((await decodeImage(good, 'a.jpg')).facts.exif).toMatchObject({
    Make: 'Kestrel',
    Model: 'K "7"',
    FNumber: '2.8',
  })
  const broken = Buffer.from(good)
  const at = broken.indexOf('Exif\0\0', 0, 'latin1') + 6
  broken.fill(0xee, at + 8, at + 40)
  const { image, facts } = await decodeImage(broken, 'a.jpg')
  expect(image.width).toBe(60)
  expect(facts.warnings).toEqual(['the EXIF data are damaged: only a part could be read'])
})

describe('names that lie', () => {
  test('are read by content and warned about', async () => {
    const png = await encodePng(photo)
    expect((await decodeImage(png, 'photo.jpg')).facts).toMatchObject({
      format: 'png',
      warnings: ['named .jpg, but the content is PNG: read as PNG'],
    })
    expect((await decodeImage(png, 'photo.txt')).facts.warnings[0]).toMatch(/no picture format/)
    expect((await decodeImage(png, 'photo')).facts.warnings).toEqual([])
  })
  test.each<[string, string | number[], RegExp]>([
    ['clip.jpg', '\0\0\0\x20ftypisom', /is a video.*frames/],
    ['IMG_1.jpg', '\0\0\0\x20ftypheic', /is a HEIC picture.*JPEG, PNG or TIFF/],
    ['a.png', '\0\0\0\x20ftypavif', /is an AVIF picture/],
    ['a.jpg', '%PDF-1.7', /is a PDF document/],
    ['a.png', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', /is an SVG drawing/],
    ['a.jpg', 'PK\x03\x04', /is an archive/],
    ['a.jpg', '8BPS\0\x01', /is a Photoshop file/],
    ['a.avi', 'RIFF\0\0\0\0AVI LIST', /is a video/],
    ['notes.jpg', 'Dear colleague, BM', /is not an image/],
    ['a.bmp', 'BMW is a car maker in Munich', /is not an image/],
  ])('%s with other content is called what it is', async (name, content, message) => {
    const error = await refusal(Buffer.from(content as string, 'latin1'), name)
    expect(error.code).toBe('unreadable-file')
    expect(error.message).toMatch(message)
    expect(error.message).toContain(name)
  })
  test('a camera raw file does not pass as its thumbnail', async () => {
    expect((await refusal(await raw().tiff().toBuffer(), 'DSC_1.NEF')).message).toMatch(/camera raw file/)
  })
})

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

test('a black picture is a picture', async () => {
  expect((await decodeImage(await encodePng(blank(1, 1)), 'a.png')).image).toEqual(blank(1, 1))
})
