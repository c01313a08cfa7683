// What a verification collects: problems in sentences, counts, and the pace at which it lets others run.
import type { AuditReport } from '../../contract/audit.ts'
import { UserFacingError } from '../../contract/errors.ts'

export interface VerifyOptions {
  readonly signal?: AbortSignal | undefined
  readonly progress?:
    ((value: { stage: 'rows' | 'records' | 'blobs'; done: number; total: number }) => void) | undefined
}
export interface Findings {
  readonly problems: AuditReport['problems']
  readonly notes: string[]
  problem(where: string, message: string): void
  /** Like `problem`, for what may come in thousands: after the first hundred the rest is only counted. */
  many(what: string): { problem(where: string, message: string): void; close(): void }
  /** Reports progress and gives way to other work now and then. @throws the signal's reason where it is aborted */
  step(stage: 'rows' | 'records' | 'blobs', done: number, total: number): Promise<void>
}

/** Problems of one sort that are listed one by one. */
const listed = 100
/** Work done at a stretch before others may run, in milliseconds. */
const stretch = 25

export function findings(options: VerifyOptions): Findings {
  const problems: AuditReport['problems'] = []
  let since = performance.now()
  return {
    problems,
    notes: [],
    problem: (where, message) => void problems.push({ where, message }),
    many(what) {
      let count = 0
      return {
        problem(where, message) {
          if (++count <= listed) problems.push({ where, message })
        },
        close() {
          if (count > listed) problems.push({ where: what, message: `There are ${count - listed} more such ${what}.` })
        },
      }
    },
    async step(stage, done, total) {
      options.signal?.throwIfAborted()
      if (done < total && performance.now() - since < stretch) return
      options.progress?.({ stage, done, total })
      await new Promise<void>((resolve) => setImmediate(resolve))
      options.signal?.throwIfAborted()
      since = performance.now()
    },
  }
}

/** Runs one part of a verification; what SQLite or the disk cannot read is a finding, not a crash. */
export async function part(found: Findings, where: string, run: () => Promise<void> | void): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (error instanceof UserFacingError) throw error
    const code = (error as { code?: unknown } | null)?.code
    if (!(error instanceof Error) || typeof code !== 'string' || error.name === 'AbortError') throw error
    found.problem(
      where,
      `The ${where} cannot be read: ${error.message} (${code}). Something was changed in the files of the store, or the disk fails.`,
    )
  }
}
