// Nothing hostile passes the gate, everything ordinary does, and no bytes whatever crash it.
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { resource } from '../../base/root.ts'
import { UserFacingError } from '../../contract/errors.ts'
import { build } from '../build.ts'
import { initialWeights } from '../initialise.ts'
import { checkOnnx } from './check.ts'
import { decodeModel } from './decode.ts'
import { encodeModel } from './encode.ts'
import { toOnnx } from './lower.ts'
import type { AttributeValue, OnnxModel, OnnxTensor } from './model.ts'

const g = build('tiny')
const graph = g.done({
  y: g.dense('d', g.globalAvgPool('p', g.conv('c', g.input([16, 16, 3]), { filters: 4, kernel: 3 })), { units: 5 }),
})
const good = toOnnx(graph, initialWeights(graph, 1))

/** The good file with one thing changed. */
function changed(change: (model: OnnxModel) => void): Uint8Array {
  const model = decodeModel(good)
  change(model)
  return encodeModel(model)
}
function refusal(bytes: Uint8Array): UserFacingError {
  try {
    checkOnnx(bytes, 'model.onnx')
  } catch (error) {
    if (error instanceof UserFacingError) return error
    throw error
  }
  throw new Error('it passed')
}

/** Protobuf by hand, for what our writer cannot say. */
const varint = (n: number): number[] => (n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...varint(Math.floor(n / 128))])
const field = (number: number, body: Iterable<number>): number[] => {
  const inner = [...body]
  return [...varint(number * 8 + 2), ...varint(inner.length), ...inner]
}
const int = (number: number, value: number): number[] => [...varint(number * 8), ...varint(value)]
const ascii = (text: string): number[] => [...new TextEncoder().encode(text)]
const file = (...parts: number[][]): Uint8Array =>
  Uint8Array.from([...int(1, 8), ...parts.flat(), ...field(8, int(2, 17))])

describe('passes', () => {
  it('our own files, and says what they are', () => {
    expect(checkOnnx(good, 'tiny.onnx')).toMatchObject({
      inputName: 'input',
      inputShape: ['N', 3, 16, 16],
      outputName: 'y',
      outputShape: ['N', 5],
      operators: ['Conv', 'Flatten', 'Gemm', 'GlobalAveragePool', 'Identity'],
      parameters: 108 + 20 + 5,
    })
  })
  it.each(['dlib-resnet', 'retinaface-mnet025'])('the shipped %s', (name) => {
    expect(() => checkOnnx(readFileSync(resource('models', name, 'model.onnx')), name)).not.toThrow()
  })
  it('what it reads is what was written', () => {
    expect(encodeModel(decodeModel(good))).toEqual(good)
  })
})

describe('refuses, with a sentence', () => {
  const external = field(13, [...field(1, ascii('location')), ...field(2, ascii('../../../etc/passwd'))])
  const tensor = (extra: number[]): number[] => [...int(1, 1), ...int(2, 1), ...field(8, ascii('w')), ...extra]

  it.each([
    ['an external path', file(field(7, field(5, tensor(external))))],
    ['an external location without a path', file(field(7, field(5, tensor(int(14, 1)))))],
    [
      'external data in a constant',
      file(field(7, field(1, [...field(4, ascii('Constant')), ...field(5, field(5, tensor(external)))]))),
    ],
    ['external data in a branch', file(field(7, field(1, field(5, field(6, field(5, tensor(external)))))))],
  ])('%s', (_what, bytes) => {
    const error = refusal(bytes)
    expect(error.code).toBe('forbidden')
    expect(error.message).toMatch(/^model\.onnx is refused: its tensor "w" is stored in another file\./)
  })

  it('a bomb of nested graphs', () => {
    let bomb = field(2, ascii('core'))
    for (let i = 0; i < 300; i++) bomb = field(1, field(5, field(6, bomb)))
    expect(refusal(file(field(7, bomb))).message).toContain('it nests graphs more than 2 deep')
  })
  it('a graph that stands twice, which other readers would merge', () => {
    expect(refusal(Uint8Array.from([...good, ...field(7, [])])).message).toContain('it holds its graph twice')
  })
  it('a file of nothing but tiny fields', () => {
    const dust = new Uint8Array(5_000_000).fill(0x28) // field 5, value 40, again and again
    expect(refusal(dust).message).toContain('it holds more than 2000000 fields')
  })
  it('functions, training instructions, sparse tensors', () => {
    expect(refusal(file(field(25, []), field(7, []))).message).toContain('functions of its own')
    expect(refusal(file(field(20, []), field(7, []))).message).toContain('instructions for training')
    expect(refusal(file(field(7, field(15, [])))).message).toContain('sparse tensor')
  })
  it.each([
    ['evil.custom', 'Anything'],
    ['com.microsoft', 'EPContext'],
    ['', 'Loop'],
    ['', 'Scan'],
    ['', '../../lib'],
  ])('the operation %s.%s', (domain, op) => {
    const error = refusal(changed((m) => Object.assign(m.graph.nodes[0]!, { domain, op })))
    expect(error.code).toBe('forbidden')
    expect(error.message).toContain('it uses the operation')
  })

  const weight = (m: OnnxModel): OnnxTensor => m.graph.initialisers[0]!
  it.each<[string, (m: OnnxModel) => void, RegExp]>([
    ['a tensor shorter than it says', (m) => (weight(m).dims = [9, 9, 9, 9]), /says it has 6561 values, but has 108/],
    ['a tensor of 2^62 values', (m) => (weight(m).dims = [2 ** 31, 2 ** 31]), /absurdly large/],
    ['a negative size', (m) => (weight(m).dims = [-1, 4]), /impossible size/],
    ['an unknown element type', (m) => (weight(m).type = 99), /not supported/],
    ['a lie about the element type', (m) => (weight(m).type = 11), /says it has 108 values, but has 54/],
  ])('%s', (_what, change, message) => {
    const error = refusal(changed(change))
    expect(error.code).toBe('unreadable-file')
    expect(error.message).toMatch(message)
  })

  const input = (m: OnnxModel) => m.graph.inputs[0]!
  it.each<[string, (m: OnnxModel) => void, RegExp]>([
    ['two inputs', (m) => m.graph.inputs.push({ ...input(m), name: 'second' }), /wants 2 inputs/],
    ['no output', (m) => (m.graph.outputs = []), /no input or no output/],
    ['byte images', (m) => (input(m).type = 2), /float32 input/],
    ['sound', (m) => (input(m).dims = ['N', 16000]), /takes an input of N x 16000/],
    ['grey images', (m) => (input(m).dims = ['N', 1, 112, 112]), /three colour channels/],
    ['a batch of 64', (m) => (input(m).dims = [64, 3, 112, 112]), /batch of one/],
    ['a picture of 100,000 pixels a side', (m) => (input(m).dims = [1, 3, 100_000, 100_000]), /that is no image/],
  ])('a model of %s', (_what, change, message) => {
    const error = refusal(changed(change))
    expect(error.code).toBe('wrong-model')
    expect(error.message).toMatch(message)
  })

  it('an empty file, a picture, a truncated model', () => {
    expect(refusal(new Uint8Array(0)).message).toBe('model.onnx is empty. Choose the ONNX file again.')
    expect(refusal(Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])).code).toBe('unreadable-file')
    for (const share of [0.1, 0.5, 0.9, 0.999])
      expect(refusal(good.subarray(0, Math.floor(good.length * share))).code).toBe('unreadable-file')
  })
  it('an attribute that carries a graph under another type', () => {
    const hidden = field(5, [...field(1, ascii('x')), ...int(20, 2), ...field(6, field(2, ascii('g')))])
    expect(refusal(file(field(7, field(1, [...field(4, ascii('Relu')), ...hidden])))).message).toContain(
      'not of the type it states',
    )
  })
})

describe('whatever the bytes, the answer is facts or a sentence', () => {
  const survives = (bytes: Uint8Array): void => {
    try {
      checkOnnx(bytes, 'x.onnx')
    } catch (error) {
      if (!(error instanceof UserFacingError)) throw error
    }
  }
  it('random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), survives), { numRuns: 2000 })
  })
  it('a model with bytes changed, cut out or doubled', () => {
    const at = fc.nat(good.length - 1)
    const edit = fc.record({ at, length: fc.nat(12), kind: fc.constantFrom('set', 'cut', 'double'), byte: fc.nat(255) })
    const edited = fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) =>
      edits.reduce((bytes, { at, length, kind, byte }) => {
        const start = Math.min(at, bytes.length)
        const end = Math.min(start + length, bytes.length)
        if (kind === 'set') return bytes.map((old, i) => (i === start ? byte : old))
        const middle = kind === 'cut' ? [] : [...bytes.subarray(start, end), ...bytes.subarray(start, end)]
        return Uint8Array.from([...bytes.subarray(0, start), ...middle, ...bytes.subarray(end)])
      }, good),
    )
    fc.assert(fc.property(edited, survives), { numRuns: 2000 })
  })
  it('attributes of every kind survive the way through the file', () => {
    const values: Record<string, AttributeValue> = {
      a: { kind: 'int', value: -7 },
      b: { kind: 'float', value: 0.5 },
      c: { kind: 'string', value: 'ü' },
      d: { kind: 'ints', value: [1, -2, 2 ** 40] },
      e: { kind: 'floats', value: [1.5, -2.25] },
      f: { kind: 'tensor', value: { name: 't', dims: [2], type: 2, raw: Uint8Array.of(1, 2), numbers: [] } },
    }
    const bytes = changed((m) => (m.graph.nodes[0]!.attributes = values))
    expect(decodeModel(bytes).graph.nodes[0]!.attributes).toEqual(values)
  })
})
