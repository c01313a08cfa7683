// Keeps the head file in step with the chain, and notices at opening where the two disagree.
import type { Database } from 'better-sqlite3'
import { readHead, type Head } from './chain.ts'
import { readHeadFile, writeHeadFile, type HeadFile } from './head.ts'

export interface Trail {
  /** Heads of which the chain no longer knows, noticed at this opening. */
  readonly noticed: HeadFile['lost']
  /** Called after each commit. A file that cannot be written now is written with the next commit, or at closing. */
  committed(head: Head): void
}

/** @param time of this opening */
export function openTrail(db: Database, folder: string, time: string): Trail {
  const file = readHeadFile(folder)
  const known = typeof file === 'string' ? [] : file.lost
  const noticed: HeadFile['lost'] = []
  if (typeof file === 'string') {
    if (readHead(db).sequence > 0) noticed.push({ sequence: null, hash: file, noticedAt: time })
  } else if (file.sequence > 0) {
    const hash = db.prepare('SELECT hash FROM audit WHERE sequence = ?').pluck().get(file.sequence)
    if (hash !== file.hash) noticed.push({ sequence: file.sequence, hash: file.hash, noticedAt: time })
  }
  const lost = [...known, ...noticed]
  const committed = (head: Head): void => {
    try {
      writeHeadFile(folder, head, lost)
    } catch {
      // The change itself is safely in the database; a head file that lags behind is no sign of anything.
    }
  }
  committed(readHead(db))
  return { noticed, committed }
}
