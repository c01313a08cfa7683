// Model packages known to this store: their cards, which one is active per role, which are retired.
import { UserFacingError } from '../contract/errors.ts'
import { ModelCard, type ModelPackage } from '../contract/models.ts'
import { found, readJson } from './lines.ts'
import type { Actor, Store } from './store.ts'

type Role = ModelCard['role']
interface Row {
  id: number
  sha256: string
  card: string
  state: ModelCard['state']
  active: number
  shipped: number
  bytes: number
  registeredAt: string
  templates: number
}
export const modelSql = `SELECT p.id, p.sha256, p.card, p.state, p.active, p.shipped, p.bytes, p.registered_at AS registeredAt,
  (SELECT count(*) FROM templates t WHERE t.model_sha256 = p.sha256) AS templates FROM model_packages p`
const toPackage = (row: Row): ModelPackage => ({
  card: { ...readJson(ModelCard, row.card, `model package ${row.sha256}`), state: row.state },
  active: row.active === 1,
  shipped: row.shipped === 1,
  importedAt: row.shipped === 1 ? null : row.registeredAt,
  bytes: row.bytes,
  templates: row.templates,
})
const rowOf = (store: Store, sha256: string): Row =>
  found(store.sql<Row>(`${modelSql} WHERE p.sha256 = ?`).get(sha256), `model package ${sha256}`)

/**
 * Makes a package known; idempotent by hash. The first usable package of a role becomes active.
 * @throws UserFacingError conflict where another role or dimension was registered under this hash
 */
export function registerModel(
  store: Store,
  actor: Actor,
  input: { card: ModelCard; shipped: boolean; bytes: number },
): ModelPackage {
  const card = ModelCard.parse(input.card)
  const known = store.sql<Row>(`${modelSql} WHERE p.sha256 = ?`).get(card.sha256)
  if (known) {
    const before = toPackage(known)
    if (before.card.role !== card.role || before.card.embedding !== card.embedding)
      throw new UserFacingError(
        'conflict',
        `The model file of “${card.name}” is known already as “${before.card.name}” with another role or embedding; remove one of the two packages.`,
        { subject: card.name },
      )
    return before
  }
  return store.write(actor, (audit) => {
    const first = card.state !== 'retired' && activeModel(store, card.role) === null
    const { lastInsertRowid } = store
      .sql(
        'INSERT INTO model_packages (sha256, role, name, embedding, card, shipped, bytes, registered_at, state, active) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        card.sha256,
        card.role,
        card.name,
        card.embedding,
        JSON.stringify(card),
        Number(input.shipped),
        input.bytes,
        store.now(),
        card.state,
        Number(first),
      )
    audit(
      `model:${lastInsertRowid}`,
      { sha256: card.sha256, name: card.name, role: card.role, shipped: input.shipped, active: first },
      [`model:${lastInsertRowid}`],
    )
    return getModel(store, card.sha256)
  })
}

/** In the order in which they became known. */
export const listModels = (store: Store): ModelPackage[] =>
  store.sql<Row>(`${modelSql} ORDER BY p.id`).all().map(toPackage)

/** @throws UserFacingError not-found */
export const getModel = (store: Store, sha256: string): ModelPackage => toPackage(rowOf(store, sha256))

export function activeModel(store: Store, role: Role): ModelPackage | null {
  const row = store.sql<Row>(`${modelSql} WHERE p.role = ? AND p.active = 1`).get(role)
  return row === undefined ? null : toPackage(row)
}

/** Hash of the active recogniser, or '' (which is no package's) where there is none. */
export const activeRecogniser = (store: Store): string =>
  store.sql<{ sha256: string }>("SELECT sha256 FROM model_packages WHERE role = 'recogniser' AND active = 1").get()
    ?.sha256 ?? ''

/**
 * The package that takes over its role. @returns all packages
 * @throws UserFacingError not-found, conflict (retired)
 */
export function activateModel(store: Store, actor: Actor, sha256: string): ModelPackage[] {
  store.write(actor, (audit) => {
    const row = rowOf(store, sha256)
    const { card } = toPackage(row)
    if (card.state === 'retired')
      throw new UserFacingError(
        'conflict',
        `Model “${card.name}” is retired and cannot be used again; choose another.`,
        { subject: card.name },
      )
    const others = store
      .sql<{ id: number }>('UPDATE model_packages SET active = 0 WHERE role = ? AND active = 1 RETURNING id')
      .all(card.role)
    store.sql('UPDATE model_packages SET active = 1 WHERE id = ?').run(row.id)
    audit(`model:${row.id}`, { sha256, name: card.name, active: true }, [
      `model:${row.id}`,
      ...others.map((other) => `model:${other.id}`),
    ])
  })
  return listModels(store)
}

/** @throws UserFacingError not-found, conflict (active) */
export function retireModel(store: Store, actor: Actor, sha256: string): ModelPackage {
  return store.write(actor, (audit) => {
    const row = rowOf(store, sha256)
    const { card } = toPackage(row)
    if (row.active === 1)
      throw new UserFacingError(
        'conflict',
        `Model “${card.name}” is in use; activate another one before retiring it.`,
        { subject: card.name },
      )
    store.sql("UPDATE model_packages SET state = 'retired' WHERE id = ?").run(row.id)
    audit(`model:${row.id}`, { sha256, name: card.name, state: 'retired' }, [`model:${row.id}`])
    return getModel(store, sha256)
  })
}
