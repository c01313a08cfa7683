// Cases: the folder that evidence, probes and searches belong to.
import type { Case } from '../contract/cases.ts'
import { UserFacingError } from '../contract/errors.ts'
import { found } from './lines.ts'
import type { Actor, Store } from './store.ts'

export interface CaseInput {
  readonly name: string
  readonly reference?: string | undefined
  readonly note?: string | undefined
  readonly authorisation?: string | undefined
  readonly demo?: boolean | undefined
}
type CaseChanges = Partial<Omit<CaseInput, 'demo'>>

/** Counts leave out excluded evidence and retired probes. */
export const caseSql = `SELECT c.id, c.name, c.reference, c.note, c.authorisation, c.demo, c.created_at AS createdAt,
  c.archived_at AS archivedAt,
  (SELECT count(*) FROM evidence e LEFT JOIN evidence_marks m ON m.evidence_id = e.id
    WHERE e.case_id = c.id AND m.excluded_at IS NULL) AS evidenceCount,
  (SELECT count(*) FROM current_probes p WHERE p.case_id = c.id AND p.retired_at IS NULL) AS probeCount,
  (SELECT count(*) FROM searches s WHERE s.case_id = c.id) AS searchCount
  FROM cases c`
const toCase = (row: Omit<Case, 'demo'> & { demo: number }): Case => ({ ...row, demo: row.demo === 1 })

/** Newest first. */
export const listCases = (store: Store, filter: { archived: boolean }): Case[] =>
  store
    .sql<Omit<Case, 'demo'> & { demo: number }>(`${caseSql} WHERE (c.archived_at IS NOT NULL) = ? ORDER BY c.id DESC`)
    .all(Number(filter.archived))
    .map(toCase)

/** @throws UserFacingError not-found */
export const getCase = (store: Store, id: number): Case =>
  toCase(found(store.sql<Omit<Case, 'demo'> & { demo: number }>(`${caseSql} WHERE c.id = ?`).get(id), `case ${id}`))

/** @throws UserFacingError not-found, conflict where the case is archived: nothing may be added to it */
export function openCase(store: Store, id: number): Pick<Case, 'id' | 'name' | 'authorisation'> {
  const row = found(
    store
      .sql<{ id: number; name: string; authorisation: string; archived_at: string | null }>(
        'SELECT id, name, authorisation, archived_at FROM cases WHERE id = ?',
      )
      .get(id),
    `case ${id}`,
  )
  if (row.archived_at !== null)
    throw new UserFacingError(
      'conflict',
      `Case “${row.name}” is archived; restore it before changing anything in it.`,
      {
        subject: row.name,
      },
    )
  return row
}

export function createCase(store: Store, actor: Actor, input: CaseInput): Case {
  const { name, reference = '', note = '', authorisation = '', demo = false } = input
  return store.write(actor, (audit) => {
    const { lastInsertRowid } = store
      .sql('INSERT INTO cases (name, reference, note, authorisation, demo, created_at) VALUES (?, ?, ?, ?, ?, ?)')
      .run(name, reference, note, authorisation, Number(demo), store.now())
    const id = Number(lastInsertRowid)
    audit(`case:${id}`, { caseId: id, name, reference, note, authorisation, demo }, [`case:${id}`])
    return getCase(store, id)
  })
}

/** @throws UserFacingError not-found, conflict (archived) */
export function updateCase(store: Store, actor: Actor, id: number, changes: CaseChanges): Case {
  return store.write(actor, (audit) => {
    openCase(store, id)
    const next = { ...getCase(store, id), ...defined(changes) }
    store
      .sql('UPDATE cases SET name = ?, reference = ?, note = ?, authorisation = ? WHERE id = ?')
      .run(next.name, next.reference, next.note, next.authorisation, id)
    audit(`case:${id}`, { caseId: id, ...defined(changes) }, [`case:${id}`])
    return getCase(store, id)
  })
}

/** @throws UserFacingError not-found */
export function setCaseArchived(store: Store, actor: Actor, id: number, archived: boolean): Case {
  return store.write(actor, (audit) => {
    const before = getCase(store, id)
    if ((before.archivedAt !== null) !== archived)
      store.sql('UPDATE cases SET archived_at = ? WHERE id = ?').run(archived ? store.now() : null, id)
    audit(`case:${id}`, { caseId: id, archived }, [`case:${id}`])
    return getCase(store, id)
  })
}

/** Without the members that are undefined. */
export const defined = <T extends object>(changes: T): Partial<T> =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>
