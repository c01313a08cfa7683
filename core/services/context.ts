// What every service is given, and the few things they all do: name the actor, tell of changes, find an image's bytes.
import type { CallName, CallContext, EventValue } from '../contract/index.ts'
import type { HostEvent } from '../contract/wire/frames.ts'
import type { JobQueue } from '../jobs/queue.ts'
import type { ImageSource, WorkerClient } from '../jobs/workerClient.ts'
import { currentAccount, type Actor, type Store } from '../store/index.ts'

export type Host = 'electron' | 'loopback' | 'cli'
export type Domain = EventValue<'records.changed'>['domain']

export interface Services {
  readonly store: Store
  readonly worker: WorkerClient
  readonly queue: JobQueue
  readonly host: Host
  readonly version: string
  emit(event: HostEvent): void
  /** Defects, with their detail; never shown to the person. */
  log(message: string, error: unknown): void
}

/** Who asks, through which call; stands in the audit row of whatever the call changes. */
export const actorOf = (
  { store }: Pick<Services, 'store'>,
  action: CallName,
  context: Pick<CallContext<CallName>, 'via'>,
): Actor => ({ account: currentAccount(store), via: context.via, action })

/** Tells views that records changed, the audit chain with them. */
export function changed(
  { emit }: Pick<Services, 'emit'>,
  domain: Domain,
  id: number | null = null,
  caseId: number | null = null,
): void {
  emit({ name: 'records.changed', value: { domain, id, caseId } })
  emit({ name: 'records.changed', value: { domain: 'audit', id: null, caseId } })
}

/** An original as the worker takes it; its bytes are read, and checked against their hash, only when they are needed. */
export const original = ({ store }: Pick<Services, 'store'>, sha256: string, fileName: string): ImageSource => ({
  sha256,
  fileName,
  read: () => store.blobs.get(sha256),
})

/** Bytes that do not lie in shared memory, as the contract has them; here none ever do. */
export const plain = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => bytes as Uint8Array<ArrayBuffer>
