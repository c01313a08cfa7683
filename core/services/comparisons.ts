// Comparisons of models: what one would cost, one probe, and all probes of a case.
import { UserFacingError } from '../contract/errors.ts'
import type { Comparison, ComparisonProgress, comparisonCalls } from '../contract/comparisons.ts'
import type { Gallery } from '../contract/galleries.ts'
import type { CallContext, Handlers } from '../contract/index.ts'
import type { Probe } from '../contract/probes.ts'
import { createRate } from '../jobs/rate.ts'
import { getCase, getGallery, getProbe, listProbes, noteComparison, type Actor } from '../store/index.ts'
import { comparedModels, openCompared } from './comparedModels.ts'
import { makeTemplates, missingReferences } from './comparedReferences.ts'
import { compareProbe, type CompareRequest } from './compareProbe.ts'
import { planComparison } from './comparisonPlan.ts'
import { actorOf, changed, type Services } from './context.ts'
import { caseInUse } from './probes.ts'

/** At most this often it is told how far it is. */
const PROGRESS_MS = 100

export function comparisonHandlers(services: Services): Handlers<keyof typeof comparisonCalls> {
  const { store } = services
  return {
    async 'comparisons.plan'({ caseId, probeId, galleryId, packages }, { signal }) {
      getCase(store, caseId)
      const gallery = getGallery(store, galleryId)
      const probes = probeId === undefined ? comparable(services, caseId) : [getProbe(store, probeId)]
      return planComparison(services, gallery, comparedModels(store, packages), probes, signal)
    },
    async 'comparisons.start'({ probeId, packages, galleryId, ...depth }, context) {
      const probe = getProbe(store, probeId)
      if (probe.retiredAt !== null)
        throw new UserFacingError(
          'conflict',
          `Probe ${probe.number} was taken out of use; restore it before comparing.`,
        )
      if (probe.state.kind === 'insufficient')
        throw new UserFacingError(
          'insufficient',
          `Probe ${probe.number} has no template: ${probe.state.reason} Correct its box and points, or choose another face.`,
          { subject: `probe ${probe.number}` },
        )
      const actor = actorOf(services, 'comparisons.start', context)
      const [compared] = await compareAll(services, actor, [probe], { packages, galleryId, ...depth }, context)
      return compared!
    },
    async 'comparisons.startCase'({ caseId, ...wish }, context) {
      getCase(store, caseId)
      getGallery(store, wish.galleryId)
      const probes = comparable(services, caseId)
      if (probes.length === 0)
        throw new UserFacingError('conflict', 'No probe of this case has a template; find faces in its evidence first.')
      return compareAll(services, actorOf(services, 'comparisons.startCase', context), probes, wish, context)
    },
  }
}

/** Probes in use of which something can be told. */
const comparable = ({ store }: Services, caseId: number): Probe[] =>
  listProbes(store, caseId).filter(({ retiredAt, state }) => retiredAt === null && state.kind !== 'insufficient')

interface Wish extends Pick<CompareRequest, 'top' | 'perSubject'> {
  readonly galleryId: number
  readonly packages?: readonly string[] | undefined
}

async function compareAll(
  services: Services,
  actor: Actor,
  probes: readonly Probe[],
  { galleryId, packages, top, perSubject }: Wish,
  { signal, progress }: Pick<CallContext<'comparisons.start'>, 'signal' | 'progress'>,
): Promise<Comparison[]> {
  const { store } = services
  caseInUse(services, probes[0]!.caseId)
  const gallery = comparableGallery(services, galleryId)
  const models = comparedModels(store, packages)
  const compared: Comparison[] = []
  const tell = teller(progress, () => ({ done: compared.length, total: probes.length }))
  const opened = await openCompared(services, models, signal)
  const problems = new Map([...opened].filter((each): each is [string, string] => typeof each[1] === 'string'))
  const usable = models.filter(({ hash }) => !problems.has(hash)).map(({ hash }) => hash)
  const work = missingReferences(store, galleryId, usable)
  const total = work.reduce((sum, { wanted }) => sum + wanted.length, 0)
  const made = { galleryId, signal, progress: (done: number) => tell('references', done, total) }
  await makeTemplates(services, actor, work, made)
  for (const probe of probes) {
    signal.throwIfAborted()
    tell('ranking', compared.length, probes.length)
    const shrinking = (done: number, all: number): void => tell('shrunk', done, all)
    const request = { probe, gallery, models, problems, top, perSubject, signal, shrinking }
    const one = await compareProbe(services, actor, request)
    noteComparison(store, actor, one)
    compared.push(one)
    tell('ranking', compared.length, probes.length, one)
  }
  changed(services, 'audit', null, probes[0]!.caseId)
  return compared
}

/** Tells how far it is, not too often, but never leaves out a finished comparison. */
function teller(
  progress: (value: ComparisonProgress) => void,
  probes: () => ComparisonProgress['probes'],
): (stage: ComparisonProgress['stage'], done: number, total: number, comparison?: Comparison) => void {
  let told = -Infinity
  let stageTold: string | null = null
  let rate = createRate()
  return (stage, done, total, comparison) => {
    if (stage !== stageTold || done === 0) rate = createRate()
    const etaSeconds = rate.left(done, total)
    if (!comparison && stage === stageTold && done < total && performance.now() - told < PROGRESS_MS) return
    told = performance.now()
    stageTold = stage
    progress({ stage, done, total, probes: probes(), etaSeconds, comparison: comparison ?? null })
  }
}

/** One of another package's templates alone will do: what a package lacks is made. @throws UserFacingError 'conflict' */
function comparableGallery({ store }: Services, galleryId: number): Gallery {
  const gallery = getGallery(store, galleryId)
  const { name, archivedAt, images, templates, stale } = gallery
  const refuse = (message: string): never => {
    throw new UserFacingError('conflict', message, { subject: name })
  }
  if (archivedAt !== null) refuse(`The gallery "${name}" is archived; restore it before comparing.`)
  if (images === 0) refuse(`The gallery "${name}" is empty; enrol a folder of photographs first.`)
  if (templates + stale === 0)
    refuse(`No template could be made of any image in "${name}"; enrol photographs that show a face.`)
  return gallery
}
