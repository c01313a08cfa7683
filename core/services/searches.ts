// Searches: one probe against one gallery, kept as a record that can be run again.
import { UserFacingError } from '../contract/errors.ts'
import type { Gallery } from '../contract/galleries.ts'
import type { CallContext, CallInput, CallOutput, Handlers } from '../contract/index.ts'
import { galleryNetwork, probeNetwork, type ModelCard } from '../contract/models.ts'
import type { Probe } from '../contract/probes.ts'
import type { SearchInference, searchCalls } from '../contract/searches.ts'
import { nativeSide } from '../images/align.ts'
import { SHORTLIST } from '../matching/fuse.ts'
import {
  activeModel,
  addSearch,
  getCase,
  getEvidence,
  getGallery,
  getProbe,
  getSearch,
  getTemplate,
  listSearches,
  updateProbe,
  type Actor,
  type Template,
} from '../store/index.ts'
import { actorOf, changed, type Services } from './context.ts'
import { makeTemplate } from './probes.ts'
import { replay } from './replay.ts'
import { rankGallery } from './rankGallery.ts'

/** At most this often the candidates so far are told. */
const PROGRESS_MS = 100

export function searchHandlers(services: Services): Handlers<keyof typeof searchCalls> {
  const { store } = services
  return {
    'searches.list'({ caseId, probeId }) {
      getCase(store, caseId)
      return listSearches(store, { caseId, probeId })
    },
    'searches.get': ({ id }) => getSearch(store, id),
    'searches.start': (input, context) =>
      startSearch(services, actorOf(services, 'searches.start', context), input, context),
    'searches.replay': ({ id }, context) =>
      replay(services, actorOf(services, 'searches.replay', context), id, context.signal),
  }
}

/**
 * Searches and keeps the search as a record.
 * @throws UserFacingError 'insufficient' (no template of the probe), 'wrong-model', 'conflict', 'not-found'
 */
export async function startSearch(
  services: Services,
  actor: Actor,
  { probeId, galleryId, top, perSubject }: CallInput<'searches.start'>,
  { signal, progress }: Pick<CallContext<'searches.start'>, 'signal' | 'progress'>,
): Promise<CallOutput<'searches.start'>> {
  const { store } = services
  const startedAt = store.now()
  const gallery = searchable(services, galleryId)
  const { probe, template, card } = await currentTemplate(services, actor, getProbe(store, probeId), signal)
  const inference = inferenceFor(card, nativeSide(probe.points, card.pixels!))
  const { nativeSide: side, second } = inference
  let told = -Infinity
  let toldOf = ''
  const found = await rankGallery(services, actor, {
    galleryId,
    version: gallery.version,
    modelSha256: template.modelSha256,
    probe: template.vector,
    top,
    perSubject,
    side,
    second,
    signal,
    progress(stage, done, total, best) {
      if (stage === toldOf && done < total && performance.now() - told < PROGRESS_MS) return
      told = performance.now()
      toldOf = stage
      progress({ stage, done, total, candidates: best() })
    },
  })
  const result = addSearch(store, actor, {
    probeId,
    galleryId,
    galleryVersion: gallery.version,
    gallerySize: found.count,
    templateId: template.id,
    device: found.device,
    startedAt,
    endedAt: store.now(),
    parameters: { top, metric: 'cosine', perSubject, probe: probeFacts(services, probe) },
    inference: { ...inference, second: second && { ...second, compared: found.second } },
    candidates: found.ranked,
  })
  changed(services, 'searches', result.search.id, result.search.caseId)
  return result
}

/** @throws UserFacingError 'conflict' (archived, empty), 'wrong-model' (templates of another model only) */
function searchable({ store }: Services, galleryId: number): Gallery {
  const gallery = getGallery(store, galleryId)
  const { name } = gallery
  const refuse = (code: 'conflict' | 'wrong-model', message: string): never => {
    throw new UserFacingError(code, message, { subject: name })
  }
  if (gallery.archivedAt !== null)
    refuse('conflict', `The gallery "${name}" is archived; restore it before searching it.`)
  if (gallery.images === 0) refuse('conflict', `The gallery "${name}" is empty; enrol a folder of photographs first.`)
  if (gallery.templates === 0 && gallery.stale > 0) {
    const model = activeModel(store, 'recogniser')?.card.name ?? 'the recogniser in use'
    refuse(
      'wrong-model',
      `The templates of "${name}" were made by another model than ${model}, and templates of two models cannot be compared; re-enrol the gallery.`,
    )
  }
  if (gallery.templates === 0)
    refuse('conflict', `No template could be made of any image in "${name}"; enrol photographs that show a face.`)
  return gallery
}

/**
 * The probe's template of the recogniser in use. One of another model, or none yet, is followed by a new one made at
 * the same place: templates of two models are never compared.
 * @throws UserFacingError 'insufficient', 'unavailable'
 */
async function currentTemplate(
  services: Services,
  actor: Actor,
  probe: Probe,
  signal: AbortSignal,
): Promise<{ probe: Probe; template: Template; card: ModelCard }> {
  const { store } = services
  const model = activeModel(store, 'recogniser')
  if (!model) throw new UserFacingError('unavailable', 'No recogniser is in use; activate one in the list of models.')
  if (probe.retiredAt !== null)
    throw new UserFacingError('conflict', `Probe ${probe.number} was taken out of use; restore it before searching.`)
  if (probe.state.kind === 'template') {
    const template = getTemplate(store, probe.state.templateId)
    if (template.modelSha256 === model.hash) return { probe, template, card: model.card }
  }
  if (probe.state.kind === 'insufficient') throw insufficient(probe, probe.state.reason)
  const evidence = getEvidence(store, probe.evidenceId)
  const made = await makeTemplate(services, evidence, probe.box, probe.points, signal)
  const now = updateProbe(store, actor, probe.id, made)
  changed(services, 'probes', probe.id, probe.caseId)
  if (now.state.kind === 'insufficient') throw insufficient(now, now.state.reason)
  if (now.state.kind === 'pending')
    throw new UserFacingError('unavailable', 'No recogniser is open; see the list of models and vestige doctor.')
  const template = getTemplate(store, now.state.templateId)
  if (template.modelSha256 !== model.hash)
    throw new UserFacingError('wrong-model', 'The recogniser was changed meanwhile; search again.')
  return { probe: now, template, card: model.card }
}

/** What the package declares, and what of it holds for a probe of this side. */
function inferenceFor(card: ModelCard, side: number): SearchInference {
  const { flip = false, probe = null, second = null } = card.inference ?? {}
  const gallery = galleryNetwork(card)
  return {
    probeNetwork: { probe: card.sha256, gallery }[probeNetwork(card.inference, side)],
    galleryNetwork: gallery,
    flip,
    probe,
    nativeSide: side,
    second: second && { ...second, used: side <= second.upTo, limit: SHORTLIST, compared: 0 },
  }
}

const insufficient = ({ number }: Probe, reason: string): UserFacingError =>
  new UserFacingError(
    'insufficient',
    `Probe ${number} has no template: ${reason} Correct its box and points, or choose another face.`,
    {
      subject: `probe ${number}`,
    },
  )

/** All that went into the probe's template, so that a stranger can make it again. */
function probeFacts({ store, version }: Services, probe: Probe): Record<string, unknown> {
  const evidence = getEvidence(store, probe.evidenceId)
  const { box, points, boxBy, pointsBy, detectorScore, quality, label } = probe
  return {
    label,
    box,
    points,
    boxBy,
    pointsBy,
    detectorScore,
    quality,
    evidence: { id: evidence.id, name: evidence.name, sha256: evidence.sha256 },
    application: version,
  }
}
