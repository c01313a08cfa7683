// One photograph of the demonstration: its faces become gallery images, and it becomes footage with small faces.
import { sha256 } from '../base/sha256.ts'
import type { Box, FivePoints } from '../contract/common.ts'
import type { ImportFacts } from '../contract/evidence.ts'
import { fileProblem, toOutcome } from '../jobs/enrol.ts'
import { itemBytes } from '../jobs/itemBytes.ts'
import type { WireFace } from '../jobs/protocol.ts'
import type { JobRun } from '../jobs/queue.ts'
import type { ImageSource } from '../jobs/workerClient.ts'
import {
  addEvidence,
  addGalleryImages,
  finishItems,
  setEvidenceDetected,
  type GalleryImageInput,
  type JobItem,
} from '../store/index.ts'
import { addFace } from './detect.ts'
import { grown } from './faceRegion.ts'

export type DemoResult =
  | { readonly kind: 'reference'; readonly item: JobItem; readonly images: Omit<GalleryImageInput, 'galleryId'>[] }
  | { readonly kind: 'footage'; readonly item: JobItem; readonly footage: Footage }
  | { readonly kind: 'failed'; readonly item: JobItem; readonly message: string }
interface Footage {
  readonly name: string
  readonly bytes: Uint8Array
  readonly facts: ImportFacts
  readonly faces: readonly WireFace[]
  readonly tiles: number
  readonly modelSha256: string | null
}

/** Context kept around each reference face, as a share of its box. */
const MARGIN = 0.5
/** Height of the median face in the footage, in pixels: with the usual spread of a group all lie near 12 to 24. */
const FACE_PX = 19
/** What a cheap camera adds: standard deviation of noise on the 0..255 scale, and JPEG quality. */
const NOISE = 4
const QUALITY = 70

export async function workOnDemoItem(run: JobRun, item: JobItem): Promise<DemoResult> {
  try {
    const bytes = await itemBytes(run.store, item)
    const image: ImageSource = { sha256: sha256(bytes), fileName: item.fileName, read: () => bytes }
    const { worker, signal, detection } = run
    const options = { ...detection, maxEnlargement: 1 as const }
    const { facts, faces } = await worker.image('analyse', image, { options, templates: 'gallery' }, { signal })
    if (faces.length === 0) return { kind: 'failed', item, message: 'No face was found in this photograph.' }
    return item.subject === 'reference'
      ? { kind: 'reference', item, images: await references(run, item, image, leftToRight(faces)) }
      : { kind: 'footage', item, footage: await footage(run, item, image, facts, faces) }
  } catch (error) {
    const message = fileProblem(error)
    if (message === null) throw error
    return { kind: 'failed', item, message }
  }
}

/** Within the job's write. */
export function keepDemoItem(
  { store, actor }: JobRun,
  { caseId, galleryId }: { caseId: number; galleryId: number },
  result: DemoResult,
): void {
  const { item } = result
  if (result.kind === 'failed')
    return finishItems(store, actor, [{ id: item.id, state: 'unreadable', message: result.message }])
  if (result.kind === 'reference')
    addGalleryImages(
      store,
      actor,
      result.images.map((image) => ({ ...image, galleryId })),
    )
  else {
    const { name, bytes, facts, faces, tiles, modelSha256 } = result.footage
    const evidence = addEvidence(store, actor, { caseId, name, bytes, facts })
    for (const face of faces) addFace(store, actor, evidence.id, face, modelSha256)
    setEvidenceDetected(store, actor, evidence.id, { tiles, faces: faces.length, added: faces.length })
  }
  finishItems(store, actor, [{ id: item.id, state: 'done' }])
}

const leftToRight = (faces: readonly WireFace[]): WireFace[] => faces.toSorted((a, b) => a.box.x - b.box.x)
/** "sample3.jpg" → 3 */
const numberOf = (fileName: string): number => Number(/\d+/.exec(fileName)?.[0] ?? 0)

async function references(
  { worker, signal }: JobRun,
  item: JobItem,
  image: ImageSource,
  faces: readonly WireFace[],
): Promise<Omit<GalleryImageInput, 'galleryId'>[]> {
  const made: Omit<GalleryImageInput, 'galleryId'>[] = []
  for (const [k, face] of faces.entries()) {
    const region = whole(grown(face.box, MARGIN))
    const bytes = await worker.image('cut', image, { region }, { signal })
    const name = `Person ${numberOf(item.fileName)}.${k + 1}`
    const cut: ImageSource = { sha256: sha256(bytes), fileName: `${name}.png`, read: () => bytes }
    const { box, points } = moved(face, region)
    const { quality, outcome, modelSha256 } = await worker.image(
      'embed',
      cut,
      { box, points, template: 'gallery' },
      { signal },
    )
    made.push({
      subject: { name },
      fileName: cut.fileName,
      content: bytes,
      width: region.width,
      height: region.height,
      outcome: toOutcome({ box, points, quality, outcome }, modelSha256),
    })
  }
  return made
}

async function footage(
  { worker, signal, detection }: JobRun,
  item: JobItem,
  image: ImageSource,
  { width, height }: ImportFacts,
  faces: readonly WireFace[],
): Promise<Footage> {
  const heights = faces.map((face) => face.box.height).sort((a, b) => a - b)
  const scale = Math.min(1, FACE_PX / heights[heights.length >> 1]!)
  const degradation = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
    noise: NOISE,
    seed: numberOf(item.fileName),
    quality: QUALITY,
  }
  const bytes = await worker.image('degrade', image, { degradation }, { signal })
  const name = `camera ${numberOf(item.fileName)}.jpg`
  const small: ImageSource = { sha256: sha256(bytes), fileName: name, read: () => bytes }
  const {
    facts,
    faces: found,
    tiles,
    modelSha256,
  } = await worker.image('analyse', small, { options: detection, templates: 'probe' }, { signal })
  return { name, bytes, facts, faces: found, tiles, modelSha256 }
}

function whole({ x, y, width, height }: Box): Box {
  const left = Math.floor(x)
  const top = Math.floor(y)
  return { x: left, y: top, width: Math.ceil(x + width) - left, height: Math.ceil(y + height) - top }
}
function moved({ box, points }: WireFace, { x, y }: Box): { box: Box; points: FivePoints } {
  const [a, b, c, d, e] = points.map((p) => ({ x: p.x - x, y: p.y - y }))
  return { box: { ...box, x: box.x - x, y: box.y - y }, points: [a!, b!, c!, d!, e!] }
}
