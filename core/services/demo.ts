// The demonstration case: built from six group photographs, so that there is something to look at on the first day.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { UserFacingError } from '../contract/errors.ts'
import type { CallOutput } from '../contract/index.ts'
import type { JobRun } from '../jobs/queue.ts'
import { runItems } from '../jobs/runItems.ts'
import {
  createCase,
  createGallery,
  createJob,
  findDemo,
  findGallery,
  jobParameters,
  listJobs,
  listProbes,
  listSearches,
  type Actor,
} from '../store/index.ts'
import { changed, type Services } from './context.ts'
import { keepDemoItem, workOnDemoItem, type DemoResult } from './demoItems.ts'
import { startSearch } from './searches.ts'

const NAME = 'Demonstration'
export const NOTE =
  'A demonstration, not a measurement: probes and gallery come from the same six photographs (from the package ' +
  '@vladmandic/face-api), and the footage is those photographs made small, noisy and compressed by the application ' +
  'itself. Ranks and scores here say nothing about how well faces of real footage are found.'
const TOP = 20

/** The case and its gallery; built by a job where they are not there yet. @throws UserFacingError 'unavailable' */
export function createDemo(services: Services, actor: Actor): CallOutput<'demo.create'> {
  const { store, queue } = services
  const known = findDemo(store)
  if (known) {
    const unfinished = listJobs(store, { active: true }).find(({ kind }) => kind === 'demo')
    if (!unfinished) return { ...known, job: null }
    const job = unfinished.state.kind === 'paused' ? queue.resume(unfinished.id, actor) : queue.get(unfinished.id)
    return { ...known, job }
  }
  const photographs = demoPhotographs()
  const made = store.write(actor, () => {
    const { id: caseId } = createCase(store, actor, { name: NAME, note: NOTE, demo: true })
    const { id: galleryId } = createGallery(store, actor, { name: freeName(services), note: NOTE, demo: true })
    const items = (['reference', 'footage'] as const).flatMap((subject) =>
      photographs.map((file) => ({
        source: { kind: 'path' as const, path: file },
        fileName: path.basename(file),
        subject,
      })),
    )
    const title = 'Build the demonstration case'
    const { id } = createJob(store, actor, { kind: 'demo', title, galleryId, parameters: { caseId }, items })
    return { caseId, galleryId, id }
  })
  queue.start(made.id, actor)
  changed(services, 'cases', made.caseId, made.caseId)
  changed(services, 'galleries', made.galleryId)
  return { caseId: made.caseId, galleryId: made.galleryId, job: queue.get(made.id) }
}

/** Runs the job, also after a restart. @returns the sentence that sums it up */
export async function runDemo(services: Services, run: JobRun): Promise<string> {
  const { store, worker, jobId, signal, actor } = run
  const caseId = Number(jobParameters(store, jobId).caseId)
  const galleryId = run.job().galleryId!
  await runItems<DemoResult>({
    store,
    worker,
    jobId,
    signal,
    work: (item) => workOnDemoItem(run, item),
    crashed: (item) => ({ kind: 'failed', item, message: 'The image process stopped at this photograph.' }),
    keep: (results) =>
      store.write(actor, () => {
        for (const result of results) keepDemoItem(run, { caseId, galleryId }, result)
      }),
    kept() {
      changed(services, 'evidence', null, caseId)
      changed(services, 'probes', null, caseId)
      run.changed()
    },
  })
  await firstSearch(services, run, caseId, galleryId)
  changed(services, 'cases', caseId, caseId)
  return 'The demonstration case is ready. It shows how to work with Vestige; it measures nothing.'
}

/** One search, so that the candidate list has something to show. */
async function firstSearch(services: Services, run: JobRun, caseId: number, galleryId: number): Promise<void> {
  const { store, signal, actor } = run
  if (listSearches(store, { caseId }).length > 0) return
  const [largest] = listProbes(store, caseId)
    .filter(({ state, boxBy }) => state.kind === 'template' && boxBy === 'detector')
    .sort((a, b) => b.box.height - a.box.height)
  if (!largest) return
  const input = { probeId: largest.id, galleryId, top: TOP, perSubject: 'best' as const }
  await startSearch(services, actor, input, { signal, progress: () => undefined })
}

/** @throws UserFacingError 'unavailable' where the package was installed without them */
export function demoPhotographs(): string[] {
  const home = path.dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'))
  const files = [1, 2, 3, 4, 5, 6].map((n) => path.join(home, 'demo', `sample${n}.jpg`))
  const missing = files.find((file) => !existsSync(file))
  if (missing)
    throw new UserFacingError(
      'unavailable',
      `The photographs of the demonstration are not installed (${path.basename(missing)} is missing).`,
    )
  return files
}

function freeName({ store }: Services): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? NAME : `${NAME} ${n}`
    if (!findGallery(store, name)) return name
  }
}
