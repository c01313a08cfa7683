// Everything that was dropped is either taken or named in a list; nothing disappears.
import { describe, expect, it } from 'vitest'
import { collectEntries, collectFiles, namePasted, takeDropped, type Entry } from './collect.ts'

const file = (name: string, size = 1) => new File([new Uint8Array(size)], name)
const fileEntry = (name: string): Entry =>
  ({ isFile: true, isDirectory: false, name, file: (ok: (f: File) => void) => ok(file(name)) }) as Entry
const brokenEntry = (name: string): Entry =>
  ({
    isFile: true,
    isDirectory: false,
    name,
    file: (_: unknown, failed: (e: unknown) => void) => failed(new Error('gone')),
  }) as Entry
/** Hands over its children two at a time, as browsers do a hundred at a time. */
const folder = (name: string, children: Entry[]): Entry =>
  ({
    isFile: false,
    isDirectory: true,
    name,
    createReader() {
      let next = 0
      return { readEntries: (ok: (e: Entry[]) => void) => ok(children.slice(next, (next += 2))) }
    },
  }) as Entry

describe('a dropped folder', () => {
  it('is read to its end, folders within folders, in the order of people', async () => {
    const { files } = await collectEntries([
      folder(
        'day 1',
        ['cam10.png', 'cam2.png', 'cam1.png'].map(fileEntry).concat(folder('night', [fileEntry('a.JPG')])),
      ),
    ])
    expect(files.map((f) => f.path)).toEqual([
      'day 1/cam1.png',
      'day 1/cam2.png',
      'day 1/cam10.png',
      'day 1/night/a.JPG',
    ])
  })
  it('lists what is no image, and leaves out system litter', async () => {
    const { files, skipped } = await collectEntries([
      folder('f', ['notes.txt', '.DS_Store', 'Thumbs.db', 'a.png'].map(fileEntry)),
    ])
    expect(files.map((f) => f.path)).toEqual(['f/a.png'])
    expect(skipped.map((s) => s.path)).toEqual(['f/notes.txt'])
  })
  it('goes on after a file that cannot be opened, and names it', async () => {
    const { files, skipped } = await collectEntries([folder('f', [brokenEntry('a.png'), fileEntry('b.png')])])
    expect(files.map((f) => f.path)).toEqual(['f/b.png'])
    expect(skipped[0]).toMatchObject({ path: 'f/a.png' })
  })
})

it('takes a single file whatever its name: the host says what it is', async () =>
  expect((await collectEntries([fileEntry('IMG_0001')])).files.map((f) => f.path)).toEqual(['IMG_0001']))

it('refuses what is beyond the limit without reading it', () => {
  const huge = Object.defineProperty(file('huge.tif'), 'size', { value: 201 * 1024 * 1024 })
  expect(collectFiles([huge])).toMatchObject({ files: [], skipped: [{ path: 'huge.tif' }] })
})

it('keeps the paths of a picked folder', () => {
  const picked = Object.defineProperty(file('b.png'), 'webkitRelativePath', { value: 'people/Ann/b.png' })
  const { files, skipped } = collectFiles([
    picked,
    Object.defineProperty(file('x.txt'), 'webkitRelativePath', { value: 'people/x.txt' }),
  ])
  expect(files.map((f) => f.path)).toEqual(['people/Ann/b.png'])
  expect(skipped.map((s) => s.path)).toEqual(['people/x.txt'])
})

it('names pasted pictures by their time and keeps names that exist', () => {
  const at = new Date('2026-11-22T10:15:00Z')
  const pasted = namePasted(
    [new File([], 'image.png', { type: 'image/png' }), new File([], 'crop.bmp', { type: 'image/bmp' })],
    at,
  )
  expect(pasted.map((f) => f.name)).toEqual(['pasted 2026-11-22T10-15-00.png', 'crop.bmp'])
})

it('takes plain files where the system hands over no entries, and nothing from a drop of text', async () => {
  const item = (kind: string, entry: Entry | null) => ({
    kind,
    webkitGetAsEntry: () => entry,
    getAsFile: () => file('b.png'),
  })
  const transfer = { items: [item('string', null), item('file', fileEntry('a.png')), item('file', null)] }
  const { files } = await takeDropped(transfer as unknown as DataTransfer)()
  expect(files.map((f) => f.path)).toEqual(['a.png', 'b.png'])
  expect(await takeDropped(null)()).toEqual({ files: [], skipped: [] })
})
