// Tensors of every number type are read as what they mean.
import { expect, it } from 'vitest'
import { DataType, type OnnxTensor } from './model.ts'
import { valuesOf } from './values.ts'

const bytes = (data: ArrayBufferView): Uint8Array => new Uint8Array(data.buffer)
const tensor = (type: number, raw: Uint8Array, numbers: number[] = []): OnnxTensor => ({
  name: 't',
  dims: [2],
  type,
  raw,
  numbers,
})

it.each([
  ['float', DataType.float, bytes(Float32Array.of(1.5, -2)), [1.5, -2]],
  ['double', DataType.double, bytes(Float64Array.of(0.25, -1e6)), [0.25, -1e6]],
  ['float16', DataType.float16, bytes(Uint16Array.of(0x3c00, 0xc000)), [1, -2]],
  ['uint8', DataType.uint8, Uint8Array.of(0, 255), [0, 255]],
  ['int8', DataType.int8, Uint8Array.of(1, 255), [1, -1]],
  ['int32', DataType.int32, bytes(Int32Array.of(7, -7)), [7, -7]],
  ['int64', DataType.int64, bytes(BigInt64Array.of(2n ** 40n, -1n)), [2 ** 40, -1]],
])('%s, at any offset in the file', (_name, type, raw, expected) => {
  const inFile = Uint8Array.from([9, ...raw]).subarray(1)
  expect([...valuesOf(tensor(type, inFile))!]).toEqual(expected)
})

it('reads the typed fields, where halves are written as their bits', () => {
  expect([...valuesOf(tensor(DataType.int64, new Uint8Array(0), [3, 4]))!]).toEqual([3, 4])
  expect([...valuesOf(tensor(DataType.float16, new Uint8Array(0), [0x3c00, 0xc000]))!]).toEqual([1, -2])
})

it('has no numbers for complex tensors', () => {
  expect(valuesOf(tensor(DataType.complex64, new Uint8Array(16)))).toBeNull()
})
