// Sessions that the main process opens here, so that a file from outside is run where a crash costs nothing.
import { openSession, type OnnxSession } from '../runtime/session.ts'
import type { WorkerHandlers } from './workerServe.ts'

/** Handlers of the three session calls. */
export function remoteSessions(): Pick<WorkerHandlers, 'sessionOpen' | 'sessionRun' | 'sessionRelease'> {
  const sessions = new Map<number, OnnxSession>()
  let last = 0
  return {
    async sessionOpen({ model, threads }) {
      const session = await openSession(model, { threads })
      sessions.set(++last, session)
      const { provider, declined, inputs, outputs } = session
      return { session: last, provider, declined, inputs, outputs }
    },
    async sessionRun({ session, feeds }) {
      const opened = sessions.get(session)
      if (!opened) throw new Error(`no open session ${session}`)
      return opened.run(feeds)
    },
    async sessionRelease({ session }) {
      await sessions.get(session)?.release()
      sessions.delete(session)
      return null
    },
  }
}
