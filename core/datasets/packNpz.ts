// Packs of decoded faces in one `.npz`: pixels, and whose they are or which pairs are the same person.
import path from 'node:path'
import type { Image8 } from '../images/pixels.ts'
import { damaged, openBytes } from './bytes.ts'
import { datasetOf, fileStamp } from './images.ts'
import { readNpy, textItems, type NpyArray } from './npy.ts'
import { namesOfPairs, packName } from './packBin.ts'
import type { Dataset, Sample, SamplePair } from './types.ts'
import { readZip } from './zip.ts'

/** Names under which packs keep them. */
const IMAGES = ['images', 'imgs', 'data', 'x', 'arr_0']
const LABELS = ['labels', 'identities', 'ids', 'image_classes', 'y', 'arr_1']
const SAME = ['issame', 'issame_list', 'actual_issame']
const MAX_SIDE = 1024

/**
 * Pixels: uint8, N x side x side x 3 or N x 3 x side x side, RGB. With them either labels (N whole numbers or strings)
 * or `issame` (N / 2 booleans: pictures 2i and 2i + 1 are a pair).
 * @throws UserFacingError 'unreadable-file'
 */
export async function openNpz(file: string): Promise<Dataset> {
  const name = path.basename(file)
  const bytes = openBytes(file, name)
  try {
    const members = new Map(readZip(bytes, name).map((m) => [m.name.replace(/\.npy$/, '').toLowerCase(), m]))
    const find = (names: readonly string[]): NpyArray | null => {
      const key = names.find((n) => members.has(n))
      return key === undefined ? null : readNpy(members.get(key)!, name)
    }
    const pixels = find(IMAGES)
    if (!pixels) throw damaged(name, `it has no array of pixels (${IMAGES.join(', ')})`)
    const { count, side, planes } = layout(pixels, name)
    const { samples, pairs } = people(name, packName(file), count, find(LABELS), find(SAME))
    const one = side * side * 3
    return datasetOf({
      format: 'npz',
      root: path.resolve(file),
      samples,
      ...(pairs ? { pairs } : {}),
      problems: [],
      decode: (i) => {
        const data = pixels.items(i * one, one)
        return Promise.resolve({ width: side, height: side, data: planes ? interleave(data) : Uint8Array.from(data) })
      },
      stamp: async (i) => `${await fileStamp(file)} ${i}`,
      close: () => Promise.resolve(bytes.close()),
    })
  } catch (cause) {
    bytes.close()
    throw cause
  }
}

function layout(pixels: NpyArray, name: string): { count: number; side: number; planes: boolean } {
  const [count = 0, a, b, c] = pixels.shape
  const planes = a === 3 && b === c && c !== 3
  const side = planes ? b : a
  if (
    pixels.type !== 'u1' ||
    pixels.shape.length !== 4 ||
    !side ||
    side > MAX_SIDE ||
    (!planes && (a !== b || c !== 3))
  )
    throw damaged(
      name,
      `its pixels are ${pixels.type} of ${pixels.shape.join(' x ')}, not uint8 of N x side x side x 3 or N x 3 x side x side`,
    )
  return { count, side, planes }
}

function people(
  name: string,
  pack: string,
  count: number,
  labels: NpyArray | null,
  same: NpyArray | null,
): { samples: Sample[]; pairs?: SamplePair[] } {
  const answers = same && textItems(same)
  if (answers) {
    if (answers.length * 2 !== count) throw damaged(name, `it has ${count} pictures for ${answers.length} pairs`)
    return namesOfPairs(
      pack,
      answers.map((v) => v !== '0'),
    )
  }
  const who = labels && textItems(labels)
  if (!who) throw damaged(name, `it says neither whose the pictures are (${LABELS.join(', ')}) nor which are the same`)
  if (who.length !== count) throw damaged(name, `it has ${count} pictures and ${who.length} labels`)
  return { samples: who.map((identity, i) => ({ identity, name: `${pack}/${String(i).padStart(6, '0')}`, index: i })) }
}

/** R, G and B planes to pixels. */
function interleave(data: Buffer): Image8['data'] {
  const plane = data.length / 3
  const out = new Uint8Array(data.length)
  for (let i = 0; i < plane; i++) for (let c = 0; c < 3; c++) out[i * 3 + c] = data[c * plane + i]!
  return out
}
