// Asks the host for pictures and makes the record that goes with each; the only calls that the viewer makes.
import type { Client } from '../../../core/contract/wire/client.ts'
import type { CallArgs, CallOutput } from '../../../core/contract/index.ts'
import type { Evidence } from '../../../core/contract/evidence.ts'
import type { Probe } from '../../../core/contract/probes.ts'
import type { Candidate } from '../../../core/contract/searches.ts'
import type { Delivered } from './picture.ts'
import { imageRecord } from './record.ts'

export type Asks = Pick<Client, 'call'>

/** One probe's pixels; `evidence` tells file and hash where the caller has them. */
export async function askProbe(
  client: Asks,
  probe: Probe,
  evidence: Evidence | null,
  request: CallArgs<'probes.view'>,
  signal: AbortSignal,
): Promise<Delivered> {
  const answer = await client.call('probes.view', request, { signal })
  const aligned = request.kind === 'aligned'
  // Evidence of another probe must not lend this one its name.
  const original = evidence?.id === probe.evidenceId ? evidence : null
  return {
    pixels: answer,
    region: aligned ? { x: 0, y: 0, width: answer.width, height: answer.height } : answer.region,
    points: aligned ? undefined : probe.points,
    record: imageRecord({
      title: probe.label ? `Probe ${probe.number} · ${probe.label}` : `Probe ${probe.number}`,
      file: original?.name ?? `evidence ${probe.evidenceId}`,
      sha256: original?.sha256 ?? null,
      region: answer.region,
      face: { width: probe.box.width, height: probe.box.height },
      kind: request.kind,
      scale: aligned ? null : answer.width / answer.region.width,
      model: answer.model ?? null,
    }),
  }
}

/** Longest side asked for of a candidate's face: enough for a large pane on a dense screen. */
const CANDIDATE_SIDE = 1280

export async function askCandidate(
  client: Asks,
  candidate: Candidate,
  kind: 'face' | 'aligned',
  signal: AbortSignal,
): Promise<Delivered> {
  const answer = await client.call(
    'galleries.view',
    { imageId: candidate.imageId, kind, maxSide: CANDIDATE_SIDE },
    { signal },
  )
  return { pixels: answer, ...placeOf(answer, kind), record: candidateRecord(answer, candidate, kind) }
}

const placeOf = (answer: CallOutput<'galleries.view'>, kind: string): Pick<Delivered, 'region' | 'points'> =>
  kind !== 'aligned' && answer.region
    ? { region: answer.region, points: answer.points }
    : { region: { x: 0, y: 0, width: answer.width, height: answer.height } }

function candidateRecord(answer: CallOutput<'galleries.view'>, candidate: Candidate, kind: 'face' | 'aligned') {
  const scale = kind === 'aligned' || !answer.region ? null : answer.width / answer.region.width
  return imageRecord({
    title: `Rank ${candidate.rank} · ${candidate.subject}`,
    file: candidate.fileName,
    sha256: answer.sha256 ?? null,
    region: answer.region ?? null,
    face: null,
    kind: kind === 'aligned' ? 'aligned' : scale !== null && Math.abs(scale - 1) < 1e-6 ? 'native' : 'reduced',
    scale,
    model: null,
  })
}

/** A whole evidence image, reduced to at most `maxSide`. */
export async function askEvidence(
  client: Asks,
  evidence: Evidence,
  maxSide: number,
  signal: AbortSignal,
): Promise<Delivered> {
  const answer = await client.call('evidence.view', { id: evidence.id, maxSide }, { signal })
  const region = { x: 0, y: 0, width: evidence.facts.width, height: evidence.facts.height }
  const scale = answer.width / region.width
  return {
    pixels: answer,
    region,
    record: imageRecord({
      title: evidence.name,
      file: evidence.name,
      sha256: evidence.sha256,
      region,
      face: null,
      kind: scale >= 1 ? 'native' : 'reduced',
      scale,
      model: null,
    }),
  }
}
