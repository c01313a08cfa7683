// Listing a folder: deep, in a fixed order, without hidden files, never through links to folders.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { listFolder } from './folder.ts'

let root: string
beforeEach(() => void (root = mkdtempSync(path.join(os.tmpdir(), 'vestige-folder-'))))
afterEach(() => rmSync(root, { recursive: true, force: true }))
const put = (file: string, content: string | Uint8Array = ''): void => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  writeFileSync(path.join(root, file), content)
}

describe('listFolder', () => {
  test('finds images below, sorted, and leaves hidden ones out', async () => {
    for (const file of ['b.JPG', 'a/ä "quoted" 👤.png', 'a/1.tiff', '.hidden.jpg', '.git/x.jpg', 'notes.txt', 'n.csv'])
      put(file)
    const listing = await listFolder(root)
    expect(listing.images.map((f) => f.relativePath)).toEqual(['a/1.tiff', 'a/ä "quoted" 👤.png', 'b.JPG'])
    expect(listing.csv.map((f) => f.relativePath)).toEqual(['n.csv'])
    expect(listing.others).toBe(1)
  })
  test('an image under another name is found by its first bytes', async () => {
    put('photo.dat', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))
    put('text.dat', 'not an image')
    expect((await listFolder(root)).images.map((f) => f.relativePath)).toEqual(['photo.dat'])
  })
  test('links to folders are named, not followed; links to files are read; dead links are named', async () => {
    put('p/a.jpg')
    symlinkSync('..', path.join(root, 'p', 'round'))
    symlinkSync('p/a.jpg', path.join(root, 'again.jpg'))
    symlinkSync('nowhere.jpg', path.join(root, 'dead.jpg'))
    const listing = await listFolder(root)
    expect(listing.images.map((f) => f.relativePath)).toEqual(['again.jpg', 'p/a.jpg'])
    expect(listing.skipped).toEqual([
      { relativePath: 'dead.jpg', message: 'This link leads to nothing.' },
      { relativePath: 'p/round', message: 'A link to a folder is not followed.' },
    ])
  })
  test('says so where there is no folder', async () => {
    put('file.jpg')
    await expect(listFolder(path.join(root, 'none'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(listFolder(path.join(root, 'file.jpg'))).rejects.toThrow(/is a file, not a folder/)
  })
})
