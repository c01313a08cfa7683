// What bad files get, through a real image process: a sentence, and a store that is as it was.
import { deflateSync } from 'node:zlib'
import { crc32 } from 'node:zlib'
import { readFileSync, writeFileSync, chmodSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeJpeg, encodePng } from '../images/encode.ts'
import { blank } from '../images/pixels.ts'
import { openTestApplication, type TestApplication } from './testing.ts'
import { photograph } from './testingPhotos.ts'

let app: TestApplication
let caseId: number
beforeAll(async () => {
  app = await openTestApplication()
  caseId = (await app.call('cases.create', { name: 'bad input' })).id
})
afterAll(() => app.dispose())

const text = (words: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(words)
const add = (name: string, bytes: Uint8Array) =>
  app.call('evidence.add', { caseId, name, bytes: new Uint8Array(bytes) })

/** A valid PNG of one colour whose header claims any size; its compressed pixels are tiny. */
function pngOf(width: number, height: number): Uint8Array {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    crc.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, crc])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([1, 0, 0, 0, 0], 8)
  const rows = Buffer.alloc((1 + Math.ceil(width / 8)) * Math.min(height, 64))
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

describe('files that are refused', () => {
  test.each([
    ['zero bytes', 'empty.jpg', () => new Uint8Array(), 'unreadable-file'],
    ['cut short', 'short.jpg', () => photograph(1).subarray(0, 20_000), 'unreadable-file'],
    ['text called an image', 'letter.png', () => text('Dear Sir'), 'unreadable-file'],
    ['40,000 x 40,000 px', 'bomb.png', () => pngOf(40_000, 40_000), 'too-large'],
    [
      'a page called an image',
      'page.jpg',
      () => text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'unreadable-file',
    ],
  ] as const)('%s', async (_, name, bytes, code) => {
    const before = await app.call('audit.list', { limit: 1 })
    const error = await add(name, bytes()).catch((e: unknown) => e)
    expect(error).toMatchObject({ name: 'UserFacingError', code })
    expect((error as Error).message).toContain(name)
    expect((error as Error).message).toMatch(/\.$/)
    expect((await app.call('audit.list', { limit: 1 })).total).toBe(before.total)
    expect(await app.call('evidence.list', { caseId })).toEqual([])
    expect(app.defects).toEqual([])
  })
})

describe('files that are taken', () => {
  test('under awkward names, and given back byte for byte', async () => {
    const bytes = await encodePng(blank(30, 20, [9, 90, 200]))
    for (const name of [
      '"quoted" \'name\'.png',
      'Gesicht 👤🏽.png',
      'a\nb.png',
      '../up.png',
      `${'x'.repeat(900)}.png`,
    ]) {
      const taken = await add(name, bytes)
      expect(taken.name).toBe(name)
      const back = await app.call('evidence.original', { id: taken.id })
      expect(Buffer.from(back.bytes).equals(bytes)).toBe(true)
      await app.call('evidence.exclude', { id: taken.id })
    }
  })

  test('a PNG called .jpg is read as what it is; the same bytes again are marked as such', async () => {
    const bytes = await encodePng(blank(31, 20, [1, 2, 3]))
    const first = await add('mislabelled.jpg', bytes)
    expect(first.facts).toMatchObject({ format: 'png', width: 31, height: 20 })
    expect((await add('again.png', bytes)).duplicateOf).toBe(first.id)
  })

  test('an original that was changed on disk is not handed out', async () => {
    const { id, sha256 } = await add('kept.jpg', await encodeJpeg(blank(40, 40, [7, 7, 7]), 90))
    const file = path.join(app.folder, 'blobs', sha256.slice(0, 2), sha256.slice(2))
    chmodSync(file, 0o600)
    const bytes = readFileSync(file)
    bytes[bytes.length >> 1]! ^= 1
    writeFileSync(file, bytes)
    await expect(app.call('evidence.original', { id })).rejects.toMatchObject({ code: 'integrity' })
    const report = await app.call('audit.verify', {})
    expect(report.ok).toBe(false)
    expect(report.problems.map((problem) => problem.where)).toEqual([`blob ${sha256}`])
    bytes[bytes.length >> 1]! ^= 1
    writeFileSync(file, bytes)
    expect((await app.call('audit.verify', {})).ok).toBe(true)
  })
})

test('files that are no model are refused before anything runs them, and nothing of them stays', async () => {
  const shipped = await app.call('models.list', {})
  for (const bytes of [new Uint8Array(), text('not a model'), photograph(1)]) {
    const error = await app
      .call('models.inspect', { fileName: 'm.onnx', bytes: new Uint8Array(bytes) })
      .catch((e: unknown) => e)
    expect(error).toMatchObject({ name: 'UserFacingError' })
    expect((error as Error).message).toContain('m.onnx')
  }
  expect(await app.call('models.list', {})).toEqual(shipped)
  expect(readdirSync(app.folder)).not.toContain('models')
})

test('a damaged image process is told of, and the next request gets a new one', async () => {
  const { id } = await add('view.png', await encodePng(blank(50, 40, [9, 9, 9])))
  expect((await app.call('app.status', {})).device?.provider).toBe('cpu')
  const { execFileSync } = await import('node:child_process')
  const children = execFileSync('ps', ['--ppid', String(process.pid), '-o', 'pid=,args='], { encoding: 'utf8' })
  const worker = children.split('\n').find((line) => line.includes(path.join('jobs', 'worker.ts')))
  process.kill(Number.parseInt(worker!, 10), 'SIGKILL')
  await expect.poll(async () => (await app.call('app.status', {})).device).toBeNull()
  expect((await app.call('app.status', {})).deviceNote).toContain('SIGKILL')
  expect(await app.call('evidence.view', { id })).toMatchObject({ width: 50, height: 40, scale: 1 })
})
