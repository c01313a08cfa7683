// One frame as one binary message: header length (u32, little-endian), JSON header, then raw blobs, each 8-aligned.
// The decoder takes bytes from outside: sizes, depth and keys are checked, and every fault is a WireError.

/** The bytes are no frame of ours. */
export class WireError extends Error {
  override readonly name = 'WireError'
}

const VIEWS = { Uint8Array, Float32Array, Float64Array, Int32Array } as const
type ViewName = keyof typeof VIEWS
type Blob = InstanceType<(typeof VIEWS)[ViewName]>

const MAX_HEADER = 64 * 2 ** 20
const MAX_BLOBS = 65_536
const MAX_DEPTH = 64
const PREFIX = 4
const aligned = (n: number) => Math.ceil(n / 8) * 8
const text = new TextEncoder()
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Encodes plain data: null, booleans, finite numbers, strings, arrays, plain objects (undefined members are left out)
 * and Uint8Array, Float32Array, Float64Array, Int32Array, which travel as raw bytes.
 * @throws TypeError on anything else, which is a defect of the sender.
 */
export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  const blobs: Blob[] = []
  const plain = strip(value, blobs, 0)
  const sizes = blobs.map((blob) => [nameOf(blob), blob.byteLength])
  const header = text.encode(JSON.stringify({ value: plain, blobs: sizes }))
  let offset = aligned(PREFIX + header.length)
  const size = blobs.reduce((sum, blob) => sum + aligned(blob.byteLength), offset)
  const out = new Uint8Array(size)
  new DataView(out.buffer).setUint32(0, header.length, true)
  out.set(header, PREFIX)
  for (const blob of blobs) {
    out.set(new Uint8Array(blob.buffer, blob.byteOffset, blob.byteLength), offset)
    offset += aligned(blob.byteLength)
  }
  return out
}

/**
 * Decodes one message; blobs become arrays with buffers of their own.
 * @throws WireError whatever the bytes are.
 */
export function decode(message: Uint8Array): unknown {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength)
  if (message.byteLength < PREFIX) throw new WireError('shorter than a header')
  const length = view.getUint32(0, true)
  if (length > MAX_HEADER || length > message.byteLength - PREFIX) throw new WireError('header longer than the message')
  const header = parseHeader(message.subarray(PREFIX, PREFIX + length))
  let offset = aligned(PREFIX + length)
  const blobs = header.blobs.map(([name, bytes]) => {
    const start = offset
    offset += aligned(bytes)
    if (offset > message.byteLength) throw new WireError('blobs longer than the message')
    // Not message.slice: that of a Buffer is a view into memory shared with others.
    return new VIEWS[name](Uint8Array.prototype.slice.call(message, start, start + bytes).buffer)
  })
  if (offset !== message.byteLength) throw new WireError('bytes after the last blob')
  const unused = new Set(blobs)
  const value = fill(header.value, blobs, unused, 0)
  if (unused.size > 0) throw new WireError('a blob that nothing refers to')
  return value
}

function parseHeader(bytes: Uint8Array): { value: unknown; blobs: [ViewName, number][] } {
  let header: unknown
  try {
    header = JSON.parse(strictUtf8.decode(bytes))
  } catch {
    throw new WireError('header is not JSON')
  }
  if (!isRecord(header) || !('value' in header) || !Array.isArray(header['blobs'])) throw new WireError('no header')
  const blobs: unknown[] = header['blobs']
  if (blobs.length > MAX_BLOBS) throw new WireError('too many blobs')
  for (const blob of blobs)
    if (!Array.isArray(blob) || blob.length !== 2 || !isView(blob[0]) || !isSize(blob[1], blob[0]))
      throw new WireError('a blob of no known kind or size')
  return { value: header['value'], blobs: blobs as [ViewName, number][] }
}

/** Replaces blobs by {"$": index}; keys that begin with "$" get one more so that data cannot pose as a blob. */
function strip(value: unknown, blobs: Blob[], depth: number): unknown {
  if (depth > MAX_DEPTH) throw new TypeError('cannot send data nested this deep')
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (ArrayBuffer.isView(value)) return { $: blobs.push(value as Blob) - 1 }
  if (Array.isArray(value)) return value.map((item: unknown) => strip(item, blobs, depth + 1))
  if (isPlain(value)) {
    const out: [string, unknown][] = []
    for (const [key, member] of Object.entries(value)) {
      if (key === '__proto__') throw new TypeError('cannot send a key named __proto__')
      if (member !== undefined) out.push([key.startsWith('$') ? `$${key}` : key, strip(member, blobs, depth + 1)])
    }
    return Object.fromEntries(out)
  }
  throw new TypeError(`cannot send ${Object.prototype.toString.call(value)}`)
}

function fill(value: unknown, blobs: Blob[], unused: Set<Blob>, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new WireError('nested too deep')
  if (Array.isArray(value)) return value.map((item: unknown) => fill(item, blobs, unused, depth + 1))
  if (!isRecord(value)) return value
  if (Object.hasOwn(value, '$')) {
    const blob = Object.keys(value).length === 1 ? blobs[value['$'] as number] : undefined
    // Each blob once: otherwise a short message could unfold into a large structure.
    if (!blob || !unused.delete(blob)) throw new WireError('no such blob')
    return blob
  }
  const out: [string, unknown][] = []
  for (const [key, member] of Object.entries(value)) {
    if (key === '__proto__') throw new WireError('a key named __proto__')
    if (key.startsWith('$') && !key.startsWith('$$')) throw new WireError('a reserved key')
    out.push([key.startsWith('$') ? key.slice(1) : key, fill(member, blobs, unused, depth + 1)])
  }
  return Object.fromEntries(out)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
function isPlain(value: unknown): value is Record<string, unknown> {
  if (!isRecord(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
const isView = (name: unknown): name is ViewName => typeof name === 'string' && Object.hasOwn(VIEWS, name)
const isSize = (bytes: unknown, name: ViewName): boolean =>
  Number.isSafeInteger(bytes) && (bytes as number) >= 0 && (bytes as number) % VIEWS[name].BYTES_PER_ELEMENT === 0
function nameOf(blob: ArrayBufferView): ViewName {
  // Node's Buffer is a Uint8Array and arrives as one.
  for (const name of Object.keys(VIEWS) as ViewName[]) if (blob instanceof VIEWS[name]) return name
  throw new TypeError(`cannot send ${Object.prototype.toString.call(blob)}`)
}
