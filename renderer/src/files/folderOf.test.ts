// A picked folder is enrolled in place only where every file agrees on where it is.
import { expect, it } from 'vitest'
import { folderOf } from './folderOf.ts'

it('finds the folder on Linux and on Windows', () => {
  expect(folderOf([{ relative: 'people/Ann/1.png', absolute: '/home/x/people/Ann/1.png' }])).toBe('/home/x/people')
  expect(folderOf([{ relative: 'people/1.png', absolute: 'C:\\x\\people\\1.png' }])).toBe('C:\\x\\people')
})
it('says null for two folders, single files, unknown paths and paths that do not agree', () => {
  const a = { relative: 'a/1.png', absolute: '/x/a/1.png' }
  expect(folderOf([a, { relative: 'b/1.png', absolute: '/x/b/1.png' }])).toBeNull()
  expect(folderOf([{ relative: '1.png', absolute: '/x/1.png' }])).toBeNull()
  expect(folderOf([a, { relative: 'a/2.png', absolute: null }])).toBeNull()
  expect(folderOf([{ relative: 'a/1.png', absolute: '/x/other.png' }])).toBeNull()
  expect(folderOf([])).toBeNull()
})
