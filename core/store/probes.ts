// Probes: faces in evidence. Every change is a new revision; earlier ones and their templates stay.
import { z } from 'zod'
import { Box, FivePoints } from '../contract/common.ts'
import { QualityComponent, type Probe } from '../contract/probes.ts'
import { defined, openCase } from './cases.ts'
import { getEvidence } from './evidence.ts'
import { found, readJson } from './lines.ts'
import type { ProbeOutcome } from './outcome.ts'
import type { Actor, Audit, Store } from './store.ts'
import { insertTemplate } from './templates.ts'

type PlacedBy = Probe['boxBy']
export interface ProbeInput {
  readonly evidenceId: number
  readonly label?: string | undefined
  readonly box: Box
  readonly points: FivePoints
  readonly boxBy: PlacedBy
  readonly pointsBy: PlacedBy
  readonly detectorScore: number | null
  readonly quality: readonly QualityComponent[]
  readonly outcome: ProbeOutcome
}
export type ProbeChanges = { readonly [K in keyof Omit<ProbeInput, 'evidenceId'>]?: ProbeInput[K] | undefined }

interface Row {
  id: number
  caseId: number
  evidenceId: number
  number: number
  createdAt: string
  revision: number
  label: string
  box: string
  points: string
  boxBy: PlacedBy
  pointsBy: PlacedBy
  detectorScore: number | null
  quality: string
  state: 'pending' | 'template' | 'insufficient'
  reason: string | null
  templateId: number | null
  retiredAt: string | null
}
/** What a revision holds beside who made it and when. */
type Revision = Omit<Row, 'id' | 'caseId' | 'evidenceId' | 'number' | 'createdAt' | 'revision'>

const columns = `id, case_id AS caseId, evidence_id AS evidenceId, number, created_at AS createdAt, revision, label, box,
  points, box_by AS boxBy, points_by AS pointsBy, detector_score AS detectorScore, quality, state, reason,
  template_id AS templateId, retired_at AS retiredAt`
export const probeSql = {
  one: `SELECT ${columns} FROM current_probes WHERE id = ?`,
  ofCase: `SELECT ${columns} FROM current_probes WHERE case_id = ? ORDER BY number`,
  ofEvidence: `SELECT ${columns} FROM current_probes WHERE evidence_id = ? ORDER BY id`,
}

function toProbe(row: Row): Probe {
  const what = `probe ${row.number}`
  const { revision: _, reason, templateId, state, ...rest } = row
  return {
    ...rest,
    box: readJson(Box, row.box, what),
    points: readJson(FivePoints, row.points, what),
    quality: readJson(z.array(QualityComponent), row.quality, what),
    state:
      state === 'template'
        ? { kind: state, templateId: templateId! }
        : state === 'insufficient'
          ? { kind: state, reason: reason! }
          : { kind: state },
  }
}
const rowOf = (store: Store, id: number): Row => found(store.sql<Row>(probeSql.one).get(id), `probe ${id}`)

/** @throws UserFacingError not-found */
export const getProbe = (store: Store, id: number): Probe => toProbe(rowOf(store, id))
/** By number. Retired ones are included; `retiredAt` tells. */
export const listProbes = (store: Store, caseId: number): Probe[] =>
  store.sql<Row>(probeSql.ofCase).all(caseId).map(toProbe)
export const listProbesOfEvidence = (store: Store, evidenceId: number): Probe[] =>
  store.sql<Row>(probeSql.ofEvidence).all(evidenceId).map(toProbe)

/** @throws UserFacingError not-found, conflict (archived case), wrong-model, invalid-input */
export function addProbe(store: Store, actor: Actor, input: ProbeInput): Probe {
  return store.write(actor, (audit) => {
    const { caseId } = getEvidence(store, input.evidenceId)
    openCase(store, caseId)
    const { next } = store
      .sql<{ next: number }>('SELECT coalesce(max(number), 0) + 1 AS next FROM probes WHERE case_id = ?')
      .get(caseId)!
    const { lastInsertRowid } = store
      .sql('INSERT INTO probes (case_id, evidence_id, number, created_at) VALUES (?, ?, ?, ?)')
      .run(caseId, input.evidenceId, next, store.now())
    const id = Number(lastInsertRowid)
    const { parts, records } = outcomeParts(store, id, input.outcome)
    revise(
      store,
      actor,
      audit,
      { id, caseId, revision: 0 },
      { ...face(input), label: input.label ?? '', retiredAt: null, ...parts },
      [`probe:${id}`, ...records],
    )
    return getProbe(store, id)
  })
}

/**
 * Moving box or points without a new outcome makes the probe pending; a new vector makes a new template.
 * @throws UserFacingError not-found, conflict (archived case), wrong-model, invalid-input
 */
export function updateProbe(store: Store, actor: Actor, id: number, changes: ProbeChanges): Probe {
  return store.write(actor, (audit) => {
    const before = rowOf(store, id)
    openCase(store, before.caseId)
    const { outcome, ...rest } = defined(changes)
    const moved = rest.box !== undefined || rest.points !== undefined
    const effective: ProbeOutcome | undefined = outcome ?? (moved ? { kind: 'pending' } : undefined)
    const { parts, records } = effective ? outcomeParts(store, id, effective) : { parts: {}, records: [] }
    const { label, ...facePart } = rest
    const next: Revision = {
      ...before,
      ...face({ ...toFace(before), ...facePart }),
      label: label ?? before.label,
      ...parts,
    }
    revise(store, actor, audit, before, next, records)
    return getProbe(store, id)
  })
}

/** @throws UserFacingError not-found, conflict (archived case) */
export function setProbeRetired(store: Store, actor: Actor, id: number, retired: boolean): Probe {
  return store.write(actor, (audit) => {
    const before = rowOf(store, id)
    openCase(store, before.caseId)
    revise(
      store,
      actor,
      audit,
      before,
      { ...before, retiredAt: retired ? (before.retiredAt ?? store.now()) : null },
      [],
    )
    return getProbe(store, id)
  })
}

type Face = Pick<ProbeInput, 'box' | 'points' | 'boxBy' | 'pointsBy' | 'detectorScore' | 'quality'>
const toFace = (row: Row): Face => {
  const { box, points, boxBy, pointsBy, detectorScore, quality } = toProbe(row)
  return { box, points, boxBy, pointsBy, detectorScore, quality }
}
/** Checked and as text. */
const face = (input: Face): Pick<Revision, keyof Face> => ({
  box: JSON.stringify(Box.parse(input.box)),
  points: JSON.stringify(FivePoints.parse(input.points)),
  boxBy: input.boxBy,
  pointsBy: input.pointsBy,
  detectorScore: input.detectorScore,
  quality: JSON.stringify(z.array(QualityComponent).parse(input.quality)),
})

function outcomeParts(
  store: Store,
  probeId: number,
  outcome: ProbeOutcome,
): { parts: Pick<Revision, 'state' | 'reason' | 'templateId'>; records: string[] } {
  if (outcome.kind === 'template') {
    const templateId = insertTemplate(store, { probeId }, outcome)
    return { parts: { state: 'template', reason: null, templateId }, records: [`template:${templateId}`] }
  }
  const reason = outcome.kind === 'insufficient' ? outcome.reason : null
  return { parts: { state: outcome.kind, reason, templateId: null }, records: [] }
}

function revise(
  store: Store,
  actor: Actor,
  audit: Audit,
  probe: Pick<Row, 'id' | 'caseId' | 'revision'>,
  next: Revision,
  records: readonly string[],
): void {
  const revision = probe.revision + 1
  const { lastInsertRowid } = store
    .sql(
      `INSERT INTO probe_revisions (probe_id, revision, label, box, points, box_by, points_by, detector_score, quality,
        state, reason, template_id, retired_at, made_at, made_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      probe.id,
      revision,
      next.label,
      next.box,
      next.points,
      next.boxBy,
      next.pointsBy,
      next.detectorScore,
      next.quality,
      next.state,
      next.reason,
      next.templateId,
      next.retiredAt,
      store.now(),
      actor.account,
    )
  const { label, state, reason, templateId, retiredAt, boxBy, pointsBy } = next
  audit(
    `probe:${probe.id}`,
    {
      caseId: probe.caseId,
      revision,
      label,
      state,
      reason,
      templateId,
      retiredAt,
      boxBy,
      pointsBy,
      box: JSON.parse(next.box),
      points: JSON.parse(next.points),
    },
    [...records, `probe-revision:${lastInsertRowid}`],
  )
}
