// One probe against one gallery by several packages: each ranks for itself, and nothing but ranks is put together.
import type { Comparison, ComparedPackage } from '../contract/comparisons.ts'
import { RBO_P } from '../contract/comparisons.ts'
import { UserFacingError } from '../contract/errors.ts'
import type { Gallery } from '../contract/galleries.ts'
import { galleryNetwork, probeNetwork, type ModelPackage } from '../contract/models.ts'
import type { Probe } from '../contract/probes.ts'
import { nativeSide } from '../images/align.ts'
import type { RankedTemplate } from '../jobs/protocol.ts'
import { firstPlaces, pairAgreements, unionRows } from '../matching/agreement.ts'
import { cosineWith } from '../matching/cosine.ts'
import { fuse, SHORTLIST } from '../matching/fuse.ts'
import {
  addComparisonTemplates,
  getEvidence,
  namesOfImages,
  probeTemplate,
  referenceFaces,
  shrunkReferences,
  type Actor,
  type ReferenceFace,
} from '../store/index.ts'
import { networksOf, problemOf } from './comparedModels.ts'
import { makeTemplates, referenceMatrix } from './comparedReferences.ts'
import { original, type Services } from './context.ts'

/** Places that are looked at: those that a second score reaches, too. */
export const DEPTH = SHORTLIST

export interface CompareRequest {
  readonly probe: Probe
  readonly gallery: Gallery
  readonly models: readonly ModelPackage[]
  /** Sentences on packages that cannot be used. */
  readonly problems: ReadonlyMap<string, string>
  readonly top: number
  readonly perSubject: 'best' | 'all'
  readonly signal: AbortSignal
  /** Faces shrunk for a package's second score. */
  shrinking?(done: number, total: number): void
}
interface OwnRanking {
  readonly about: ComparedPackage
  /** Best first; `templateId` is the gallery image. */
  readonly ranked: readonly RankedTemplate[]
}

/** @throws the signal's reason; UserFacingError for what concerns more than one package */
export async function compareProbe(services: Services, actor: Actor, request: CompareRequest): Promise<Comparison> {
  const { store, worker } = services
  const { probe, gallery, models, top, perSubject } = request
  const own: OwnRanking[] = []
  for (const model of models) own.push(await rankBy(services, actor, request, model))
  const names = namesOfImages(
    store,
    own.flatMap(({ ranked }) => ranked.map(({ templateId }) => templateId)),
  )
  const keyOf = (imageId: number): number => (perSubject === 'all' ? imageId : names.get(imageId)!.subjectId)
  const orders = own.map(({ ranked }) => ranked.map(({ templateId }) => keyOf(templateId)))
  // A package that ranks nothing says nothing: it is no ranking that disagrees.
  const speaking = own.flatMap(({ about }, k) => (about.problem === null ? [k] : []))
  const heard = speaking.map((k) => orders[k]!)
  const pairs = pairAgreements(heard, top, RBO_P).map((pair) => ({
    ...pair,
    a: speaking[pair.a]!,
    b: speaking[pair.b]!,
  }))
  const placeOf = (k: number, rank: number): Comparison['candidates'][number]['places'][number] => {
    const { templateId, score } = own[k]!.ranked[rank - 1]!
    return { rank, score, imageId: templateId, fileName: names.get(templateId)!.fileName }
  }
  const candidates = unionRows(heard, top).map(({ ranks, median, mean }) => {
    const places = own.map(({ about }, k) => {
      const rank = about.problem === null ? ranks[speaking.indexOf(k)]! : null
      return rank === null ? null : placeOf(k, rank)
    })
    const best = places.filter((place) => place !== null).toSorted((a, b) => a.rank - b.rank)[0]!
    const { subjectId, subject, externalId, fileName } = names.get(best.imageId)!
    return { subjectId, subject, externalId, imageId: best.imageId, fileName, median, mean, places }
  })
  const { device } = await worker.report()
  return {
    caseId: probe.caseId,
    probeId: probe.id,
    probeNumber: probe.number,
    galleryId: gallery.id,
    gallery: gallery.name,
    galleryVersion: gallery.version,
    top,
    perSubject,
    packages: own.map(({ about }) => about),
    candidates,
    agreement: {
      first: firstPlaces(heard).map(({ orders: named }) => {
        const first = speaking[named[0]!]!
        const { subject, fileName } = names.get(own[first]!.ranked[0]!.templateId)!
        return { subject, fileName, packages: named.map((k) => speaking[k]!) }
      }),
      pairs,
      jaccard: mean(pairs.map((pair) => pair.jaccard)),
      rbo: mean(pairs.map((pair) => pair.rbo)),
      tau: mean(pairs.flatMap((pair) => pair.tau ?? [])),
    },
    device: `${device.provider}: ${device.device}, ${device.runtime}`,
    comparedAt: store.now(),
  }
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length

async function rankBy(
  services: Services,
  actor: Actor,
  request: CompareRequest,
  model: ModelPackage,
): Promise<OwnRanking> {
  const { store, worker } = services
  const { probe, gallery, perSubject, signal } = request
  const { hash, card, active } = model
  const side = nativeSide(probe.points, card.pixels!)
  const network = { probe: card.sha256, gallery: galleryNetwork(card) }[probeNetwork(card.inference, side)]
  const about = {
    hash,
    name: card.name,
    version: card.version,
    active,
    probeNetwork: network,
    nativeSide: side,
    second: null,
    templates: 0,
    depth: 0,
  }
  const unable = (problem: string): OwnRanking => ({ about: { ...about, problem }, ranked: [] })
  const broken = request.problems.get(hash)
  if (broken !== undefined) return unable(broken)
  try {
    const vector = await templateOf(services, actor, probe, hash, signal)
    if (typeof vector === 'string') return unable(vector)
    const faces = referenceFaces(store, gallery.id, hash).filter(({ without }) => !without)
    if (faces.length === 0) return unable(`${card.name} gives no template of any face in "${gallery.name}".`)
    const declared = card.inference?.second
    const second = declared && side <= declared.upTo ? declared : null
    const { ranked } = await worker.search(
      {
        key: `compared ${gallery.id} ${gallery.version} ${hash}`,
        load: () => referenceMatrix(store, faces, vector.length),
      },
      // Every image of a subject may turn out to be its best one.
      { probe: vector, top: DEPTH, perSubject: second ? 'all' : perSubject },
      { signal },
    )
    const said = { ...about, templates: faces.length, problem: null }
    if (!second) return { about: { ...said, depth: ranked.length }, ranked }
    const fused = await withSecond(services, actor, request, {
      hash,
      side,
      vector,
      weight: second.weight,
      faces,
      ranked,
    })
    const scored = { weight: second.weight, compared: ranked.length }
    return { about: { ...said, second: scored, depth: fused.length }, ranked: fused }
  } catch (error) {
    return unable(problemOf(error))
  }
}

/** The probe's template by a package: one that is there, or one made now; or why there is none. */
async function templateOf(
  services: Services,
  actor: Actor,
  { id, evidenceId, box, points }: Probe,
  hash: string,
  signal: AbortSignal,
): Promise<Float32Array | string> {
  const { store, worker } = services
  const known = probeTemplate(store, id, hash, points)
  if (known !== null) return known
  const { sha256, name } = getEvidence(store, evidenceId)
  const wanted = [{ model: hash, as: 'probe' as const }]
  const [outcome] = await worker.templates(
    original(services, sha256, name),
    { box, points, wanted },
    networksOf(services),
    { signal },
  )
  if (outcome?.kind === 'pending' || !outcome) throw new UserFacingError('unavailable', 'No recogniser is open.')
  const made = outcome.kind === 'template' ? outcome.vector : outcome.reason
  addComparisonTemplates(store, actor, `probe:${id}`, [{ of: { probeId: id }, model: hash, points, side: 0, made }])
  return made
}

/** Ranks the best anew with what the shrunk faces score; those that are not there yet are made and kept. */
async function withSecond(
  services: Services,
  actor: Actor,
  { gallery, perSubject, signal, shrinking }: CompareRequest,
  ours: {
    readonly hash: string
    readonly side: number
    readonly vector: Float32Array
    readonly weight: number
    readonly faces: readonly ReferenceFace[]
    readonly ranked: readonly RankedTemplate[]
  },
): Promise<RankedTemplate[]> {
  const { store } = services
  const { hash, side, vector, weight } = ours
  const byImage = new Map(ours.faces.map((face) => [face.imageId, face]))
  const faces = ours.ranked.map(({ templateId }) => byImage.get(templateId)!)
  const there = shrunkReferences(store, faces, hash, side)
  const missing = faces.filter(({ imageId }) => !there.has(imageId))
  await makeTemplates(
    services,
    actor,
    missing.map((face) => ({ face, wanted: [{ model: hash, as: side }] })),
    { galleryId: gallery.id, signal, progress: (done) => shrinking?.(done, missing.length) },
  )
  const made = missing.length > 0 ? shrunkReferences(store, faces, hash, side) : there
  const scored = faces.map(({ imageId, subjectId }, k) => {
    const shrunk = made.get(imageId)
    if (!shrunk)
      throw new UserFacingError(
        'wrong-model',
        `The package gave no usable numbers for a face shrunk to ${side} px; run its self-test.`,
      )
    return {
      templateId: imageId,
      subjectId,
      cosine: ours.ranked[k]!.score,
      second: cosineWith(vector, shrunk)(0),
    }
  })
  return fuse(scored, { weight, top: DEPTH, perSubject }).map(({ templateId, score }) => ({ templateId, score }))
}
