// A CSV beside the faces: its columns, and rows that name what is not there or lies outside.
import path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { openDataset } from './open.ts'
import { blocks, put, temporary } from './testFaces.ts'

const made: (() => void)[] = []
afterEach(() => made.splice(0).forEach((remove) => remove()))
async function folder(table: string): Promise<string> {
  const { folder, remove } = temporary()
  made.push(remove)
  await put(folder, { 'x/b.png': blocks(1), 'x/a.png': blocks(2), 'manifest.csv': table })
  return folder
}

it('gives identity, part, camera and distance; columns may come in any order', async () => {
  const root = await folder('distance;Identity;file;camera;split\nd1;Jürgen;x\\b.png;cam1;test\n;Anna;./x/a.png;;\n')
  const set = await openDataset(root)
  expect(set.format).toBe('csv')
  expect(set.samples).toEqual([
    { identity: 'Anna', name: 'x/a.png' },
    { identity: 'Jürgen', name: 'x/b.png', split: 'test', camera: 'cam1', distance: 'd1' },
  ])
  expect((await openDataset(path.join(root, 'manifest.csv'))).samples).toEqual(set.samples)
})

it('lists rows that cannot be used: missing, twice, outside the folder, empty', async () => {
  const outside = ['/etc/a.png', '../a.png', 'x/../../a.png', 'nowhere.png']
  const root = await folder(
    ['file,identity', ...outside.map((f) => `${f},A`), 'x/a.png,A', 'x/a.png,B', ',C'].join('\n'),
  )
  const set = await openDataset(root)
  expect(set.samples).toEqual([{ identity: 'A', name: 'x/a.png' }])
  expect(set.problems).toHaveLength(6)
})

it('a table of something else does not make the folder a manifest, unless it is asked to be one', async () => {
  const root = await folder('image,x,y\nx/a.png,1,2\n')
  expect((await openDataset(root)).format).toBe('folder')
  await expect(openDataset(root, { format: 'csv' })).rejects.toThrow('no CSV file')
  await expect(openDataset(path.join(root, 'manifest.csv'))).rejects.toThrow('line 1')
})
