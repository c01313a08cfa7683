// An import ends with a working package or leaves nothing behind, and says in a sentence why.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import { ModelCard } from '../contract/models.ts'
import { DataType } from '../nets/onnx/model.ts'
import { openSession } from '../runtime/session.ts'
import { importModel, type ImportRequest } from './import.ts'
import { openHere } from './inspect.ts'
import { importedFolder, listPackages, loadModel } from './packages.ts'
import { selfTest } from './selfTest.ts'
import { altered, temporaryFolder, tinyModel, tinyPixels } from './testModels.ts'

const request = (storeFolder: string, more: Partial<ImportRequest> = {}): ImportRequest => ({
  bytes: tinyModel(),
  fileName: 'tiny.onnx',
  name: 'Tiny',
  pixels: tinyPixels(),
  storeFolder,
  ...more,
})
async function refused(more: Partial<ImportRequest>): Promise<UserFacingError> {
  const store = temporaryFolder()
  const error = await importModel(request(store, more)).then(
    () => new Error('it was imported'),
    (e: unknown) => e,
  )
  expect(existsSync(importedFolder(store)) ? readdirSync(importedFolder(store)) : []).toEqual([])
  if (!(error instanceof UserFacingError)) throw error
  return error
}

it('makes a package that is listed, verified and passes its self-test', async () => {
  const store = temporaryFolder()
  const made = await importModel(request(store, { licence: 'MIT', source: 'a colleague' }))
  expect(path.basename(made.folder)).toBe(sha256(tinyModel()))
  const [found] = listPackages(store).packages.filter((p) => !p.shipped)
  expect(found).toEqual(made)
  expect(ModelCard.parse(found!.card)).toMatchObject({
    name: 'Tiny',
    role: 'recogniser',
    state: 'experimental',
    embedding: 64,
    licence: 'MIT',
    validatedFrom: null,
  })
  const session = await openSession(loadModel(found!), { threads: 1 })
  expect(await selfTest(session, found!.card)).toMatchObject({ ok: true, device: 'cpu' })
  // Another model in its place does not pass.
  const other = await openSession(tinyModel({ seed: 2 }), { threads: 1 })
  expect(await selfTest(other, found!.card)).toMatchObject({ ok: false })
  await Promise.all([session.release(), other.release()])
})

it('takes channels-last models and those of any batch or one', async () => {
  for (const options of [{ layout: 'NHWC' as const }, { batch: 1 }, { layout: 'NHWC' as const, batch: 1 }]) {
    const bytes = tinyModel(options)
    const pixels = { ...tinyPixels(), layout: options.layout ?? ('NCHW' as const) }
    expect((await importModel(request(temporaryFolder(), { bytes, pixels }))).card.embedding).toBe(64)
  }
})

it('refuses a model that is here already, and leaves it alone', async () => {
  const store = temporaryFolder()
  await importModel(request(store))
  const again = await importModel(request(store, { name: 'Again' })).catch((e: unknown) => e)
  expect(again).toMatchObject({ code: 'conflict', message: 'tiny.onnx is here already, as Tiny.' })
  expect(listPackages(store).packages.filter((p) => !p.shipped)).toHaveLength(1)
})

it('clears away what a killed import left, and mends a ruined package', async () => {
  const store = temporaryFolder()
  const folder = importedFolder(store)
  mkdirSync(path.join(folder, '.incoming-1-1'), { recursive: true })
  writeFileSync(path.join(folder, '.incoming-1-1', 'model.onnx'), 'half of it')
  mkdirSync(path.join(folder, sha256(tinyModel())))
  expect(listPackages(store).problems).toHaveLength(1)
  await importModel(request(store))
  expect(readdirSync(folder)).toEqual([sha256(tinyModel())])
  expect(listPackages(store).problems).toEqual([])
})

it('leaves nothing behind when the disk is full', async () => {
  let written = 0
  const write = (file: string, bytes: Uint8Array): void => {
    if (++written === 2) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    writeFileSync(file, bytes)
  }
  expect(await refused({ write })).toMatchObject({
    code: 'disk-full',
    message: 'The disk is full: Tiny was not imported. Make room and try again.',
  })
  expect(written).toBe(2)
})

describe('refuses, with a sentence and without a trace,', () => {
  it.each<[string, Partial<ImportRequest>, RegExp]>([
    [
      'a wrong size',
      { pixels: tinyPixels(112) },
      /^tiny\.onnx takes an input of 3 x 32 x 32, not 3 x 112 x 112 \(NCHW\)\. Correct the size/,
    ],
    ['a wrong order of axes', { pixels: { ...tinyPixels(), layout: 'NHWC' } }, /not 32 x 32 x 3 \(NHWC\)/],
    ['a scale of zero', { pixels: { ...tinyPixels(), scale: [1, 0, 1] } }, /scale of zero/],
    ['a model without trained weights', { bytes: tinyModel({ gain: 0 }) }, /same number everywhere/],
    ['a classifier of two', { bytes: tinyModel({ units: 2 }) }, /gives 2 numbers per image/],
    ['weights that are not numbers', { bytes: tinyModel({ gain: NaN }) }, /not finite/],
    [
      'an answer that hardly depends on the image',
      { pixels: { ...tinyPixels(), scale: [1e9, 1e9, 1e9] } },
      /same answer to different images/,
    ],
    [
      'inner shapes that do not fit',
      { bytes: altered(tinyModel(), (m) => (m.graph.inputs[0]!.dims = ['N', 3, 'H', 'W'])), pixels: tinyPixels(48) },
      /does not run on an image of 48 px/,
    ],
  ])('%s', async (_what, more, message) => {
    const error = await refused(more)
    expect(error).toMatchObject({ code: 'wrong-model', subject: 'tiny.onnx', message: expect.stringMatching(message) })
  })

  it('a model that ONNX Runtime cannot open', async () => {
    const bytes = altered(tinyModel(), (m) => (m.graph.nodes[0]!.op = 'NoSuchOperation'))
    expect(await refused({ bytes })).toMatchObject({ code: 'unreadable-file' })
  })

  it('a model that answers differently each time', async () => {
    const bytes = altered(tinyModel(), (m) => {
      const last = m.graph.nodes.at(-1)!
      const like = { name: 'noise', op: 'RandomNormalLike', domain: '', inputs: [last.inputs[0]!], outputs: ['noise'] }
      const attributes = { dtype: { kind: 'int', value: DataType.float }, scale: { kind: 'float', value: 50 } } as const
      const sum = {
        name: 'sum',
        op: 'Add',
        domain: '',
        inputs: [last.inputs[0]!, 'noise'],
        outputs: ['sum'],
        attributes: {},
      }
      m.graph.nodes.splice(-1, 0, { ...like, attributes }, sum)
      last.inputs = ['sum']
    })
    expect((await refused({ bytes })).message).toContain('answers the same image differently each time')
  })

  it('a hostile file, before any runtime opens it', async () => {
    const bytes = altered(tinyModel(), (m) => Object.assign(m.graph.nodes[0]!, { domain: 'evil', op: 'ReadFile' }))
    let opened = false
    const open: typeof openHere = (model) => {
      opened = true
      return openHere(model)
    }
    expect(await refused({ bytes, open })).toMatchObject({ code: 'forbidden' })
    expect(opened).toBe(false)
  })
})
