// How true made-up faces are: their pixels beside bicubic enlargement's, and whose faces a recogniser takes them for.
import type { Image8 } from '../images/pixels.ts'
import { cosine, type Embed } from './embedders.ts'
import { CLEAN, lowResolution } from './faceView.ts'
import { luma, psnr, ssim } from './fidelity.ts'

/** A true face, aligned, of the protocols' size. */
export interface TrueFace {
  readonly key: string
  readonly person: string
  readonly image: Image8
}
/** A mean over faces and its standard error. */
export interface Mean {
  readonly mean: number
  readonly se: number
}
export interface Fidelity {
  /** dB, over all three channels of 8-bit pixels. */
  readonly psnr: Mean
  /** Of the luma, 0..1. */
  readonly ssim: Mean
}
/** Root mean square error in 8-bit steps at a PSNR in dB. */
export const errorOf = (psnr: number): number => 255 * 10 ** (-psnr / 20)
export interface Likeness {
  /** Cosine of the picture's template and the true face's. */
  readonly cosine: Mean
  /** Share of the pictures whose template is nearer to a true face of somebody else in the set than to its own. */
  readonly nearerToOther: Mean
}
export interface HallucinationResult {
  readonly resolution: number
  readonly faces: number
  readonly people: number
  readonly hallucinated: Fidelity
  readonly bicubic: Fidelity
  /** Hallucinated less bicubic, face by face. */
  readonly gain: Fidelity
  /** By the name of the recogniser. */
  readonly judged: Readonly<Record<string, { readonly hallucinated: Likeness; readonly bicubic: Likeness }>>
}
/** Of each face, in their order: what the curves are drawn of. */
export interface FaceScores {
  readonly resolution: number
  readonly way: 'hallucinated' | 'bicubic'
  readonly psnr: readonly number[]
  readonly ssim: readonly number[]
  readonly cosine: Readonly<Record<string, readonly number[]>>
}
export interface Measuring {
  readonly resolutions: readonly number[]
  /** Made-up face for an enlarged one of this native side. */
  readonly make: (enlarged: Image8, nativeSide: number) => Promise<Image8>
  /** Recognisers by name; templates of any length. */
  readonly judges: Readonly<Record<string, Embed>>
  readonly signal?: AbortSignal
  readonly progress?: (done: number, total: number) => void
}

export const meanOf = (values: readonly number[]): Mean => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, values.length - 1)
  return { mean, se: Math.sqrt(variance / values.length) }
}

/**
 * Shrinks every face clean and bicubically, enlarges it again, and measures that and what the network makes of it.
 * @returns results by resolution, and the scores of each face
 */
export async function measureHallucination(
  faces: readonly TrueFace[],
  { resolutions, make, judges, signal, progress }: Measuring,
): Promise<{ results: HallucinationResult[]; scores: FaceScores[] }> {
  const names = Object.keys(judges)
  const truth: Record<string, (Float32Array | null)[]> = {}
  for (const name of names)
    truth[name] = await inBatches(
      faces.map((f) => f.image),
      judges[name]!,
      signal,
    )
  const lumas = faces.map(({ image }) => luma(image))
  const results: HallucinationResult[] = []
  const scores: FaceScores[] = []
  let done = 0
  for (const resolution of resolutions) {
    const ways = { hallucinated: [] as Image8[], bicubic: [] as Image8[] }
    for (const { image, key } of faces) {
      signal?.throwIfAborted()
      const enlarged = lowResolution(image, resolution, CLEAN, key)
      ways.bicubic.push(enlarged)
      ways.hallucinated.push(await make(enlarged, resolution))
      progress?.(++done, faces.length * resolutions.length)
    }
    const measured = await Promise.all(
      (['hallucinated', 'bicubic'] as const).map(async (way) => {
        const pictures = ways[way]
        const nearer: Record<string, number[]> = {}
        const cosines: Record<string, number[]> = {}
        for (const name of names) {
          const templates = await inBatches(pictures, judges[name]!, signal)
          const compared = templates.map((template, i) => compare(template, i, faces, truth[name]!))
          cosines[name] = compared.map((c) => c.own)
          nearer[name] = compared.map((c) => Number(c.other > c.own))
        }
        const of = {
          resolution,
          way,
          psnr: pictures.map(({ data }, i) => psnr(data, faces[i]!.image.data)),
          ssim: pictures.map((picture, i) => ssim(luma(picture), lumas[i]!, picture.width, picture.height)),
          cosine: cosines,
        }
        return { of, nearer }
      }),
    )
    const [ours, theirs] = measured as [(typeof measured)[0], (typeof measured)[0]]
    scores.push(ours.of, theirs.of)
    const less = (a: readonly number[], b: readonly number[]): Mean => meanOf(a.map((value, i) => value - b[i]!))
    const likeness = ({ of, nearer }: (typeof measured)[0], name: string): Likeness => ({
      cosine: meanOf(of.cosine[name]!),
      nearerToOther: meanOf(nearer[name]!),
    })
    results.push({
      resolution,
      faces: faces.length,
      people: new Set(faces.map((f) => f.person)).size,
      hallucinated: { psnr: meanOf(ours.of.psnr), ssim: meanOf(ours.of.ssim) },
      bicubic: { psnr: meanOf(theirs.of.psnr), ssim: meanOf(theirs.of.ssim) },
      gain: { psnr: less(ours.of.psnr, theirs.of.psnr), ssim: less(ours.of.ssim, theirs.of.ssim) },
      judged: Object.fromEntries(
        names.map((name) => [name, { hallucinated: likeness(ours, name), bicubic: likeness(theirs, name) }]),
      ),
    })
  }
  return { results, scores }
}

const BATCH = 16
async function inBatches(
  pictures: readonly Image8[],
  embed: Embed,
  signal: AbortSignal | undefined,
): Promise<(Float32Array | null)[]> {
  const out: (Float32Array | null)[] = []
  for (let from = 0; from < pictures.length; from += BATCH) {
    signal?.throwIfAborted()
    out.push(...(await embed(pictures.slice(from, from + BATCH))))
  }
  return out
}

/** Cosine with the face's own true picture, and the highest one with anybody else's; a picture without a template is nobody's. */
function compare(
  template: Float32Array | null,
  i: number,
  faces: readonly TrueFace[],
  truth: readonly (Float32Array | null)[],
): { own: number; other: number } {
  const own = template && truth[i] ? cosine(template, truth[i]) : -1
  let other = -1
  if (template)
    for (const [k, face] of faces.entries())
      if (face.person !== faces[i]!.person && truth[k]) other = Math.max(other, cosine(template, truth[k]))
  return { own, other: template ? other : 1 }
}
