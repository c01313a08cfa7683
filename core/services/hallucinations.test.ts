// From a probe to made-up faces and back to nothing: what is told, shown, exported and noted.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeImage } from '../images/decode.ts'
import { encodePng } from '../images/encode.ts'
import { syntheticMark } from '../images/synthetic/detect.ts'
import { syntheticNote } from '../images/synthetic/note.ts'
import type { TestApplication } from './testing.ts'
import { boxOf, head, openWithMaker, pointsOf } from './testingQuarantine.ts'

let app: TestApplication
let caseId: number
let probeId: number
let model: string
const size = { width: 96, height: 120 }
beforeAll(async () => {
  app = await openWithMaker()
  model = (await app.call('models.list', {})).find(({ card }) => card.name === 'maker')!.hash
  caseId = (await app.call('cases.create', { name: 'c' })).id
  const bytes = new Uint8Array(await encodePng(head(1, size.width, size.height)))
  const { id } = await app.call('evidence.add', { caseId, name: 'still.png', bytes })
  probeId = (await app.call('probes.create', { evidenceId: id, box: boxOf(size), points: pointsOf(size) })).id
})
afterAll(async () => {
  expect(app.defects).toEqual([])
  await app.dispose()
})

test('made, told with the nearest measure, shown marked, exported with its note, discarded', async () => {
  const left: number[] = []
  const made = await app.call(
    'hallucinations.create',
    { probeId, model, samples: 4, seed: 9 },
    { onProgress: ({ done, total }) => left.push(total - done) },
  )
  expect(made).toMatchObject({
    probeId,
    probeNumber: 1,
    samples: 4,
    seed: 9,
    nativeSide: 14,
    spread: 3,
    model: 'maker',
  })
  expect(made.measure?.resolution).toBe(16)
  expect(left.at(-1)).toBe(0)
  expect(await app.call('hallucinations.list', { caseId, probeId })).toEqual([made])

  const shown = await app.call('hallucinations.view', { id: made.id, part: 'sample', index: 3 })
  expect([shown.width, shown.height, shown.region]).toEqual([448, 448, { x: 1, y: 1, width: 20, height: 20 }])
  const { fileName, png } = await app.call('hallucinations.export', { id: made.id, part: 'sample', index: 3 })
  expect(fileName).toBe(`synthetic-${made.id}-sample-4.png`)
  expect(syntheticNote(png)).toEqual({
    note: { model: made.modelHash, probe: probeId, seed: 9, part: 'sample', index: 3 },
  })
  const { image } = await decodeImage(png, fileName)
  expect(syntheticMark(image).found).toBe(true)
  expect([...shown.data.subarray(0, 3)]).toEqual([...image.data.subarray(0, 3)])

  const notes = await app.call('audit.list', { text: `hallucination:${made.id}`, limit: 50 })
  expect(notes.rows.map(({ action }) => action).sort()).toEqual(
    ['create', 'export', 'view'].map((name) => `hallucinations.${name}`),
  )
  await app.call('hallucinations.discard', { id: made.id })
  await expect(app.call('hallucinations.view', { id: made.id, part: 'mean' })).rejects.toMatchObject({
    code: 'not-found',
  })
})

test("the probe's own pixels are shown unmarked, and a package of another role makes nothing up", async () => {
  const { id, region } = await app
    .call('hallucinations.create', { probeId, model, samples: 4 })
    .then(async (made) => ({ ...made, ...(await app.call('hallucinations.view', { id: made.id, part: 'native' })) }))
  expect(region).toEqual({ x: 1, y: 1, width: 20, height: 20 })
  const enlarged = await app.call('hallucinations.view', { id, part: 'bicubic' })
  expect([enlarged.width, enlarged.height]).toEqual([448, 448])
  const other = (await app.call('models.list', {})).find(({ card }) => card.role === 'recogniser')!
  await expect(app.call('hallucinations.create', { probeId, model: other.hash })).rejects.toMatchObject({
    code: 'wrong-model',
  })
  await expect(app.call('hallucinations.view', { id, part: 'sample', index: 40 })).rejects.toMatchObject({
    code: 'not-found',
  })
})
