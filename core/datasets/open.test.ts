// Every folder layout is recognised, in the same order everywhere; what does not belong is listed, not fatal.
import { symlinkSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openDataset } from './open.ts'
import { blocks, put, temporary } from './testFaces.ts'
import type { Format } from './types.ts'

const made: (() => void)[] = []
afterEach(() => made.splice(0).forEach((remove) => remove()))
async function folder(names: readonly string[]): Promise<string> {
  const { folder, remove } = temporary()
  made.push(remove)
  await put(folder, Object.fromEntries(names.map((name, i) => [name, blocks(i)])))
  return folder
}

describe('layouts', () => {
  it.each<[Format, string[], object[]]>([
    [
      'folder',
      ['Bo/a_12.jpg', 'Anna/2.png', 'Anna/10.png', 'Bo/deeper/x.png'],
      [
        { identity: 'Anna', name: 'Anna/10.png', index: 10 },
        { identity: 'Anna', name: 'Anna/2.png', index: 2 },
        { identity: 'Bo', name: 'Bo/a_12.jpg', index: 12 },
        { identity: 'Bo', name: 'Bo/deeper/x.png' },
      ],
    ],
    [
      'folder',
      ['train/Anna/1.png', 'test/Anna/2.png'],
      [
        { identity: 'Anna', name: 'test/Anna/2.png', index: 2, split: 'test' },
        { identity: 'Anna', name: 'train/Anna/1.png', index: 1, split: 'train' },
      ],
    ],
    [
      'lfw',
      ['Bo_Dahl_0001.png', 'Anna_Berg_0012.png'],
      [
        { identity: 'Anna_Berg', name: 'Anna_Berg_0012.png', index: 12 },
        { identity: 'Bo_Dahl', name: 'Bo_Dahl_0001.png', index: 1 },
      ],
    ],
    ['lfw', ['Bo_Dahl/Bo_Dahl_0001.png'], [{ identity: 'Bo_Dahl', name: 'Bo_Dahl/Bo_Dahl_0001.png', index: 1 }]],
    [
      'scface',
      ['frontal/001_frontal.png', 'far/001_cam1_1.png', 'ir/001_cam8.png', 'posed/002_L3.png'],
      [
        { identity: '001', name: 'far/001_cam1_1.png', camera: 'cam1', distance: 'd1' },
        { identity: '001', name: 'frontal/001_frontal.png', camera: 'frontal' },
        { identity: '001', name: 'ir/001_cam8.png', camera: 'cam8' },
        { identity: '002', name: 'posed/002_L3.png', camera: 'L3' },
      ],
    ],
    [
      'tinyface',
      [
        'Testing_Set/Probe/7_2.png',
        'Testing_Set/Gallery_Match/7_1.png',
        'Testing_Set/Gallery_Distractor/a.png',
        'Training_Set/07/1.png',
      ],
      [
        { identity: 'distractor', name: 'Testing_Set/Gallery_Distractor/a.png', split: 'distractor' },
        { identity: 'test/7', name: 'Testing_Set/Gallery_Match/7_1.png', split: 'gallery', index: 1 },
        { identity: 'test/7', name: 'Testing_Set/Probe/7_2.png', split: 'probe', index: 2 },
        { identity: 'train/7', name: 'Training_Set/07/1.png', split: 'train', index: 1 },
      ],
    ],
  ])('%s: %j', async (format, names, samples) => {
    const set = await openDataset(await folder(names))
    expect(set.format).toBe(format)
    expect(set.samples).toEqual(samples)
    expect(set.problems).toEqual([])
  })

  it('a name that LFW would not give is a problem under LFW, and a format may be forced', async () => {
    const root = await folder(['Anna/Anna_0001.png', 'Anna/portrait.png'])
    expect((await openDataset(root)).samples).toHaveLength(2)
    const forced = await openDataset(root, { format: 'lfw' })
    expect(forced.samples).toHaveLength(1)
    expect(forced.problems[0]).toMatchObject({ name: 'Anna/portrait.png' })
  })
})

describe('what is wrong with a folder', () => {
  it('links out of it, hidden files and files of nobody', async () => {
    const root = await folder(['Anna/1.png', 'nobody.png', '.hidden/1.png'])
    const elsewhere = await folder(['Secret/1.png'])
    symlinkSync(elsewhere, path.join(root, 'link'), 'junction')
    const set = await openDataset(root)
    expect(set.samples.map((s) => s.name)).toEqual(['Anna/1.png'])
    expect(set.problems.map((p) => p.name).sort()).toEqual(['link', 'nobody.png'])
  })
  it('an empty one and a missing one are refused with a sentence', async () => {
    await expect(openDataset(await folder([]))).rejects.toThrow('has no face')
    await expect(openDataset(path.join(await folder([]), 'nowhere'))).rejects.toThrow('There is no dataset')
  })
  it('a damaged face is refused when it is decoded, by name; so is one that is not square', async () => {
    const root = await folder(['Anna/1.png'])
    await put(root, { 'Anna/2.png': 'nonsense', 'Anna/3.png': { ...blocks(1), width: 32, height: 8 } })
    const set = await openDataset(root)
    expect((await set.decode(0)).data).toEqual(blocks(0).data)
    await expect(set.decode(1)).rejects.toThrow('2.png')
    await expect(set.decode(2)).rejects.toThrow('32 x 8')
  })
})
