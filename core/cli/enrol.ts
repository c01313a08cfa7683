// vestige enrol: a folder of reference photographs becomes a gallery.
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { CallOutput } from '../contract/index.ts'
import { UserFacingError } from '../contract/errors.ts'
import { exit } from './exit.ts'
import { existingGallery, findGallery, type Session } from './run.ts'

export interface EnrolOptions {
  readonly gallery: string
  readonly names?: 'folder' | 'csv' | 'file-name'
}
type Job = CallOutput<'jobs.get'>

/** Waits for a job with a progress bar; Ctrl+C pauses the job, and the same command later goes on where it stopped. */
export async function follow(session: Session, job: Job): Promise<Job> {
  try {
    return await session.call('jobs.wait', { id: job.id }, (now) => {
      if (now.state.kind !== 'running') return
      const left = now.etaSeconds === null ? '' : `, about ${Math.ceil(now.etaSeconds)} s left`
      session.terminal.progress(now.state.done, now.state.total, `${now.state.done} of ${now.state.total}${left}`)
    })
  } catch (thrown) {
    if (session.signal.aborted) {
      await session.insist('jobs.cancel', { id: job.id })
      await session.insist('jobs.wait', { id: job.id })
    }
    throw thrown
  }
}

async function paused(session: Session, galleryId: number, title: string): Promise<Job | undefined> {
  const jobs = await session.call('jobs.list', { active: true })
  return jobs.find(
    (job) =>
      job.kind === 'enrol' && job.galleryId === galleryId && job.state.kind === 'paused' && job.title.includes(title),
  )
}

/** @returns exit code; prints counts and the files that could not be used. */
export async function enrol(session: Session, folder: string, options: EnrolOptions): Promise<number> {
  const { terminal } = session
  const root = path.resolve(folder)
  const found = await stat(root).catch(() => undefined)
  if (!found?.isDirectory())
    throw new UserFacingError('not-found', `"${folder}" is not a folder; name a folder of reference photographs.`, {
      subject: folder,
    })

  const gallery =
    (await findGallery(session, options.gallery)) ?? (await session.call('galleries.create', { name: options.gallery }))
  const left = await paused(session, gallery.id, root)
  if (left) terminal.note(`Going on with the enrolment of ${root} that was stopped earlier.`)
  const job = left
    ? await session.call('jobs.resume', { id: left.id })
    : await session.call('galleries.enrol', {
        galleryId: gallery.id,
        source: { kind: 'folder', path: root },
        ...(options.names ? { namesFrom: options.names } : {}),
      })
  return report(session, gallery.id, [await follow(session, job), ...(await refresh(session, gallery.id))], folder)
}

/** Images whose templates come from another model get new ones: an enrolled gallery is one that can be searched. */
async function refresh(session: Session, galleryId: number): Promise<Job[]> {
  const { stale } = await session.call('galleries.get', { id: galleryId })
  if (stale === 0) return []
  session.terminal.note(`${stale} images have templates of another model only; they get new ones.`)
  return [await follow(session, await session.call('galleries.reenrol', { galleryId }))]
}

/** vestige reenrol: new templates for a gallery after a change of model. */
export async function reenrol(session: Session, options: Pick<EnrolOptions, 'gallery'>): Promise<number> {
  const gallery = await existingGallery(session, options.gallery)
  return report(session, gallery.id, await refresh(session, gallery.id), options.gallery)
}

const COUNTS = ['enrolled', 'duplicates', 'insufficient', 'unreadable'] as const

/** Says what came of the jobs. @returns exit code: 4 where one had to stop, with its reason */
async function report(session: Session, galleryId: number, jobs: readonly Job[], subject: string): Promise<number> {
  const { terminal } = session
  const after = await session.call('galleries.get', { id: galleryId })
  const counts = Object.fromEntries(COUNTS.map((key) => [key, jobs.reduce((sum, job) => sum + job.counts[key], 0)]))
  const problems = jobs.flatMap((job) => job.problems)
  terminal.say(
    `Gallery "${after.name}": ${after.subjects} subjects, ${after.templates} templates. This run: ${counts['enrolled']} enrolled, ` +
      `${counts['duplicates']} there already, ${counts['insufficient']} insufficient, ${counts['unreadable']} unreadable.`,
  )
  for (const problem of problems) terminal.say(`  ${problem.file}: ${problem.message}`)
  const failed = jobs.find((job) => job.state.kind === 'failed')
  if (failed?.state.kind === 'failed') throw new UserFacingError('unreadable-file', failed.state.message, { subject })
  const last = jobs.at(-1)
  terminal.result({ gallery: after, job: last ? { id: last.id, state: last.state } : null, ...counts, problems })
  const stopped = jobs.find((job) => job.state.kind === 'paused')
  if (stopped?.state.kind !== 'paused') return exit.ok
  terminal.note(`Stopped before the end: ${stopped.state.reason} The same command goes on where it stopped.`)
  return exit.store
}
