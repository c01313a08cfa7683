// Sessions: plain arrays in and out, one run after the other, sentences instead of stack traces.
import { expect, it } from 'vitest'
import { UserFacingError } from '../contract/errors.ts'
import { encodeModel } from '../nets/onnx/encode.ts'
import { DataType } from '../nets/onnx/model.ts'
import { openSession } from './session.ts'
import { toFloat32 } from './tensorData.ts'

/** y = cast(x + x) to another element type. */
const doubler = (to: number): Uint8Array =>
  encodeModel({
    irVersion: 8,
    producer: 'test',
    opsets: { '': 17 },
    metadata: {},
    graph: {
      name: 'doubler',
      nodes: [
        { op: 'Add', domain: '', name: 'a', inputs: ['x', 'x'], outputs: ['s'], attributes: {} },
        {
          op: 'Cast',
          domain: '',
          name: 'c',
          inputs: ['s'],
          outputs: ['y'],
          attributes: { to: { kind: 'int', value: to } },
        },
      ],
      initialisers: [],
      inputs: [{ name: 'x', type: DataType.float, dims: ['N', 2] }],
      outputs: [{ name: 'y', type: to, dims: ['N', 2] }],
    },
  })
const feed = (...data: number[]) => ({ x: { dims: [data.length / 2, 2], data: Float32Array.from(data) } })

it('says what goes in and out, and which provider computes', async () => {
  const session = await openSession(doubler(DataType.float), { threads: 1 })
  expect(session).toMatchObject({
    provider: 'cpu',
    declined: [],
    threads: 1,
    inputs: [{ name: 'x', dims: ['N', 2], type: 'float32' }],
    outputs: [{ name: 'y', dims: ['N', 2], type: 'float32' }],
  })
  expect((await session.run(feed(1, 2, 3, 4))).y).toEqual({ dims: [2, 2], data: Float32Array.of(2, 4, 6, 8) })
  await session.release()
})

it.each(['float16', 'double', 'int32', 'int64', 'uint8'] as const)('gives %s outputs as float32', async (type) => {
  const session = await openSession(doubler(DataType[type]), { threads: 1 })
  expect([...(await session.run(feed(1, 20))).y!.data]).toEqual([2, 40])
  await session.release()
})

it('keeps runs that overlap apart', async () => {
  const session = await openSession(doubler(DataType.float), { threads: 1 })
  const results = await Promise.all([1, 2, 3, 4].map((v) => session.run(feed(v, v))))
  expect(results.map((r) => r.y!.data[0])).toEqual([2, 4, 6, 8])
  // One that fails does not stop those after it.
  const bad = session.run({ x: { dims: [1, 3], data: new Float32Array(3) } })
  const after = session.run(feed(5, 5))
  await expect(bad).rejects.toThrow()
  expect((await after).y!.data[0]).toBe(10)
  await session.release()
  await expect(session.run(feed(1, 1))).rejects.toThrow('released')
})

it('announces a provider that it could not have', async () => {
  const session = await openSession(doubler(DataType.float), { providers: ['nosuch'] })
  expect(session.provider).toBe('cpu')
  expect(session.declined).toMatchObject([{ provider: 'nosuch' }])
  await session.release()
})

it('refuses what is no model, with a sentence', async () => {
  const error = await openSession(new Uint8Array(50)).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(UserFacingError)
  expect(error).toMatchObject({
    code: 'unreadable-file',
    message: expect.stringMatching(/^This model cannot be run: /),
  })
})

it('has no float32 for text', () => {
  expect(() => toFloat32('string', ['a'])).toThrow('type string')
})
