// What bad input gets: a clear sentence and a documented exit code, and nothing lost or half-written.
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'better-sqlite3'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { photograph, vestige } from './harness.ts'

let root: string
let store: string
const inRoot = (...parts: string[]): string => path.join(root, ...parts)
interface Failure {
  error: { code: string; message: string }
}
interface Enrolled {
  enrolled: number
  duplicates: number
  unreadable: number
  problems: { file: string; message: string }[]
  gallery: { templates: number; subjects: number }
}

/** A PNG whose header claims 40,000 x 40,000 pixels. */
async function bomb(): Promise<Uint8Array> {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
    .png()
    .toBuffer()
  png.writeUInt32BE(40_000, 16)
  png.writeUInt32BE(40_000, 20)
  const crc = (await import('node:zlib')).crc32(png.subarray(12, 29))
  png.writeUInt32BE(crc >>> 0, 29)
  return png
}

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'vestige-bad-'))
  store = inRoot('store')
  await mkdir(inRoot('people', 'Someone'), { recursive: true })
  await writeFile(inRoot('people', 'Someone', 'a.jpg'), await photograph(1))
  expect((await vestige('enrol', inRoot('people'), '--gallery', 'g', '--store', store, '--json')).code).toBe(0)
}, 120_000)
afterAll(() => rm(root, { recursive: true, force: true }))

describe('a file that is no usable image', () => {
  const cases: [string, () => Promise<Uint8Array | string>][] = [
    ['empty.jpg', () => Promise.resolve('')],
    ['truncated.jpg', async () => (await photograph(2)).subarray(0, 9_000)],
    ['text.jpg', () => Promise.resolve('this is a letter, not a photograph')],
    ['bomb.png', bomb],
  ]
  it.each(cases)('%s as a probe: a sentence that names it, exit code 3, and no evidence kept', async (name, make) => {
    await writeFile(inRoot(name), await make())
    const ran = await vestige('search', inRoot(name), '--gallery', 'g', '--store', store, '--json')
    expect(ran.code).toBe(3)
    const { error } = ran.json<Failure>()
    expect(error.code).not.toBe('internal')
    expect(error.message).toContain(name)
    expect(
      (await vestige('cases', '--store', store, '--json'))
        .json<{ cases: { evidenceCount: number }[] }>()
        .cases.every((c) => c.evidenceCount === 0),
    ).toBe(true)
  })

  it('in a folder: the others are enrolled, each bad one is listed with its reason', async () => {
    const folder = inRoot('mixed')
    await mkdir(path.join(folder, 'Good'), { recursive: true })
    await mkdir(path.join(folder, 'Bad'), { recursive: true })
    await writeFile(path.join(folder, 'Good', 'ok.jpg'), await photograph(4))
    await writeFile(path.join(folder, 'Bad', 'empty.jpg'), '')
    await writeFile(path.join(folder, 'Bad', 'cut.jpg'), (await photograph(5)).subarray(0, 9_000))
    await writeFile(path.join(folder, 'Bad', 'bomb.png'), await bomb())
    const ran = await vestige('enrol', folder, '--gallery', 'mixed', '--store', store, '--json')
    expect(ran.code).toBe(0)
    const report = ran.json<Enrolled>()
    expect(report.enrolled).toBe(1)
    expect(report.unreadable).toBe(3)
    const named = report.problems.filter((p) => p.file.startsWith('Bad')).map((p) => path.basename(p.file))
    expect(named.toSorted()).toEqual(['bomb.png', 'cut.jpg', 'empty.jpg'])
  })
})

describe('unusual but usable', () => {
  it('a PNG called .jpg, a CMYK JPEG and an animated WebP are read', async () => {
    const folder = inRoot('unusual')
    for (const who of ['Png', 'Cmyk', 'Animated']) await mkdir(path.join(folder, who), { recursive: true })
    await sharp(await photograph(1))
      .png()
      .toFile(inRoot('real.png'))
    await copyFile(inRoot('real.png'), path.join(folder, 'Png', 'called.jpg'))
    await sharp(await photograph(2))
      .toColourspace('cmyk')
      .jpeg()
      .toFile(path.join(folder, 'Cmyk', 'press.jpg'))
    const { width = 0, height = 0 } = await sharp(await photograph(3)).metadata()
    const frame = await sharp(await photograph(3))
      .removeAlpha()
      .raw()
      .toBuffer()
    await sharp(Buffer.concat([frame, frame]), { raw: { width, height: height * 2, channels: 3, pageHeight: height } })
      .webp({ delay: [100, 100] })
      .toFile(path.join(folder, 'Animated', 'two.webp'))
    const report = (await vestige('enrol', folder, '--gallery', 'unusual', '--store', store, '--json')).json<Enrolled>()
    expect(report).toMatchObject({ enrolled: 3, unreadable: 0 })
  })
  it('names with quotes, emoji and a newline come through whole', async () => {
    const name = `O'Neil "Zoë" 🙂;--`
    const folder = inRoot('names', name)
    await mkdir(folder, { recursive: true })
    await writeFile(path.join(folder, 'line\nbreak 🙂.jpg'), await photograph(6))
    await vestige('enrol', inRoot('names'), '--gallery', `it's "g"`, '--store', store, '--json')
    const found = await vestige(
      'search',
      path.join(folder, 'line\nbreak 🙂.jpg'),
      '--gallery',
      `it's "g"`,
      '--store',
      store,
      '--json',
    )
    expect(found.json<{ candidates: { subject: string; fileName: string }[] }>().candidates[0]).toMatchObject({
      subject: name,
    })
  })
  it('two files with the same bytes are one image', async () => {
    const folder = inRoot('twice')
    await mkdir(path.join(folder, 'One'), { recursive: true })
    await writeFile(path.join(folder, 'One', 'a.jpg'), await photograph(2))
    await writeFile(path.join(folder, 'One', 'b.jpg'), await photograph(2))
    const report = (await vestige('enrol', folder, '--gallery', 'twice', '--store', store, '--json')).json<Enrolled>()
    expect(report).toMatchObject({ enrolled: 1, duplicates: 1, gallery: { templates: 1 } })
  })
})

describe('a folder, a gallery or a model that cannot be used', () => {
  it.each([
    ['a folder that is not there', 'nowhere', 'not-found'],
    ['a folder without images', 'none', undefined],
  ])('%s', async (_what, name, code) => {
    if (name === 'none') {
      await mkdir(inRoot('none'), { recursive: true })
      await writeFile(inRoot('none', 'readme.txt'), 'nothing here')
    }
    const ran = await vestige('enrol', inRoot(name), '--gallery', 'empty', '--store', store, '--json')
    expect(ran.code).toBe(3)
    const { error } = ran.json<Failure>()
    expect(error.code).not.toBe('internal')
    if (code) expect(error.code).toBe(code)
  })
  it('a folder of pictures without a face keeps each as insufficient or as a whole face, never silently', async () => {
    await mkdir(inRoot('walls'), { recursive: true })
    await sharp({ create: { width: 300, height: 200, channels: 3, background: '#777' } })
      .png()
      .toFile(inRoot('walls', 'wall.png'))
    const ran = await vestige('enrol', inRoot('walls'), '--gallery', 'walls', '--store', store, '--json')
    const report = ran.json<Enrolled & { insufficient: number }>()
    expect(report.insufficient).toBe(1)
    expect(report.problems[0]?.file).toContain('wall.png')
  })
  it('a gallery that does not exist is not made by a search', async () => {
    const ran = await vestige(
      'search',
      inRoot('people', 'Someone', 'a.jpg'),
      '--gallery',
      'missing',
      '--store',
      store,
      '--json',
    )
    expect(ran.code).toBe(3)
    expect(ran.json<Failure>().error.message).toContain('missing')
  })
  it('an ONNX file that is none is refused and nothing is kept', async () => {
    await writeFile(inRoot('model.onnx'), 'not a model')
    const ran = await vestige('import-model', inRoot('model.onnx'), '--yes', '--store', store, '--json')
    expect(ran.code).toBe(3)
    expect(ran.json<Failure>().error.message).toContain('model.onnx')
  })
})

describe('a store that cannot be opened', () => {
  it('of a newer version is refused and left as it is', async () => {
    const other = inRoot('newer')
    await vestige('cases', '--store', other)
    const file = path.join(other, 'vestige.sqlite')
    const db = new Database(file)
    db.pragma('user_version = 9999')
    db.close()
    const before = await readFile(file)
    const ran = await vestige('cases', '--store', other, '--json')
    expect(ran.code).toBe(4)
    expect(ran.json<Failure>().error.code).toBe('store-version')
    expect((await readFile(file)).equals(before)).toBe(true)
  })
  it('with a damaged page says so', async () => {
    const other = inRoot('damaged')
    await vestige('cases', 'create', 'x', '--store', other)
    const file = path.join(other, 'vestige.sqlite')
    const bytes = await readFile(file)
    bytes.fill(0xa5, 4096, 4096 * 3)
    await writeFile(file, bytes)
    const ran = await vestige('cases', '--store', other, '--json')
    expect(ran.code).toBe(4)
    expect(ran.json<Failure>().error.code).toBe('store-damaged')
  })
})
