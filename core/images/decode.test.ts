// What becomes of every kind of file a person may drop: pixels and facts, or one clear sentence.
import { describe, expect, test } from 'vitest'
import { ImportFacts } from '../contract/evidence.ts'
import { decodeImage } from './decode.ts'
import { encodeJpeg, encodePng } from './encode.ts'
import { blank } from './pixels.ts'
import { pngChunk, refusal } from './testFiles.ts'
import { greatestDifference, texture } from './testPatterns.ts'
import { sharp } from './vips.ts'

const photo = texture(60, 44)
const raw = (image = photo) => sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
const flat = (r: number, g: number, b: number) =>
  sharp({ create: { width: 8, height: 6, channels: 3, background: { r, g, b } } })
const pixel = async (bytes: Uint8Array, name: string) => [...(await decodeImage(bytes, name)).image.data.subarray(0, 3)]

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
    const animated = Buffer.concat([still.subarray(0, 33), pngChunk('acTL', control), still.subarray(33)])
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

test('a black picture is a picture', async () => {
  expect((await decodeImage(await encodePng(blank(1, 1)), 'a.png')).image).toEqual(blank(1, 1))
})
