// Identification: every probe against a whole gallery, at its native side or shrunk; what is kept is each one's outcome.
import type { Image8 } from '../images/pixels.ts'
import { embedProbes, secondFor, type Embedders } from './embedders.ts'
import { CLEAN, FACE_SIZE, asFace, lowResolution, nativeSideOf, type Copying } from './faceView.ts'
import { outcomeOf, type Outcome } from './identification.ts'
import { cosines, embedMatrix, type Matrix } from './matrix.ts'
import type { FaceKey, Load } from './templateStore.ts'

export interface NamedFace {
  readonly key: FaceKey
  readonly subject: string
}
/** A part of the people: whose probes are searched, and who is enrolled. */
export interface People {
  readonly probes: (subject: string) => boolean
  readonly gallery: (subject: string) => boolean
}
export const everybody: People = { probes: () => true, gallery: () => true }

export interface IdentifyOptions {
  /** Side that probes are shrunk to; 'native' takes them as they are stored. */
  readonly side: number | 'native'
  readonly copying?: Copying
  /** One list of outcomes for each. */
  readonly parts?: readonly People[]
  readonly signal?: AbortSignal | undefined
  readonly done?: (made: number) => void
}
export interface Identified {
  /** By part, then in the order of the probes; null for a probe that is not of the part. */
  readonly outcomes: readonly (readonly (Outcome | null)[])[]
  /** Probes and gallery faces without a template. */
  readonly failed: number
}

/** A gallery's templates at full size; made once for all sides. */
export const embedGallery = (
  { gallery }: Embedders,
  faces: readonly NamedFace[],
  load: Load,
  options: Pick<IdentifyOptions, 'signal' | 'done'> = {},
): Promise<Matrix> =>
  embedMatrix(
    (images) => gallery(images),
    faces.map((f) => f.key),
    async (key) => asFace(await load(key)),
    options,
  )

/** Row of probe i against the gallery, both scores fused where there is a second. */
function rowOf(probes: Matrix, i: number, gallery: Matrix, shrunk: Matrix | null, weight: number): Float64Array {
  const first = cosines(probes, i, gallery)
  if (!shrunk) return first
  const second = cosines(probes, i, shrunk)
  return first.map((score, k) =>
    gallery.there[k] && shrunk.there[k] ? (1 - weight) * score + weight * second[k]! : score,
  )
}

/** Outcomes of probes against a gallery that `embedGallery` made. Probes of one native side share its second score's templates. */
export async function identify(
  embedders: Embedders,
  probes: readonly NamedFace[],
  gallery: readonly NamedFace[],
  full: Matrix,
  load: Load,
  { side, copying = CLEAN, parts = [everybody], signal, done }: IdentifyOptions,
): Promise<Identified> {
  const sides: number[] = []
  const places = new Map(probes.map((p, i) => [p.key, i]))
  const view = async (key: FaceKey): Promise<Image8> => {
    const image = await load(key)
    const native = nativeSideOf(image)
    const r = side === 'native' ? native : Math.min(side, native)
    sides[places.get(key)!] = r
    if (side === 'native' && copying.degraded === null) return asFace(image, embedders.side)
    return lowResolution(asFace(image), side === 'native' ? FACE_SIZE : r, copying, key, embedders.side)
  }
  const small = await embedMatrix(
    (faces, keys) =>
      embedProbes(
        embedders,
        faces,
        keys.map((key) => sides[places.get(key)!]!),
      ),
    probes.map((p) => p.key),
    view,
    { signal, ...(done ? { done } : {}) },
  )
  const galleries = parts.map((part) => {
    const rows = gallery.flatMap((face, i) => (part.gallery(face.subject) ? [i] : []))
    return { rows, names: rows.map((i) => gallery[i]!.subject) }
  })
  const outcomes = parts.map((): (Outcome | null)[] => probes.map(() => null))
  for (const r of [...new Set(sides)].toSorted((a, b) => a - b)) {
    const second = secondFor(embedders, r)
    const shrunk = second
      ? await embedMatrix(
          (faces) => embedders.probe(faces, r),
          gallery.map((f) => f.key),
          async (key) => lowResolution(asFace(await load(key)), r, CLEAN, key, embedders.side),
          { signal, ...(done ? { done } : {}) },
        )
      : null
    for (const [i, { subject }] of probes.entries()) {
      if (sides[i] !== r) continue
      signal?.throwIfAborted()
      const scores = rowOf(small, i, full, shrunk, second?.weight ?? 0)
      for (const [p, part] of parts.entries()) {
        if (!part.probes(subject)) continue
        const { rows, names } = galleries[p]!
        const found = outcomeOf(
          { subject, scores: rows.length === gallery.length ? scores : rows.map((k) => scores[k]!) },
          names,
        )
        outcomes[p]![i] =
          small.there[i] || found.rank === null ? found : { ...found, rank: Infinity, averagePrecision: 0 }
      }
    }
  }
  const missing = (m: Matrix): number => m.there.reduce((sum, there) => sum + 1 - there, 0)
  return { outcomes, failed: missing(small) + missing(full) }
}
