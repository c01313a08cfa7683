// Which bytes are known to be made-up faces; asked before anything is kept as evidence or as a reference image.
import { syntheticFace } from '../contract/synthetic.ts'
import type { Store } from './store.ts'

export const syntheticSql = 'SELECT id FROM synthetic_hashes WHERE sha256 = ?'

/** Whether a file is, byte for byte, a picture that was made up in this store, be it discarded since. */
export const isSynthetic = (store: Store, sha256: string): boolean =>
  store.sql<{ id: number }>(syntheticSql).get(sha256) !== undefined

/** @throws UserFacingError synthetic */
export function refuseSynthetic(store: Store, sha256: string, name: string): void {
  if (isSynthetic(store, sha256)) throw syntheticFace(name, 'it was made up in this case store')
}
