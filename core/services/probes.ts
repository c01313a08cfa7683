// Probes: found by the detector or placed by hand; moving one makes a new template and leaves the old one where it is.
import type { Box, FivePoints } from '../contract/common.ts'
import { UserFacingError } from '../contract/errors.ts'
import type { Evidence } from '../contract/evidence.ts'
import type { Handlers } from '../contract/index.ts'
import type { Probe, probeCalls } from '../contract/probes.ts'
import type { View } from '../jobs/protocol.ts'
import {
  addProbe,
  getCase,
  getEvidence,
  getProbe,
  listProbes,
  setProbeRetired,
  updateProbe,
  type ProbeChanges,
} from '../store/index.ts'
import { actorOf, changed, original, type Services } from './context.ts'
import { detectProbes, toProbeOutcome } from './detect.ts'
import { grown } from './faceRegion.ts'

export function probeHandlers(services: Services): Handlers<keyof typeof probeCalls> {
  const { store, worker } = services
  const told = (probe: Probe): Probe => {
    changed(services, 'probes', probe.id, probe.caseId)
    return probe
  }
  return {
    'probes.list'({ caseId }) {
      getCase(store, caseId)
      return listProbes(store, caseId)
    },
    async 'probes.detect'({ evidenceId }, context) {
      const evidence = inUse(services, evidenceId)
      const found = await detectProbes(services, actorOf(services, 'probes.detect', context), evidence, {
        signal: context.signal,
        progress: ({ stage, done, total }) =>
          (stage === 'detecting' || stage === 'embedding') && context.progress({ stage, done, total }),
      })
      changed(services, 'evidence', evidence.id, evidence.caseId)
      changed(services, 'probes', null, evidence.caseId)
      return found
    },
    async 'probes.create'({ evidenceId, box, points, label }, context) {
      const evidence = inUse(services, evidenceId)
      const { quality, outcome } = await makeTemplate(services, evidence, box, points, context.signal)
      return told(
        addProbe(store, actorOf(services, 'probes.create', context), {
          evidenceId,
          label,
          box,
          points,
          boxBy: 'analyst',
          pointsBy: 'analyst',
          detectorScore: null,
          quality,
          outcome,
        }),
      )
    },
    async 'probes.update'({ id, box, points, label }, context) {
      const probe = getProbe(store, id)
      const moved = movedParts(probe, box, points)
      // Asked for with an unchanged place, a template is made again: the way to one of another model.
      const wanted = box !== undefined || points !== undefined
      const made = wanted
        ? await makeTemplate(
            services,
            getEvidence(store, probe.evidenceId),
            box ?? probe.box,
            points ?? probe.points,
            context.signal,
          )
        : {}
      return told(
        updateProbe(store, actorOf(services, 'probes.update', context), id, {
          ...moved,
          ...made,
          ...(label === undefined ? {} : { label }),
        }),
      )
    },
    'probes.retire': ({ id }, context) =>
      told(setProbeRetired(store, actorOf(services, 'probes.retire', context), id, true)),
    'probes.restore': ({ id }, context) =>
      told(setProbeRetired(store, actorOf(services, 'probes.restore', context), id, false)),
    async 'probes.view'({ id, kind, scale, margin }, { signal }) {
      const { box, points, evidenceId } = getProbe(store, id)
      const { sha256, name } = getEvidence(store, evidenceId)
      const view: View =
        kind === 'aligned'
          ? { kind, points }
          : { kind: 'region', region: grown(box, margin), scale: kind === 'native' ? 1 : scale }
      return worker.image('view', original(services, sha256, name), { view }, { signal })
    },
  }
}

/** @throws UserFacingError 'conflict' where the case is archived */
export function caseInUse({ store }: Pick<Services, 'store'>, caseId: number): void {
  const { name, archivedAt } = getCase(store, caseId)
  if (archivedAt !== null)
    throw new UserFacingError('conflict', `The case "${name}" is archived; restore it before adding to it.`, {
      subject: name,
    })
}

function inUse(services: Services, evidenceId: number): Evidence {
  const evidence = getEvidence(services.store, evidenceId)
  caseInUse(services, evidence.caseId)
  if (evidence.excludedAt !== null)
    throw new UserFacingError('conflict', `"${evidence.name}" was taken out of sight; restore it first.`, {
      subject: evidence.name,
    })
  return evidence
}

/** Quality facts and template of a face at a place in an original. @throws UserFacingError as the worker does */
export async function makeTemplate(
  services: Services,
  { sha256, name }: Pick<Evidence, 'sha256' | 'name'>,
  box: Box,
  points: FivePoints,
  signal?: AbortSignal,
): Promise<Required<Pick<ProbeChanges, 'quality' | 'outcome'>>> {
  const image = original(services, sha256, name)
  const { quality, outcome, modelSha256 } = await services.worker.image(
    'embed',
    image,
    { box, points, template: 'probe' },
    { signal },
  )
  return { quality, outcome: toProbeOutcome(outcome, modelSha256) }
}

/** What really changes, and who placed it now. */
function movedParts(probe: Probe, box: Box | undefined, points: FivePoints | undefined): ProbeChanges {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
  return {
    ...(box && !same(box, probe.box) ? { box, boxBy: 'analyst' as const } : {}),
    ...(points && !same(points, probe.points) ? { points, pointsBy: 'analyst' as const } : {}),
  }
}
