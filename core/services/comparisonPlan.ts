// What a comparison would cost: faces to embed first, by which package, and about how long that takes on this machine.
import type { ComparisonPlan } from '../contract/comparisons.ts'
import type { Gallery } from '../contract/galleries.ts'
import type { ModelPackage } from '../contract/models.ts'
import type { Probe } from '../contract/probes.ts'
import { nativeSide } from '../images/align.ts'
import { SHORTLIST } from '../matching/fuse.ts'
import { referenceFaces, shrunkReferences, type ReferenceFace } from '../store/index.ts'
import { openCompared } from './comparedModels.ts'
import type { Services } from './context.ts'

/**
 * Reading and checking a photograph that the image process has not seen since it started, in seconds. The check for made-up
 * faces is most of it: 0.2 s at 0.2 megapixels, 0.7 to 1.1 s at 12 (docs/evidence.md, a core of 2.8 GHz).
 */
const photographSeconds = (pixels: number): number => 0.2 + 0.08 * (pixels / 1e6)

/** @throws the signal's reason; UserFacingError 'unavailable' where the image process cannot be started */
export async function planComparison(
  services: Services,
  { id: galleryId }: Gallery,
  models: readonly ModelPackage[],
  probes: readonly Probe[],
  signal: AbortSignal,
): Promise<ComparisonPlan> {
  const { store } = services
  const opened = await openCompared(services, models, signal)
  const photographs = new Map<number, number>()
  let seconds = 0
  let references = 0
  const packages = models.map((model): ComparisonPlan['packages'][number] => {
    const { hash, card, active } = model
    const ms = opened.get(hash)!
    const faces = referenceFaces(store, galleryId, hash)
    references = faces.length
    const usable = faces.filter(({ without }) => !without)
    const missing = usable.filter(({ templateId, comparedId }) => templateId === null && comparedId === null)
    const about = { hash, name: card.name, active, there: usable.length - missing.length, missing: missing.length }
    if (typeof ms === 'string') return { ...about, shrunk: 0, problem: ms }
    const shrunk = toShrink(services, model, usable, probes)
    for (const { imageId, width, height } of [...missing, ...shrunk]) photographs.set(imageId, width * height)
    seconds += ((missing.length + shrunk.length) * ms) / 1000
    return { ...about, shrunk: shrunk.length, problem: null }
  })
  for (const pixels of photographs.values()) seconds += photographSeconds(pixels)
  // Ranking itself: a template of the probe and a scan by each package.
  for (const ms of opened.values()) if (typeof ms === 'number') seconds += (probes.length * 2 * ms) / 1000
  const timed = [...opened.values()].some((ms) => typeof ms === 'number')
  return { references, packages, probes: probes.length, seconds: timed ? seconds : null }
}

/** At most these faces, once for every size of a probe that gets a second score. */
function toShrink(
  { store }: Services,
  { hash, card }: ModelPackage,
  faces: readonly ReferenceFace[],
  probes: readonly Probe[],
): ReferenceFace[] {
  const second = card.inference?.second
  if (!second) return []
  const sides = new Set(
    probes.map(({ points }) => nativeSide(points, card.pixels!)).filter((side) => side <= second.upTo),
  )
  return [...sides].flatMap((side) => {
    const there = shrunkReferences(store, faces, hash, side)
    return faces.filter(({ imageId }) => !there.has(imageId)).slice(0, Math.max(0, SHORTLIST - there.size))
  })
}
