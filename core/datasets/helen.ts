// The Helen set with the parsing labels of Smith et al.: photographs, 194 points each, eleven label pictures each.
import type { FivePoints } from '../contract/common.ts'
import { UserFacingError } from '../contract/errors.ts'
import { alignFace, alignment, type Affine } from '../images/align.ts'
import type { Image8 } from '../images/pixels.ts'
import { applyTo } from '../images/similarity.ts'
import { parsingOf } from './helenLabels.ts'
import { HELEN_POINTS, parseAnnotation, parseList, readText } from './helenText.ts'
import { datasetOf, decodeFile, fileStamp } from './images.ts'
import { CLASSES } from './priors/parsing.ts'
import { FRAME } from './priors/points.ts'
import type { Dataset, Problem, Sample } from './types.ts'
import { compare, type FoundFile, type Listing } from './walk.ts'

/** Faces are aligned at this side: the paper's. */
const PIXELS = { alignment: 'arcface-112', size: 224 } as const
/** Some points lie a little outside their photograph. */
const OUTSIDE = 0.05

const ANNOTATION = /(?:^|\/)annotation\/[^/]+\.txt$/i
const LABEL = /(?:^|\/)([\w-]+)_lbl(\d\d)\.png$/i
const PICTURE = /(?:^|\/)([\w-]+)\.(?:jpe?g|png)$/i
const LISTS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)exemplars\.txt$/i, 'train'],
  [/(?:^|\/)tuning\.txt$/i, 'validation'],
  [/(?:^|\/)testing\.txt$/i, 'test'],
]

export const looksLikeHelen = ({ texts }: Listing): boolean =>
  texts.some(({ name }) => /(?:^|\/)annotation\/\d+\.txt$/i.test(name))

interface Face {
  readonly sample: Sample
  readonly picture: FoundFile
  readonly annotation: FoundFile
  readonly points: Float64Array
  readonly five: FivePoints
  /** Photograph → aligned square, pixel indices. */
  readonly matrix: Affine
  /** One per class, or null. */
  readonly labels: readonly FoundFile[] | null
}

/**
 * `annotation/*.txt` (first line the picture's name, then 194 points), `<name>.jpg` anywhere, and where there are some
 * `<name>_lbl00.png` … `_lbl10.png` anywhere; `exemplars.txt`, `tuning.txt` and `testing.txt` part the set. Every face
 * is a person of its own. Faces come aligned, 224 px.
 * Sources: Le et al., ECCV 2012 (points); Smith et al., CVPR 2013 (labels).
 */
export async function openHelen(root: string, listing: Listing, signal?: AbortSignal): Promise<Dataset> {
  const problems: Problem[] = [...listing.problems]
  const faces = await facesOf(listing, problems, signal)
  return datasetOf({
    format: 'helen',
    root,
    samples: faces.map((face) => face.sample),
    problems,
    async decode(i) {
      const { picture, five, points } = faces[i]!
      const image = await decodeFile(picture.path, picture.name, 'any')
      holdsPoints(image, points, picture.name)
      return alignFace(image, five, PIXELS)
    },
    async stamp(i) {
      const { picture, annotation, labels } = faces[i]!
      const files = [picture, annotation, ...(labels ?? [])]
      return (await Promise.all(files.map(({ path }) => fileStamp(path)))).join(' ')
    },
    labels: {
      landmarks: (i) => inFrame(faces[i]!),
      async parsing(i, grid) {
        const { labels, picture, points, matrix } = faces[i]!
        if (!labels) return null
        const image = await decodeFile(picture.path, picture.name, 'any')
        holdsPoints(image, points, picture.name)
        return parsingOf(labels, { matrix, side: PIXELS.size, width: image.width, height: image.height }, grid)
      },
    },
  })
}

async function facesOf({ images, texts }: Listing, problems: Problem[], signal?: AbortSignal): Promise<Face[]> {
  const { pictures, labels } = sortImages(images)
  const splits = await readLists(texts)
  const faces = new Map<string, Face>()
  for (const file of texts.filter(({ name }) => ANNOTATION.test(name))) {
    signal?.throwIfAborted()
    const found = await faceOf(file, pictures, labels, splits, faces)
    if ('reason' in found) problems.push({ name: file.name, reason: found.reason })
    else {
      faces.set(found.sample.identity, found)
      if (!found.labels && labels.size > 0)
        problems.push({ name: found.picture.name, reason: 'It has no eleven label pictures; its map is not known.' })
    }
  }
  return [...faces.values()].sort((a, b) => compare(a.sample.name, b.sample.name))
}

async function faceOf(
  file: FoundFile,
  pictures: ReadonlyMap<string, FoundFile>,
  labels: ReadonlyMap<string, readonly FoundFile[]>,
  splits: ReadonlyMap<string, string>,
  known: ReadonlyMap<string, unknown>,
): Promise<Face | { reason: string }> {
  try {
    const found = parseAnnotation(await readText(file))
    if ('reason' in found) return found
    const { name, points } = found
    const picture = pictures.get(name)
    if (!picture) return { reason: `There is no picture ${name}.jpg in the folder.` }
    if (known.has(name)) return { reason: `Another annotation of ${name} came before; that one counts.` }
    const five = fivePoints(points)
    const split = splits.get(name)
    const sample = { identity: name, name: picture.name, ...(split ? { split } : {}) }
    const labelled = labels.get(name) ?? null
    return { sample, picture, annotation: file, points, five, matrix: alignment(five, PIXELS), labels: labelled }
  } catch (error) {
    if (error instanceof UserFacingError) return { reason: error.message }
    throw error
  }
}

/** Photographs by name, and label pictures by name where all eleven are there. The set comes in two sizes. */
function sortImages(images: readonly FoundFile[]): {
  pictures: Map<string, FoundFile>
  labels: Map<string, readonly FoundFile[]>
} {
  const pictures = new Map<string, FoundFile>()
  const folders = new Map<string, Map<number, FoundFile>>()
  // Of two editions the one that is not resized: the points are those of the original.
  const ordered = images.toSorted((a, b) => Number(/resized/i.test(a.name)) - Number(/resized/i.test(b.name)))
  for (const file of ordered) {
    const label = LABEL.exec(file.name)
    const name = PICTURE.exec(file.name)?.[1]
    if (label) {
      const key = file.name.slice(0, -'_lblNN.png'.length)
      const some = folders.get(key) ?? new Map<number, FoundFile>()
      folders.set(key, some.set(Number(label[2]), file))
    } else if (name !== undefined && !pictures.has(name)) pictures.set(name, file)
  }
  const labels = new Map<string, readonly FoundFile[]>()
  for (const [key, found] of folders) {
    const all = Array.from({ length: CLASSES.length }, (_, k) => found.get(k))
    const name = key.slice(key.lastIndexOf('/') + 1)
    if (!labels.has(name) && found.size === CLASSES.length && all.every((f) => f !== undefined)) labels.set(name, all)
  }
  return { pictures, labels }
}

async function readLists(texts: readonly FoundFile[]): Promise<Map<string, string>> {
  const splits = new Map<string, string>()
  for (const [pattern, split] of LISTS)
    for (const file of texts.filter(({ name }) => pattern.test(name)))
      for (const name of parseList(await readText(file))) splits.set(name, split)
  return splits
}

/**
 * Eyes = means of points 134-153 and 114-133, nose = mean of 41-57, mouth corners = 58 and 73, counted from 0.
 * Source: code of Kong et al. 2019.
 * @returns in pixels of the photograph, centres at +0.5
 */
export function fivePoints(points: Float64Array): FivePoints {
  const mean = (first: number, last: number): { x: number; y: number } => {
    const count = last - first + 1
    let [x, y] = [0.5, 0.5]
    for (let n = first; n <= last; n++) {
      x += points[2 * n]! / count
      y += points[2 * n + 1]! / count
    }
    return { x, y }
  }
  return [mean(134, 153), mean(114, 133), mean(41, 57), mean(58, 58), mean(73, 73)]
}

/** The 194 points where they lie in the aligned frame. */
function inFrame({ points, matrix }: Face): Float32Array {
  const out = new Float32Array(2 * HELEN_POINTS)
  for (let n = 0; n < HELEN_POINTS; n++) {
    const p = applyTo(matrix, { x: points[2 * n]!, y: points[2 * n + 1]! })
    out[2 * n] = ((p.x + 0.5) * FRAME) / PIXELS.size
    out[2 * n + 1] = ((p.y + 0.5) * FRAME) / PIXELS.size
  }
  return out
}

/** @throws UserFacingError 'unreadable-file' where points lie far outside: they belong to another edition */
function holdsPoints({ width, height }: Image8, points: Float64Array, name: string): void {
  const inside = points.every((v, k) => {
    const limit = k % 2 === 0 ? width : height
    return v >= -OUTSIDE * limit && v <= (1 + OUTSIDE) * limit
  })
  if (inside) return
  throw new UserFacingError(
    'unreadable-file',
    `Points of "${name}" lie outside its ${width} x ${height} px; get the photographs that the annotation is of.`,
    { subject: name },
  )
}
