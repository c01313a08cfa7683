// Model packages known to this store: their cards, which one is active per role, which are retired.
import { packageHash } from '../base/packageHash.ts'
import { UserFacingError } from '../contract/errors.ts'
import { ModelCard, type ModelPackage } from '../contract/models.ts'
import { found, readJson } from './lines.ts'
import type { Actor, Store } from './store.ts'

type Role = ModelCard['role']
interface Row {
  id: number
  hash: string
  card: string
  state: ModelCard['state']
  active: number
  shipped: number
  bytes: number
  registeredAt: string
  templates: number
}
/** `sha256` is the package's hash, which for older packages is that of model.onnx; the newest card holds. */
export const modelSql = `SELECT p.id, p.sha256 AS hash, p.state,
  coalesce((SELECT c.card FROM model_cards c WHERE c.package_id = p.id ORDER BY c.id DESC LIMIT 1), p.card) AS card, p.active, p.shipped, p.bytes, p.registered_at AS registeredAt,
  (SELECT count(*) FROM templates t WHERE t.model_sha256 = p.sha256) AS templates FROM model_packages p`
const toPackage = (row: Row): ModelPackage => ({
  card: { ...readJson(ModelCard, row.card, `model package ${row.hash}`), state: row.state },
  hash: row.hash,
  active: row.active === 1,
  shipped: row.shipped === 1,
  importedAt: row.shipped === 1 ? null : row.registeredAt,
  bytes: row.bytes,
  templates: row.templates,
})
const rowOf = (store: Store, sha256: string): Row =>
  found(store.sql<Row>(`${modelSql} WHERE p.sha256 = ?`).get(sha256), `model package ${sha256}`)

/**
 * Makes a package known; idempotent by hash. The first usable package of a role becomes active. A shipped package that
 * says something new of the same networks gets a new card; earlier ones stay.
 * @throws UserFacingError conflict where another role or dimension was registered under this hash
 */
export function registerModel(
  store: Store,
  actor: Actor,
  input: { card: ModelCard; shipped: boolean; bytes: number },
): ModelPackage {
  const card = ModelCard.parse(input.card)
  const hash = packageHash(card)
  const known = store.sql<Row>(`${modelSql} WHERE p.sha256 = ?`).get(hash)
  if (known) {
    const before = toPackage(known)
    if (before.card.role !== card.role || before.card.embedding !== card.embedding)
      throw new UserFacingError(
        'conflict',
        `The model file of “${card.name}” is known already as “${before.card.name}” with another role or embedding; remove one of the two packages.`,
        { subject: card.name },
      )
    return before.shipped && input.shipped && known.card !== JSON.stringify(card)
      ? renewCard(store, actor, known, card)
      : before
  }
  return store.write(actor, (audit) => {
    const first = card.state !== 'retired' && activeModel(store, card.role) === null
    const { lastInsertRowid } = store
      .sql(
        'INSERT INTO model_packages (sha256, role, name, embedding, card, shipped, bytes, registered_at, state, active) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        hash,
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
      { sha256: hash, name: card.name, role: card.role, shipped: input.shipped, active: first },
      [`model:${lastInsertRowid}`],
    )
    return getModel(store, hash)
  })
}

/** A package that was retired here stays so, whatever its new card says; one in use is not retired by a card. */
function renewCard(store: Store, actor: Actor, row: Row, card: ModelCard): ModelPackage {
  return store.write(actor, (audit) => {
    const { lastInsertRowid } = store
      .sql('INSERT INTO model_cards (package_id, card, known_at) VALUES (?, ?, ?)')
      .run(row.id, JSON.stringify(card), store.now())
    const state = row.state === 'retired' || (card.state === 'retired' && row.active === 1) ? row.state : card.state
    store.sql('UPDATE model_packages SET state = ? WHERE id = ?').run(state, row.id)
    audit(`model:${row.id}`, { sha256: row.hash, name: card.name, card: Number(lastInsertRowid), state }, [
      `model:${row.id}`,
      `model-card:${lastInsertRowid}`,
    ])
    return getModel(store, row.hash)
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
