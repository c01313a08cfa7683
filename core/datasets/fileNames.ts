// What the names of files say about a face: who, which photograph, which part of the set, which camera.
import type { Problem, Sample } from './types.ts'
import type { FoundFile } from './walk.ts'

/** A sample as its file's name describes it, or why it cannot be one. */
export type Named = { readonly sample: Sample } | { readonly reason: string }

/** Top folders that part a set instead of naming a person. */
const SPLITS = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['test', 'test'],
  ['testing', 'test'],
  ['val', 'validation'],
  ['valid', 'validation'],
  ['validation', 'validation'],
  ['gallery', 'gallery'],
  ['probe', 'probe'],
])
const stemOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1).replace(/(?!^)\.[^.]*$/, '')
const LFW = /^(.+)_(\d{4,6})$/

const numberIn = (stem: string): { index?: number } => {
  const digits = /(?:^|[_\- ])(\d{1,6})$/.exec(stem)?.[1]
  return digits === undefined ? {} : { index: Number(digits) }
}

/** Whether every image lies in a folder of a split (`train/Anna/1.png`). */
export const hasSplits = (files: readonly FoundFile[]): boolean =>
  files.length > 0 &&
  files.every(({ name }) => {
    const parts = name.split('/')
    return parts.length > 2 && SPLITS.has(parts[0]!.toLowerCase())
  })

/** Folder per identity: the first folder below the root (or below `train/`, `test/` …) is the person. */
export function byFolder(name: string, splits: boolean): Named {
  const parts = name.split('/')
  const split = splits ? SPLITS.get(parts.shift()!.toLowerCase()) : undefined
  if (parts.length < 2) return { reason: 'It lies in no folder of a person, so that it has no identity.' }
  return { sample: { identity: parts[0]!, name, ...numberIn(stemOf(name)), ...(split ? { split } : {}) } }
}

/** `Name_0001.jpg`, in folders or flat: the file's own name says who it is. */
export function byLfwName(name: string): Named {
  const [, identity, digits] = LFW.exec(stemOf(name)) ?? []
  return identity === undefined
    ? { reason: 'Its name does not end in _ and a number of four digits, as Anna_Berg_0001.jpg does.' }
    : { sample: { identity, name, index: Number(digits) } }
}

/**
 * Whether the files are named as LFW's are: in folders, every one of them and after its folder; flat, any of them, for
 * then nothing else could say who it is.
 */
export function looksLikeLfw(files: readonly FoundFile[]): boolean {
  const identityOf = (name: string): string | undefined => LFW.exec(stemOf(name))?.[1]
  if (files.every(({ name }) => !name.includes('/'))) return files.some(({ name }) => identityOf(name) !== undefined)
  return files.every(({ name }) => {
    const folders = name.split('/').slice(0, -1)
    return identityOf(name) !== undefined && (folders.length === 0 || folders.at(-1) === identityOf(name))
  })
}

const SCFACE = /^(\d{3})_(?:(frontal)|([LR][1-4])|cam([1-7])_([1-3])|cam8)$/i
/**
 * SCface: `001_frontal.jpg` mugshot, `001_L1.jpg` … `001_R4.jpg` posed, `001_cam1_1.jpg` … `001_cam7_3.jpg`
 * surveillance (1-5 visible, 6-7 infrared; last digit 1 = 4.20 m, 2 = 2.60 m, 3 = 1.00 m), `001_cam8.jpg` infrared
 * mugshot. Source: Grgic, Delac, Grgic, Multimedia Tools and Applications 51, 2011.
 */
export function byScface(name: string): Named {
  const found = SCFACE.exec(stemOf(name))
  if (!found) return { reason: 'Its name is none of the SCface set, such as 001_frontal.jpg or 001_cam1_1.jpg.' }
  const [, identity, frontal, pose, camera, distance] = found
  const side = frontal ? 'frontal' : pose ? pose.toUpperCase() : `cam${camera ?? 8}`
  return { sample: { identity: identity!, name, camera: side, ...(distance ? { distance: `d${distance}` } : {}) } }
}
export const looksLikeScface = (files: readonly FoundFile[]): boolean =>
  files.some(({ name }) => /^\d{3}_cam[1-7]_[1-3]$/i.test(stemOf(name))) &&
  files.filter(({ name }) => SCFACE.test(stemOf(name))).length > files.length / 2
/** SCface keeps the same picture in several folders: the first by path of every name counts. */
export function withoutCopies(files: readonly FoundFile[]): { files: FoundFile[]; problems: Problem[] } {
  const seen = new Set<string>()
  const kept = files.filter(({ name }) => {
    const key = stemOf(name).toLowerCase()
    return !seen.has(key) && seen.add(key)
  })
  const copies = files.length - kept.length
  const reason = 'They have the name of a picture in another folder; the first by path counts.'
  return { files: kept, problems: copies > 0 ? [{ name: `${copies} files`, reason }] : [] }
}

const TINYFACE = /(?:^|\/)(Training_Set|(?:Testing_Set\/)?(?:Probe|Gallery_Match|Gallery_Distractor))\/(.+)$/i
/**
 * TinyFace: `Training_Set/12/….jpg` (folder, or else the number before the first `_`), `Testing_Set/Probe/12_1.jpg` and
 * `Gallery_Match/12_3.jpg` (number before the first `_`), `Gallery_Distractor/….jpg` (nobody: identity `distractor`).
 * The two parts number their people independently, so identities are `train/12` and `test/12`.
 * Source: Cheng, Zhu, Gong, ACCV 2018.
 */
export function byTinyface(name: string): Named {
  const [, part, rest] = TINYFACE.exec(name) ?? []
  if (part === undefined || rest === undefined)
    return { reason: 'It lies in none of Training_Set, Testing_Set/Probe, Gallery_Match and Gallery_Distractor.' }
  const which = part.toLowerCase()
  if (which.endsWith('gallery_distractor')) return { sample: { identity: 'distractor', name, split: 'distractor' } }
  const stem = stemOf(rest)
  const before = /^(\d+)_/.exec(stem)?.[1]
  const number = which === 'training_set' && rest.includes('/') ? rest.slice(0, rest.indexOf('/')) : before
  if (number === undefined) return { reason: 'Its name does not begin with the number of a person and _.' }
  const plain = /^\d+$/.test(number) ? String(Number(number)) : number
  const split = which === 'training_set' ? 'train' : which.endsWith('probe') ? 'probe' : 'gallery'
  return {
    sample: { identity: `${split === 'train' ? 'train' : 'test'}/${plain}`, name, split, ...numberIn(stem) },
  }
}
export const looksLikeTinyface = (files: readonly FoundFile[]): boolean =>
  files.some(({ name }) => /(?:^|\/)(Probe|Gallery_Match|Gallery_Distractor)\//i.test(name)) &&
  files.every(({ name }) => TINYFACE.test(name))
