// The chain's head in a file beside the database, so that losing the last rows is noticed.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { Sha256, Time } from '../../contract/common.ts'
import type { Head } from './chain.ts'

/**
 * What the file holds. `lost` are heads that the chain no longer had when the store was opened, or null where the
 * file itself was gone: they stay for ever, and verification reports each.
 *
 * What it proves: rows cut off the end by anyone who changes the database alone. What it does not: a person who may
 * write the whole folder can rewrite database and file together. Against that only a head helps that was noted
 * elsewhere (on paper, in a report, with another person).
 */
export const HeadFile = z.object({
  sequence: z.number().int().min(0),
  hash: Sha256,
  lost: z.array(z.object({ sequence: z.number().int().nullable(), hash: z.string(), noticedAt: Time })),
})
export type HeadFile = z.infer<typeof HeadFile>
export type HeadFileState = HeadFile | 'missing' | 'unreadable'

export const headPath = (folder: string): string => path.join(folder, 'audit-head.json')

/** @returns the file's content; 'missing'; or 'unreadable' where it holds something else */
export function readHeadFile(folder: string): HeadFileState {
  let text: string
  try {
    text = readFileSync(headPath(folder), 'utf8')
  } catch (error) {
    return (error as { code?: unknown }).code === 'ENOENT' ? 'missing' : 'unreadable'
  }
  try {
    return HeadFile.parse(JSON.parse(text))
  } catch {
    return 'unreadable'
  }
}

/** Whole or not at all. @throws what the file system throws */
export function writeHeadFile(folder: string, head: Head, lost: HeadFile['lost']): void {
  const draft = `${headPath(folder)}.unfinished`
  try {
    const descriptor = openSync(draft, 'w')
    try {
      writeSync(descriptor, `${JSON.stringify({ sequence: head.sequence, hash: head.hash, lost })}\n`)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(draft, headPath(folder))
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}
