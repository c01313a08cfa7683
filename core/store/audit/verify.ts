// Checks the whole store against its audit chain.
import type { AuditReport } from '../../contract/audit.ts'
import type { Store } from '../store.ts'

export interface VerifyOptions {
  readonly signal?: AbortSignal
  readonly progress?: (value: { stage: 'rows' | 'records' | 'blobs'; done: number; total: number }) => void
}
/** @throws the signal's reason where it is aborted */
export async function verifyAudit(store: Store, options: VerifyOptions = {}): Promise<AuditReport> {
  return verifyFolder(store.folder, options)
}
/** The same without opening the store for writing: works on a damaged store and beside a running instance. */
export async function verifyFolder(folder: string, options: VerifyOptions = {}): Promise<AuditReport> {
  throw new Error(`not yet: ${folder} ${String(options.signal)}`)
}
