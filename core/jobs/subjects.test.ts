// Whose photograph a file is: by its folder, by its name, by a table; never two people under one name.
import { describe, expect, test } from 'vitest'
import { guessRule, namesByFile, subjectOfFolder, subjectOfName } from './subjects.ts'

describe('subjectOfName', () => {
  test.each([
    ['Anna_Berg_0001.jpg', 'Anna_Berg'],
    ['anna berg (2).png', 'anna berg'],
    ['anna-3.jpeg', 'anna'],
    ['Anna.Berg.jpg', 'Anna.Berg'],
    ['.hidden', '.hidden'],
    ['0001.jpg', '0001'],
    ['IMG_0001.JPG', 'IMG_0001'],
    ['inmate-42.jpg', 'inmate-42'],
    ['register_102345.jpg', 'register_102345'],
    ['sub/Anna_0002.jpg', 'Anna'],
    ['Ünal 👤_02.webp', 'Ünal 👤'],
  ])('%s → %s', (file, subject) => {
    expect(subjectOfName(file)).toBe(subject)
  })
})

test('a folder’s whole path names the subject, so that equal names below different people stay apart', () => {
  expect(subjectOfFolder('Anna/2019/a.jpg')).toBe('Anna/2019')
  expect(subjectOfFolder('Bo/2019/a.jpg')).toBe('Bo/2019')
  expect(subjectOfFolder('Anna/a.jpg')).toBe('Anna')
  expect(subjectOfFolder('Cem_0001.jpg')).toBe('Cem')
})

describe('namesByFile', () => {
  const row = (file: string, subject: string) => ({ file, subject, externalId: '' })
  test('finds rows by path, by bare name, and across spellings of the path', () => {
    const find = namesByFile([row('.\\x\\a.jpg', 'A'), row('b.jpg', 'B'), row('u\u0308.jpg', 'U')])
    expect(find('x/a.jpg')?.subject).toBe('A')
    expect(find('deep/b.jpg')?.subject).toBe('B')
    expect(find('ü.jpg')?.subject).toBe('U')
    expect(find('a.jpg')).toBeUndefined()
  })
})

describe('guessRule', () => {
  const images = (...files: string[]) => ({ images: files.map((f) => ({ path: f, relativePath: f })) })
  test('a table that names an image wins, then folders, then file names', () => {
    expect(guessRule(images('p/a.jpg'), [{ file: 'a.jpg', subject: 'A', externalId: '' }])).toBe('csv')
    expect(guessRule(images('p/a.jpg'), [{ file: 'z.jpg', subject: 'A', externalId: '' }])).toBe('folder')
    expect(guessRule(images('a.jpg'), null)).toBe('file-name')
  })
})
