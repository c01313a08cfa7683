// An enrolment that is killed at random moments and taken up again gives what one that was left alone gives.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dispatch } from '../contract/wire/dispatch.ts'
import { galleryTemplates } from '../store/index.ts'
import { openStore } from '../store/open.ts'
import { openApplication } from './index.ts'
import { randomRecogniser, writeStrips } from './testingPhotos.ts'

const COUNT = 60
let root: string
let photographs: string
beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'vestige-kill-'))
  photographs = path.join(root, 'photographs')
  const names = await writeStrips(photographs, COUNT)
  writeFileSync(path.join(photographs, 'person 00', 'broken.jpg'), 'not an image')
  const { readFileSync } = await import('node:fs')
  writeFileSync(path.join(photographs, 'person 00', 'zz copy.jpg'), readFileSync(path.join(photographs, names[0]!)))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A store whose recogniser is quick, so that the killing is what takes time. */
async function prepare(name: string): Promise<string> {
  const folder = path.join(root, name)
  const app = await openApplication({ folder, host: 'cli' })
  const { bytes, pixels } = randomRecogniser(1)
  const { card } = await dispatch(app.handlers, 'models.import', { fileName: 'r.onnx', bytes, name: 'random', pixels })
  await dispatch(app.handlers, 'models.activate', { sha256: card.sha256 })
  await dispatch(app.handlers, 'settings.set', { detectorMaxEnlargement: 1, threads: 1 })
  await app.close()
  return folder
}
const start = (folder: string) =>
  fork(path.join(import.meta.dirname, 'testingEnrol.ts'), [folder, photographs], { execArgv: [], stdio: 'ignore' })

/** What the gallery holds, without the ids and times that depend on when it was interrupted. */
function contents(folder: string) {
  const store = openStore({ folder, appVersion: 'test' })
  try {
    const images = store
      .sql<{ id: number; subject: string; fileName: string; sha256: string; reason: string | null; model: string }>(
        `SELECT i.id, s.name AS subject, i.file_name AS fileName, i.sha256, o.reason, o.model_sha256 AS model
          FROM gallery_images i JOIN subjects s ON s.id = i.subject_id JOIN gallery_outcomes o ON o.image_id = i.id
          ORDER BY i.sha256`,
      )
      .all()
    const { vectors, imageIds, dim } = galleryTemplates(store, 1, images[0]!.model)
    const templates = new Map([...imageIds].map((id, row) => [id, [...vectors.subarray(row * dim, (row + 1) * dim)]]))
    const items = store.sql('SELECT file_name AS fileName, state FROM job_items ORDER BY file_name').all()
    return { images: images.map(({ id, ...image }) => ({ ...image, template: templates.get(id) ?? null })), items }
  } finally {
    store.close()
  }
}

test('killed with SIGKILL at random moments, then finished: the same gallery', async () => {
  const calm = await prepare('calm')
  const [code] = (await once(start(calm), 'exit')) as [number]
  expect(code).toBe(0)

  const rough = await prepare('rough')
  let kills = 0
  for (let seed = 7; ; seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) {
    const child = start(rough)
    const exit = once(child, 'exit') as Promise<[number | null, string | null]>
    if (kills < 6) {
      // Some die while they start, some in the middle of the work.
      if (kills % 3 > 0) await Promise.race([once(child, 'message'), exit])
      await Promise.race([setTimeout(seed % (kills % 3 > 0 ? 1500 : 900)), exit])
      child.kill('SIGKILL')
    }
    const [ended, signal] = await exit
    if (signal === 'SIGKILL') kills++
    else {
      expect(ended).toBe(0)
      break
    }
  }
  expect(kills).toBeGreaterThanOrEqual(4)

  const wanted = contents(calm)
  expect(contents(rough)).toEqual(wanted)
  expect(wanted.images).toHaveLength(COUNT)
  expect(wanted.images.filter((image) => image.template !== null).length).toBeGreaterThan(COUNT / 2)
  const app = await openApplication({ folder: rough, host: 'cli' })
  expect(await dispatch(app.handlers, 'audit.verify', {})).toMatchObject({ ok: true, problems: [] })
  const [job] = await dispatch(app.handlers, 'jobs.list', {})
  expect(job!.counts).toMatchObject({ unreadable: 1, duplicates: 1 })
  await app.close()
})
