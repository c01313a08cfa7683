// The codec carries every value it accepts unchanged, and no bytes whatsoever make the decoder do more than refuse.
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode, WireError } from './codec.ts'

const key = fc.oneof(fc.string(), fc.constantFrom('$', '$$', '$0', 'constructor', 'toString', 'length'))
const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (x === 0 ? 0 : x)),
  fc.uint8Array(),
  fc.float32Array({ noNaN: true }),
  fc.float64Array({ noNaN: true }),
  fc.int32Array(),
)
const { value: anything } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value')),
    fc.dictionary(
      key.filter((k) => k !== '__proto__'),
      tie('value'),
      { noNullPrototype: true },
    ),
  ),
}))
const refused = (bytes: Uint8Array) => {
  try {
    decode(bytes)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(WireError)
    return true
  }
  return false
}
/** A message with this header and these bytes after it, as an attacker would write it. */
function forged(header: string, tail = new Uint8Array()): Uint8Array {
  const head = new TextEncoder().encode(header)
  const start = Math.ceil((4 + head.length) / 8) * 8
  const out = new Uint8Array(start + tail.length)
  new DataView(out.buffer).setUint32(0, head.length, true)
  out.set(head, 4)
  out.set(tail, start)
  return out
}

describe('what is sent arrives', () => {
  it('any plain value with typed arrays', () => {
    // Vitest compares .constructor, which is data here.
    fc.assert(fc.property(anything, (value) => isDeepStrictEqual(decode(encode(value)), value)))
  })
  it('a view into a larger buffer, and a Buffer, as just their own bytes', () => {
    const whole = new Float32Array([1, 2, 3, 4])
    expect(decode(encode(whole.subarray(1, 3)))).toStrictEqual(new Float32Array([2, 3]))
    expect(decode(encode(Buffer.from('ab')))).toStrictEqual(new Uint8Array([97, 98]))
    expect((decode(encode(new Uint8Array(3))) as Uint8Array).buffer.byteLength).toBe(3)
  })
  it('from a Buffer, which may lie anywhere in a shared pool', () => {
    const message = Buffer.from(Buffer.from(encode({ a: new Uint8Array([1, 2, 3]) })).toString('base64'), 'base64')
    expect(decode(message)).toStrictEqual({ a: new Uint8Array([1, 2, 3]) })
  })
  it('blobs lie 8-aligned behind the header, so 10 bytes of data cost no more than a few of padding', () => {
    const bytes = encode({ a: new Uint8Array([1, 2, 3]), b: new Float64Array([1.5]) })
    expect(bytes.length % 8).toBe(0)
    expect(Array.from(bytes.subarray(-16))).toEqual([1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f])
  })
  it('absent members stay absent', () => expect(decode(encode({ a: undefined, b: 1 }))).toStrictEqual({ b: 1 }))
})

describe('what cannot be carried truthfully is a defect of the sender', () => {
  it.each([NaN, Infinity, undefined, 1n, Symbol('x'), new Map(), new Date(0), () => 0, new BigInt64Array(1)])(
    '%s',
    (value) => expect(() => encode([value])).toThrow(TypeError),
  )
  it('a cycle', () => {
    const cycle: { self?: unknown } = {}
    cycle.self = cycle
    expect(() => encode(cycle)).toThrow(TypeError)
  })
  it('a key named __proto__', () => expect(() => encode(JSON.parse('{"__proto__":1}'))).toThrow(TypeError))
})

describe('hostile bytes', () => {
  it('are decoded or refused, never anything else', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void refused(bytes)))
  })
  it('cut short or lengthened, always refused', () => {
    fc.assert(
      fc.property(anything, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 20 }), (value, cut, more) => {
        const bytes = encode(value)
        expect(refused(bytes.subarray(0, cut % bytes.length))).toBe(true)
        expect(refused(new Uint8Array([...bytes, ...more]))).toBe(true)
      }),
    )
  })
  it('with any one byte changed, decoded or refused', () => {
    fc.assert(
      fc.property(anything, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, flip) => {
        const bytes = encode(value)
        bytes[at % bytes.length]! ^= flip
        refused(bytes)
      }),
    )
  })
  it.each([
    ['no header object', 'null'],
    ['no blob list', '{"value":1}'],
    ['__proto__', '{"value":{"__proto__":{"admin":true}},"blobs":[]}'],
    ['deep __proto__', '{"value":[{"a":{"__proto__":1}}],"blobs":[]}'],
    ['a reserved key', '{"value":{"$x":1},"blobs":[]}'],
    ['a blob that is not there', '{"value":{"$":0},"blobs":[]}'],
    ['a blob by name', '{"value":{"$":"length"},"blobs":[]}'],
    ['a negative size', '{"value":{"$":0},"blobs":[["Uint8Array",-8]]}'],
    ['a fractional size', '{"value":{"$":0},"blobs":[["Uint8Array",1.5]]}'],
    ['a size beyond the message', '{"value":{"$":0},"blobs":[["Uint8Array",9007199254740991]]}'],
    ['an inherited kind', '{"value":{"$":0},"blobs":[["constructor",0]]}'],
    ['an unused blob', '{"value":1,"blobs":[["Uint8Array",0]]}'],
    ['one blob twice', '{"value":[{"$":0},{"$":0}],"blobs":[["Uint8Array",0]]}'],
    ['nesting', `{"value":${'['.repeat(100_000)}${']'.repeat(100_000)},"blobs":[]}`],
  ])('%s', (_, header) => expect(refused(forged(header))).toBe(true))
  it('sizes that do not fit the kind of number', () => {
    expect(refused(forged('{"value":{"$":0},"blobs":[["Float64Array",4]]}', new Uint8Array(8)))).toBe(true)
  })
})
