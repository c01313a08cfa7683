// Verification packs as insightface ships them (`lfw.bin`, `agedb_30.bin` …): pictures two by two, and who is the same.
import path from 'node:path'
import { decodeImage } from '../images/decode.ts'
import { damaged, openBytes } from './bytes.ts'
import { datasetOf, fileStamp, square } from './images.ts'
import { readPickle, type Pickled, type Slice } from './pickle.ts'
import type { Dataset, Sample, SamplePair } from './types.ts'

const isSlice = (value: Pickled): value is Slice => typeof value === 'object' && !Array.isArray(value)

/**
 * Names for pictures that come in pairs without names: both of a same pair share one identity, the others have one
 * each, and the pack's own name keeps those of two packs apart.
 */
export function namesOfPairs(pack: string, same: readonly boolean[]): { samples: Sample[]; pairs: SamplePair[] } {
  const samples = same.flatMap((yes, i): Sample[] => {
    const pair = `${pack}/${String(i + 1).padStart(5, '0')}`
    return ['a', 'b'].map((side) => ({ identity: yes ? pair : `${pair}${side}`, name: `${pair}${side}` }))
  })
  return { samples, pairs: same.map((yes, i) => ({ a: 2 * i, b: 2 * i + 1, same: yes })) }
}
export const packName = (file: string): string =>
  path
    .basename(file)
    .replace(/\.[^.]*$/, '')
    .normalize('NFC')

/** @throws UserFacingError 'unreadable-file' */
export async function openBin(file: string): Promise<Dataset> {
  const name = path.basename(file)
  const bytes = openBytes(file, name)
  try {
    const value = readPickle(bytes, name)
    const [pictures, answers] = Array.isArray(value) && value.length === 2 ? value : []
    if (!Array.isArray(pictures) || !Array.isArray(answers))
      throw damaged(name, 'it is no pair of a list of pictures and a list of answers')
    const slices = pictures.filter(isSlice)
    const same = answers.map((v) => (v === true || v === 1 ? true : v === false || v === 0 ? false : null))
    if (slices.length !== pictures.length || same.includes(null))
      throw damaged(name, 'a picture or an answer in it is of another kind')
    if (slices.length !== 2 * same.length)
      throw damaged(name, `it has ${slices.length} pictures for ${same.length} pairs`)
    const { samples, pairs } = namesOfPairs(packName(file), same as boolean[])
    return datasetOf({
      format: 'bin',
      root: path.resolve(file),
      samples,
      pairs,
      problems: [],
      decode: async (i) => {
        const { offset, length } = slices[i]!
        const label = samples[i]!.name
        return square((await decodeImage(bytes.read(offset, length), label)).image, label)
      },
      stamp: async (i) => `${await fileStamp(file)} ${slices[i]!.offset}`,
      close: () => Promise.resolve(bytes.close()),
    })
  } catch (cause) {
    bytes.close()
    throw cause
  }
}
