// The readers of safetensors, NumPy and zip take what those programs write, and nothing that could hurt.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UserFacingError } from '../../contract/errors.ts'
import { build } from '../build.ts'
import { plausibleWeights } from '../testSupport.ts'
import { readNpy, readNpz } from './npy.ts'
import { readSafetensors, writeSafetensors } from './safetensors.ts'
import { failFor } from './tensorFile.ts'
import { npy, npz, zip } from './testFiles.ts'
import { importWeights, weightsToSafetensors } from './weightFile.ts'
import { readZip } from './zip.ts'

const fail = failFor('face.bin')
const text = (s: string): Uint8Array => new TextEncoder().encode(s)
const values = (file: ReadonlyMap<string, { dims: readonly number[]; read(): Float32Array | null }>) =>
  Object.fromEntries([...file].map(([name, t]) => [name, [t.dims, [...t.read()!]]]))

/** A safetensors file by hand. */
const safe = (header: unknown, body: ArrayLike<number> = []): Uint8Array => {
  const json = typeof header === 'string' ? text(header) : text(JSON.stringify(header))
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true)
  return Uint8Array.from([...length, ...json, ...Array.from(body)])
}

describe('safetensors', () => {
  it('reads every width, in any order, and what we write', () => {
    const header = {
      __metadata__: { format: 'pt' },
      b: { dtype: 'BF16', shape: [2], data_offsets: [4, 8] },
      a: { dtype: 'F32', shape: [1, 1], data_offsets: [0, 4] },
      h: { dtype: 'F16', shape: [], data_offsets: [8, 10] },
      n: { dtype: 'I64', shape: [1], data_offsets: [10, 18] },
    }
    // 1.5, then -2 and 0.15625 as bfloat16, 0.5 as half, -3.
    const body = [0, 0, 0xc0, 0x3f, 0, 0xc0, 0x20, 0x3e, 0, 0x38, 0xfd, 255, 255, 255, 255, 255, 255, 255]
    expect(values(readSafetensors(safe(header, body), fail))).toEqual({
      b: [[2], [-2, 0.15625]],
      a: [[1, 1], [1.5]],
      h: [[], [0.5]],
      n: [[1], [-3]],
    })
    const own = writeSafetensors([['x', [2], Float32Array.of(1, -1)] as const], { by: 'us' })
    expect(new DataView(own.buffer).getUint32(0, true) % 8).toBe(0)
    expect(values(readSafetensors(own, fail))).toEqual({ x: [[2], [1, -1]] })
  })

  const one = { dtype: 'F32', shape: [1], data_offsets: [0, 4] }
  it.each<[string, Uint8Array, string]>([
    [
      'a header longer than the file',
      Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 255]),
      'longer than the file',
    ],
    ['no JSON', safe('{"a":'), 'no JSON object'],
    ['a list', safe('[1]'), 'no JSON object'],
    ['a tensor beyond the end', safe({ a: { ...one, data_offsets: [0, 8] } }, [0, 0, 0, 0]), 'lies outside the file'],
    ['a tensor that ends before it begins', safe({ a: { ...one, data_offsets: [4, 0] } }, [0, 0, 0, 0]), 'outside'],
    ['a tensor of another length', safe({ a: { ...one, shape: [2] } }, [0, 0, 0, 0]), 'says it has 2 values'],
    ['an overflow', safe({ a: { ...one, shape: [2 ** 31, 2 ** 31, 4] } }, [0, 0, 0, 0]), 'impossible shape'],
    ['overlap', safe({ a: one, b: one }, [0, 0, 0, 0]), 'overlap or leave gaps'],
    ['a gap', safe({ a: one }, [0, 0, 0, 0, 9]), 'overlap or leave gaps'],
    ['one name twice', safe('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{}}', [0, 0, 0, 0]), 'outside'],
    ['an unknown kind', safe({ a: { ...one, dtype: 'constructor' } }, [0, 0, 0, 0]), 'of no known kind'],
  ])('refuses %s', (_what, bytes, message) => {
    expect(() => readSafetensors(bytes, fail)).toThrow(UserFacingError)
    expect(() => readSafetensors(bytes, fail)).toThrow(message)
  })
})

describe('NumPy', () => {
  it('reads both orders of axes', () => {
    const c = readNpy(npy([2, 3], Float32Array.of(1, 2, 3, 4, 5, 6)), 'x', fail)
    const f = readNpy(npy([2, 3], Float32Array.of(1, 4, 2, 5, 3, 6), true), 'x', fail)
    expect([...f.read()!]).toEqual([...c.read()!])
    expect(f.dims).toEqual([2, 3])
  })
  it('reads what numpy 1.26 wrote: np.array([1.5, -2], "<f8")', () => {
    const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }".padEnd(117) + '\n'
    const start = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]
    const body = new Uint8Array(Float64Array.of(1.5, -2).buffer)
    expect([...readNpy(Uint8Array.from([...start, ...text(header), ...body]), 'x', fail).read()!]).toEqual([1.5, -2])
  })
  it.each([
    ["{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 'holds |O instead of numbers'],
    ["{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", 'holds >f4 instead of numbers'],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (9,), }", 'says it has 9 values, but is 4 bytes'],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", 'impossible shape'],
    ["{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", 'no plain array'],
  ])('refuses %s', (header, message) => {
    const start = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]
    expect(() => readNpy(Uint8Array.from([...start, ...text(header), 0, 0, 0, 0]), 'x', fail)).toThrow(message)
  })
  it('refuses archives with anything else inside', () => {
    expect(() => readNpz(zip([['../evil.sh', text('rm')]]), fail)).toThrow('"../evil.sh", which is no NumPy array')
    const twice = zip([['a.npy', npy([1], Float32Array.of(1))], ['a.npy', npy([1], Float32Array.of(2))]]) // prettier-ignore
    expect(() => readNpz(twice, fail)).toThrow('holds the array "a" twice')
  })
})

describe('zip', () => {
  const limits = { entries: 3, content: 1000 }
  const good = zip([['a', text('aaaa'.repeat(50))], ['b', text('b')]]) // prettier-ignore
  const edit = (change: (view: DataView) => void): Uint8Array => {
    const copy = Uint8Array.from(good)
    change(new DataView(copy.buffer))
    return copy
  }
  const central = (view: DataView): number => view.getUint32(view.byteLength - 6, true)
  const readAll = (bytes: Uint8Array): string[] =>
    readZip(bytes, limits, fail).map(({ read }) => new TextDecoder().decode(read()))

  it('reads stored and deflated entries', () => {
    expect(readAll(good)).toEqual(['aaaa'.repeat(50), 'b'])
    expect(readAll(zip([['a', text('xyz')]], false))).toEqual(['xyz'])
  })
  it.each<[string, Uint8Array, string]>([
    ['more content than allowed', zip([['a', new Uint8Array(1001)]]), 'its content is larger than 1000 bytes'],
    ['too many entries', zip(['a', 'b', 'c', 'd'].map((n) => [n, text(n)])), 'more than 3 entries'],
    ['a bomb that lies about its size', edit((v) => v.setUint32(central(v) + 24, 5, true)), 'entry "a" is damaged'],
    ['content that was changed', edit((v) => v.setUint32(central(v) + 16, 1, true)), 'entry "a" is damaged'],
    ['entries that overlap', edit((v) => v.setUint32(v.byteLength - 22 - 5, 0, true)), 'its entries overlap'],
    ['encryption', edit((v) => v.setUint16(central(v) + 8, 1, true)), 'it is encrypted'],
    ['another packing', edit((v) => v.setUint16(central(v) + 10, 12, true)), 'other than deflate'],
    ['a cut-off file', good.subarray(0, good.length - 9), 'its directory is missing'],
  ])('refuses %s', (_what, bytes, message) => {
    expect(() => readAll(bytes)).toThrow(UserFacingError)
    expect(() => readAll(bytes)).toThrow(message)
  })
})

describe('whatever the bytes, the answer is weights or a sentence', () => {
  const g = build('tiny')
  const graph = g.done({ y: g.dense('d', g.input([3]), { units: 2 }) })
  const weights = plausibleWeights(graph, 1)
  const own = weightsToSafetensors(graph, weights)
  const state = new Map(
    [['d.weight', [2, 3]] as const, ['d.bias', [2]] as const].map(([name, dims]) => [
      name,
      { dims: [...dims], data: new Float32Array(dims.reduce<number>((a, b) => a * b, 1)) },
    ]),
  )
  const survives = (bytes: Uint8Array, name = 'x.bin'): void => {
    try {
      importWeights(graph, bytes, name)
    } catch (error) {
      if (!(error instanceof UserFacingError)) throw error
    }
  }
  it('random bytes, with and without the beginning of a format', () => {
    const starts = fc.constantFrom([], [0x50, 0x4b, 3, 4], [20, 0, 0, 0, 0, 0, 0, 0, 0x7b])
    const bytes = fc.tuple(starts, fc.uint8Array({ maxLength: 300 })).map(([a, b]) => Uint8Array.from([...a, ...b]))
    fc.assert(
      fc.property(bytes, (b) => (survives(b), survives(b, 'x.onnx'))),
      { numRuns: 1000 },
    )
  })
  it.each([
    ['safetensors', own],
    ['npz, stored', npz(state, false)],
    ['npz, deflated', npz(state)],
  ])('a file with bytes changed, cut out or doubled: %s', (_what, good) => {
    importWeights(graph, good, 'x')
    const edit = fc.record({
      at: fc.nat(good.length - 1),
      length: fc.nat(12),
      kind: fc.constantFrom('set', 'cut', 'double'),
      byte: fc.nat(255),
    })
    const edited = fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) =>
      edits.reduce<Uint8Array>((bytes, { at, length, kind, byte }) => {
        const start = Math.min(at, bytes.length)
        const end = Math.min(start + length, bytes.length)
        if (kind === 'set') return bytes.map((old, i) => (i === start ? byte : old))
        const middle = kind === 'cut' ? [] : [...bytes.subarray(start, end), ...bytes.subarray(start, end)]
        return Uint8Array.from([...bytes.subarray(0, start), ...middle, ...bytes.subarray(end)])
      }, Uint8Array.from(good)),
    )
    fc.assert(
      fc.property(edited, (bytes) => survives(bytes)),
      { numRuns: 1000 },
    )
  })
})
