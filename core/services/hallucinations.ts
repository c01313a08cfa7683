// Hallucinated faces: made up for a probe, marked, and kept apart from everything that may count as evidence.
import { UserFacingError } from '../contract/errors.ts'
import type { Hallucination, IdentityMeasure, hallucinationCalls } from '../contract/hallucinations.ts'
import type { Handlers } from '../contract/index.ts'
import type { ModelPackage } from '../contract/models.ts'
import { MARKED_SIDE } from '../images/synthetic/lattice.ts'
import type { View } from '../jobs/protocol.ts'
import {
  activeModel,
  addHallucination,
  discardHallucination,
  getCase,
  getEvidence,
  getHallucination,
  getModel,
  getProbe,
  hallucinationImage,
  listHallucinations,
  notePicture,
  type Store,
  type StoredHallucination,
} from '../store/index.ts'
import { actorOf, changed, original, plain, type Services } from './context.ts'
import { markedPictures, picturesOf } from './markedPictures.ts'
import { caseInUse } from './probes.ts'

export function hallucinationHandlers(services: Services): Handlers<keyof typeof hallucinationCalls> {
  const { store, worker, version } = services
  /** What was shown since the start: the audit trail notes each picture once, not every redrawing. */
  const shown = new Set<string>()
  return {
    'hallucinations.list'({ caseId, probeId }) {
      getCase(store, caseId)
      return listHallucinations(store, caseId, probeId).map(told)
    },
    async 'hallucinations.create'({ probeId, model, samples, seed }, context) {
      const probe = getProbe(store, probeId)
      caseInUse(services, probe.caseId)
      const { card, hash } = hallucinator(store, model)
      const { name, sha256 } = getEvidence(store, probe.evidenceId)
      const { points } = probe
      const total = samples + picturesOf(samples)
      const progress = (done: number): void => context.progress({ done, total })
      progress(0)
      const made = await worker.image(
        'hallucinate',
        original(services, sha256, name),
        { points, model: hash, samples, seed },
        { signal: context.signal, progress: ({ done }) => progress(done) },
      )
      const pictures = await markedPictures(
        made,
        { model: hash, probe: probeId, seed },
        `Vestige ${version}`,
        (drawn) => progress(samples + drawn),
        context.signal,
      )
      const { nativeSide, size, region, ms, provider } = made
      const kept = addHallucination(store, actorOf(services, 'hallucinations.create', context), {
        probeId,
        modelHash: hash,
        model: card.name,
        seed,
        samples,
        nativeSide,
        size,
        spread: made.spread.reduce((sum, value) => sum + value, 0) / made.spread.length,
        measure: nearestMeasure(card.hallucination?.measures ?? [], nativeSide),
        device: provider,
        ms,
        points,
        region,
        images: pictures,
      })
      changed(services, 'hallucinations', kept.id, kept.caseId)
      return told(kept)
    },
    async 'hallucinations.view'({ id, part, index }, context) {
      const { probeId, points, region } = getHallucination(store, id)
      const { signal } = context
      if (part === 'native' || part === 'bicubic') {
        const { name, sha256 } = getEvidence(store, getProbe(store, probeId).evidenceId)
        const view: View =
          part === 'native' ? { kind: 'region', region, scale: 1 } : { kind: 'square', points, size: MARKED_SIDE }
        const seen = await worker.image('view', original(services, sha256, name), { view }, { signal })
        const { width, height, data } = seen
        return { width, height, data, region: part === 'native' ? seen.region : region }
      }
      const sha256 = hallucinationImage(store, id, part, index)
      const source = { sha256, fileName: fileName(id, part, index), read: () => store.synthetic.get(sha256) }
      const view: View = { kind: 'whole', maxSide: MARKED_SIDE }
      const { width, height, data } = await worker.image('view', source, { view }, { signal })
      const key = `${id} ${part} ${index}`
      if (!shown.has(key)) notePicture(store, actorOf(services, 'hallucinations.view', context), id, part, index)
      shown.add(key)
      return { width, height, data, region }
    },
    'hallucinations.export'({ id, part, index }, context) {
      const png = plain(store.synthetic.get(hallucinationImage(store, id, part, index)))
      notePicture(store, actorOf(services, 'hallucinations.export', context), id, part, index)
      return { fileName: fileName(id, part, index), png }
    },
    'hallucinations.discard'({ id }, context) {
      const { caseId } = getHallucination(store, id)
      discardHallucination(store, actorOf(services, 'hallucinations.discard', context), id)
      changed(services, 'hallucinations', id, caseId)
      return {}
    },
  }
}

const fileName = (id: number, part: string, index: number): string =>
  `synthetic-${id}-${part}${part === 'sample' ? `-${index + 1}` : ''}.png`

/** Without what only the store needs. */
function told({ points: _points, region: _region, ...rest }: StoredHallucination): Hallucination {
  return rest
}

/** @throws UserFacingError 'unavailable' (none in use), 'not-found', 'wrong-model' */
function hallucinator(store: Store, hash: string | undefined): ModelPackage {
  const wanted = hash === undefined ? activeModel(store, 'hallucinator') : getModel(store, hash)
  if (!wanted)
    throw new UserFacingError(
      'unavailable',
      'No hallucinator is in use: install a model package of that role, or activate one in the list of models.',
    )
  if (wanted.card.role !== 'hallucinator')
    throw new UserFacingError(
      'wrong-model',
      `"${wanted.card.name}" is no hallucinator; choose a package of that role.`,
      {
        subject: wanted.card.name,
      },
    )
  return wanted
}

/** The one whose resolution is nearest by ratio: 8 px are to 16 px as 16 px to 32 px. */
export function nearestMeasure(measures: readonly IdentityMeasure[], nativeSide: number): IdentityMeasure | null {
  const distance = ({ resolution }: IdentityMeasure): number => Math.abs(Math.log(resolution / nativeSide))
  return measures.toSorted((a, b) => distance(a) - distance(b))[0] ?? null
}
