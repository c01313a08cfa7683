// A process that a test may kill: opens a store, goes on with the enrolment it finds there or starts one, and ends.
import { dispatch } from '../contract/wire/dispatch.ts'
import { openApplication } from './index.ts'

const [folder, photographs] = process.argv.slice(2)
const app = await openApplication({ folder: folder!, host: 'cli' })
const [gallery] = await dispatch(app.handlers, 'galleries.list', {})
const { id } = gallery ?? (await dispatch(app.handlers, 'galleries.create', { name: 'g' }))
const [paused] = await dispatch(app.handlers, 'jobs.list', { active: true })
const job = paused
  ? await dispatch(app.handlers, 'jobs.resume', { id: paused.id })
  : await dispatch(app.handlers, 'galleries.enrol', { galleryId: id, source: { kind: 'folder', path: photographs! } })
const ended = await dispatch(
  app.handlers,
  'jobs.wait',
  { id: job.id },
  {
    onProgress: ({ state }) => state.kind === 'running' && process.send?.(state.done),
  },
)
await app.close()
process.exit(ended.state.kind === 'done' ? 0 : 1)
