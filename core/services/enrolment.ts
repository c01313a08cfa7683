// Starts enrolment jobs: lists the files, decides their subjects, and hands the plan to the queue.
import { UserFacingError } from '../contract/errors.ts'
import type { CallInput } from '../contract/index.ts'
import type { Job } from '../contract/jobs.ts'
import { planEnrolment, type EnrolFiles, type EnrolPlan } from '../jobs/enrolPlan.ts'
import { listFolder } from '../jobs/folder.ts'
import {
  activeModel,
  createJob,
  finishItems,
  getGallery,
  getGalleryImage,
  imagesWithoutOutcome,
  jobParameters,
  listGalleries,
  listJobs,
  pendingItems,
  setJobState,
  type Actor,
  type JobInput,
} from '../store/index.ts'
import type { Services } from './context.ts'
import type { Staging } from './staging.ts'

/** What an enrolment job keeps to know itself again. */
interface Parameters {
  readonly source: string
  /** Folder of files from a browser, removed once the job is done. */
  readonly staged: string | null
  readonly namesFrom: EnrolPlan['rule']
}

/** @throws UserFacingError 'not-found', 'conflict' (archived), 'invalid-input' (nothing to enrol), 'unavailable' */
export async function startEnrolment(
  services: Services,
  staging: Staging,
  actor: Actor,
  { galleryId, source, namesFrom }: CallInput<'galleries.enrol'>,
  signal: AbortSignal,
): Promise<Job> {
  const gallery = openGallery(services, galleryId)
  const { files, staged } =
    source.kind === 'folder'
      ? { files: await folderFiles(source.path, signal), staged: null }
      : stagedFiles(staging, source.uploadId)
  const plan = await planEnrolment(files, namesFrom)
  const parameters: Parameters = { source: files.name, staged, namesFrom: plan.rule }
  const job = startJob(services, actor, {
    kind: 'enrol',
    title: `Enrol ${files.name} into "${gallery}"`,
    galleryId,
    parameters: { ...parameters },
    plan,
  })
  replaceOlder(services, actor, job)
  return job
}

/** @throws UserFacingError 'not-found', 'conflict' (archived, or nothing to do) */
export function startReenrolment(services: Services, actor: Actor, galleryId: number): Job {
  const { store } = services
  const gallery = openGallery(services, galleryId)
  const model = activeModel(store, 'recogniser')!
  const items = imagesWithoutOutcome(store, galleryId, model.hash).map((imageId) => {
    const { fileName, subject } = getGalleryImage(store, imageId)
    return { source: { kind: 'image' as const, imageId }, fileName, subject }
  })
  if (items.length === 0)
    throw new UserFacingError(
      'conflict',
      `Every image of "${gallery}" was looked at by ${model.card.name} already; there is nothing to re-enrol.`,
      { subject: gallery },
    )
  return startJob(services, actor, {
    kind: 'reenrol',
    title: `Re-enrol "${gallery}" with ${model.card.name}`,
    galleryId,
    parameters: { model: model.hash },
    plan: { items, leftOut: [] },
  })
}

/** Starts the re-enrolment of every gallery that has images without a word of the recogniser in use, one after another. */
export function reenrolStale(services: Services, actor: Actor): void {
  for (const { id, stale } of listGalleries(services.store, { archived: false }))
    if (stale > 0) startReenrolment(services, actor, id)
}

function startJob(
  { store, queue }: Services,
  actor: Actor,
  { plan, ...job }: Omit<JobInput, 'items'> & { plan: Pick<EnrolPlan, 'items' | 'leftOut'> },
): Job {
  const { id } = store.write(actor, () => {
    // Left-out files come first, and are settled before anybody sees the job.
    const made = createJob(store, actor, { ...job, items: [...plan.leftOut.map(({ item }) => item), ...plan.items] })
    const first = pendingItems(store, made.id, plan.leftOut.length)
    finishItems(
      store,
      actor,
      plan.leftOut.map(({ message }, k) => ({ id: first[k]!.id, state: 'unreadable' as const, message })),
    )
    return made
  })
  queue.start(id, actor)
  return queue.get(id)
}

function openGallery({ store }: Services, id: number): string {
  const { name, archivedAt } = getGallery(store, id)
  if (archivedAt !== null)
    throw new UserFacingError('conflict', `The gallery "${name}" is archived; restore it before enrolling into it.`, {
      subject: name,
    })
  if (!activeModel(store, 'recogniser'))
    throw new UserFacingError('unavailable', 'No recogniser is in use; activate one in the list of models.')
  return name
}

async function folderFiles(folder: string, signal: AbortSignal): Promise<EnrolFiles> {
  return {
    ...(await listFolder(folder, signal)),
    name: folder,
    sourceOf: (image) => ({ kind: 'path', path: image.path }),
  }
}
function stagedFiles(staging: Staging, uploadId: string): { files: EnrolFiles; staged: string } {
  const { files, folder } = staging.take(uploadId)
  return { files, staged: folder }
}

/** An earlier, unfinished job for the same files has become pointless: the new one does what it left. */
function replaceOlder({ store }: Services, actor: Actor, job: Job): void {
  const { source } = jobParameters(store, job.id)
  for (const old of listJobs(store, { active: true }))
    if (
      old.id !== job.id &&
      old.kind === 'enrol' &&
      old.galleryId === job.galleryId &&
      old.state.kind === 'paused' &&
      jobParameters(store, old.id).staged === null &&
      jobParameters(store, old.id).source === source
    )
      setJobState(store, actor, old.id, {
        kind: 'failed',
        message: `Replaced by job ${job.id}, which enrols the same folder.`,
      })
}

/** Folders of staged files that an unfinished job still needs. */
export function stagedInUse({ store }: Pick<Services, 'store'>): Set<string> {
  const folders = listJobs(store, { active: true }).map((job) => jobParameters(store, job.id).staged)
  return new Set(folders.filter((folder) => typeof folder === 'string'))
}
