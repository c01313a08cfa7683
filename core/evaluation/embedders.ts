// What an evaluation asks of a recogniser: templates for probes and for references, and how a pair of them is scored.
import { probeNetwork } from '../contract/models.ts'
import type { Image8 } from '../images/pixels.ts'

/**
 * Templates in the order of the faces; null where the network gives no finite one. Any length, any norm above 0.
 * @param sides native side of each face or of all of them, for networks that are told it; default: as large as they are
 */
export type Embed = (faces: readonly Image8[], sides?: number | readonly number[]) => Promise<(Float32Array | null)[]>

/** Second score of small probes: the reference shrunk to the probe's native side, by the probe's network. */
export interface SecondScore {
  /** Largest native side in pixels for which it is used. */
  readonly upTo: number
  /** 0..1; score = (1 - weight) cos(probe, reference) + weight cos(probe, shrunk reference). */
  readonly weight: number
}

/** Faces go in aligned and square, 8 bits, of the protocol's size (112 px). */
export interface Embedders {
  readonly probe: Embed
  /** Native side in pixels above which a probe goes through `gallery`; null: all go through `probe`. */
  readonly sizes: { readonly upTo: number } | null
  /** The same function as `probe` where one network makes both: each view is then embedded once. */
  readonly gallery: Embed
  readonly second: SecondScore | null
  /** Side of the networks' input where it is below the protocol's: copies are brought to it directly, as in a case. */
  readonly side?: number
}

/** The second score where it applies to a probe of this native side. */
export const secondFor = ({ second }: Pick<Embedders, 'second'>, side: number): SecondScore | null =>
  second !== null && second.weight > 0 && side <= second.upTo ? second : null

/** What embeds a probe of this native side. */
export const probeEmbed = (embedders: Pick<Embedders, 'probe' | 'gallery' | 'sizes'>, side: number): Embed =>
  embedders[probeNetwork({ probe: embedders.sizes }, side)]

/** Templates of probes, each by the network for its native side. @param sides of the faces, in their order */
export async function embedProbes(
  embedders: Pick<Embedders, 'probe' | 'gallery' | 'sizes'>,
  faces: readonly Image8[],
  sides: readonly number[],
): Promise<(Float32Array | null)[]> {
  const out = faces.map((): Float32Array | null => null)
  for (const [embed, places] of Map.groupBy(faces.keys(), (i) => probeEmbed(embedders, sides[i]!))) {
    const made = await embed(
      places.map((i) => faces[i]!),
      places.map((i) => sides[i]!),
    )
    for (const [k, i] of places.entries()) out[i] = made[k]!
  }
  return out
}

/** Score of what could not be embedded: below every cosine, so that it is never accepted. */
export const NO_SCORE = -2

/** Cosine in float64, -1..1; NaN where one of them has no length. @throws RangeError for unlike lengths */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new RangeError(`templates of ${a.length} and ${b.length} numbers`)
  let [dot, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!
    aa += a[i]! * a[i]!
    bb += b[i]! * b[i]!
  }
  return Math.max(-1, Math.min(1, dot / Math.sqrt(aa * bb)))
}

type Template = Float32Array | null

/** Score of one comparison; `shrunk` is the template of the shrunk reference where a second score is used. */
export function scoreOf(probe: Template, reference: Template, second: SecondScore | null, shrunk: Template): number {
  if (probe === null || reference === null) return NO_SCORE
  const first = cosine(probe, reference)
  if (second === null || shrunk === null) return Number.isNaN(first) ? NO_SCORE : first
  const fused = (1 - second.weight) * first + second.weight * cosine(probe, shrunk)
  return Number.isNaN(fused) ? NO_SCORE : fused
}
