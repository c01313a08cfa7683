// A model session that lives in the worker and looks like one of this process.
import type { FloatTensor, OnnxSession } from '../runtime/session.ts'
import type { PlainCalls } from './protocol.ts'
import type { WorkerProcess } from './workerProcess.ts'

/** @throws UserFacingError 'unreadable-file' where the model cannot be run, 'unavailable' where the worker ends over it */
export async function remoteSession(
  process: () => WorkerProcess,
  model: Uint8Array | string,
  threads: number,
): Promise<OnnxSession> {
  // All calls go to the process that opened it: after a crash the session is gone.
  const target = process()
  const opened = (await target.ask('sessionOpen', { model, threads })) as PlainCalls['sessionOpen']['out']
  const { session, ...facts } = opened
  return {
    ...facts,
    threads,
    run: async (feeds) => (await target.ask('sessionRun', { session, feeds })) as Record<string, FloatTensor>,
    release: async () => void (await target.ask('sessionRelease', { session })),
  }
}
