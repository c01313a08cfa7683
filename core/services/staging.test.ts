// Files from a browser: kept by content of their own, named as the person chose them, gone when no job needs them.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createStaging } from './staging.ts'

let root: string
beforeEach(() => void (root = path.join(mkdtempSync(path.join(tmpdir(), 'vestige-staging-')), 'staged')))
afterEach(() => rmSync(path.dirname(root), { recursive: true, force: true }))
const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 1)

test('the chosen folder’s name is not part of the subjects, and text is passed over', () => {
  const staging = createStaging(root)
  expect(staging.add('u', 'Chosen/Anna/1.jpg', jpeg)).toBe(1)
  staging.add('u', 'Chosen/Bo/ü 👤.jpg', jpeg)
  staging.add('u', 'Chosen/readme.txt', new TextEncoder().encode('hello'))
  staging.add('u', 'Chosen/.DS_Store', jpeg)
  staging.add('u', 'Chosen/names.csv', new TextEncoder().encode('a,b'))
  const { files } = staging.take('u')
  expect(files.images.map((f) => f.relativePath)).toEqual(['Anna/1.jpg', 'Bo/ü 👤.jpg'])
  expect(files.csv.map((f) => f.relativePath)).toEqual(['names.csv'])
  expect(files.name).toBe('Chosen')
  expect(readFileSync(files.images[0]!.path)).toEqual(Buffer.from(jpeg))
})

test.each(['../../etc/passwd.jpg', 'a/../../b.jpg', '..\\b.jpg', '', 'a\0.jpg'])('refuses the path %j', (name) => {
  expect(() => createStaging(root).add('u', name, jpeg)).toThrow(/not a path below/)
  expect(existsSync(root)).toBe(false)
})

test('an upload’s own name never becomes a path', () => {
  const staging = createStaging(root)
  staging.add('../../outside', 'a.jpg', jpeg)
  expect(readdirSync(path.dirname(root))).toEqual(['staged'])
  expect(readdirSync(root)[0]).toMatch(/^[0-9a-f]{24}$/)
})

test('the same file handed over twice counts once', () => {
  const staging = createStaging(root)
  staging.add('u', 'a.jpg', jpeg)
  expect(staging.add('u', 'a.jpg', jpeg)).toBe(1)
})

test('what no job needs is swept away; open uploads and needed folders stay', () => {
  const staging = createStaging(root)
  staging.add('done', 'a.jpg', jpeg)
  staging.add('needed', 'a.jpg', jpeg)
  staging.add('open', 'a.jpg', jpeg)
  const done = staging.take('done')
  const needed = staging.take('needed')
  staging.sweep(new Set([needed.folder]))
  expect([existsSync(done.folder), existsSync(needed.folder), readdirSync(root).length]).toEqual([false, true, 2])
  expect(() => staging.take('done')).toThrow(/hand them over again/)
})
