// Reads and writes safetensors: a length, a JSON header, and raw tensors that lie end to end (huggingface, format 0.4).
import { readNumbers, widthOf, type NumberKind } from './numbers.ts'
import { MAX_TENSORS, sizeOfDims, type Fail, type StoredTensor, type TensorFile } from './tensorFile.ts'

/** Parsing a header takes many times its length; 20,000 tensors need 3 MB. */
const MAX_HEADER_BYTES = 10_000_000
const kinds: Readonly<Record<string, NumberKind>> = {
  F16: 'f16',
  BF16: 'bf16',
  F32: 'f32',
  F64: 'f64',
  I8: 'i8',
  U8: 'u8',
  BOOL: 'u8',
  I16: 'i16',
  U16: 'u16',
  I32: 'i32',
  U32: 'u32',
  I64: 'i64',
  U64: 'u64',
}

/** Whether bytes begin as a safetensors file does: a plausible length and the brace of a JSON object. */
export const looksLikeSafetensors = (bytes: Uint8Array): boolean => bytes.length > 9 && bytes[8] === 0x7b

/**
 * Lists the tensors; their values stay in `bytes` until they are read.
 * @throws what `fail` throws, where the header does not describe the file byte for byte
 */
export function readSafetensors(bytes: Uint8Array, fail: Fail): TensorFile {
  const damaged = (why: string): never => fail(`is no usable safetensors file: ${why}. Export it again.`)
  if (bytes.length < 8) return damaged('it is too short')
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true))
  if (length > bytes.length - 8) return damaged('its header is longer than the file')
  if (length > MAX_HEADER_BYTES) return damaged(`its header is longer than ${MAX_HEADER_BYTES} bytes`)
  const body = bytes.subarray(8 + length)
  const header = parsed(bytes.subarray(8, 8 + length)) ?? damaged('its header is no JSON object')
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__')
  if (entries.length > MAX_TENSORS) return damaged(`it holds more than ${MAX_TENSORS} tensors`)
  const tensors = new Map<string, StoredTensor>()
  const spans: [number, number][] = []
  for (const [name, entry] of entries) {
    const wrong = (why: string): never => damaged(`its tensor "${name.slice(0, 100)}" ${why}`)
    const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : wrong('is not described')
    const [begin, end] = isSpan(offsets, body.length) ? offsets : wrong('lies outside the file')
    const size = sizeOfDims(shape) ?? wrong('has an impossible shape')
    const kind = typeof dtype === 'string' && Object.hasOwn(kinds, dtype) ? kinds[dtype]! : wrong('is of no known kind')
    if (end - begin !== size * widthOf(kind)) wrong(`says it has ${size} values, but its bytes are ${end - begin}`)
    spans.push([begin, end])
    tensors.set(name, { dims: shape as number[], read: () => readNumbers(body.subarray(begin, end), kind) })
  }
  let at = 0
  for (const [begin, end] of spans.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (begin !== at) damaged('its tensors overlap or leave gaps')
    at = end
  }
  if (at !== body.length) damaged('its tensors overlap or leave gaps')
  return tensors
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isSpan = (value: unknown, limit: number): value is [number, number] =>
  Array.isArray(value) &&
  value.length === 2 &&
  value.every((n) => Number.isSafeInteger(n) && n >= 0 && n <= limit) &&
  value[0] <= value[1]

function parsed(header: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header))
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

/** A safetensors file of float32 tensors, in the given order, header padded to eight bytes as the format asks. */
export function writeSafetensors(
  tensors: Iterable<readonly [name: string, dims: readonly number[], data: Float32Array]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const list = [...tensors]
  const header: Record<string, unknown> = Object.keys(metadata).length ? { __metadata__: metadata } : {}
  let at = 0
  for (const [name, shape, { byteLength }] of list)
    header[name] = { dtype: 'F32', shape, data_offsets: [at, (at += byteLength)] }
  const plain = new TextEncoder().encode(JSON.stringify(header))
  const length = Math.ceil(plain.length / 8) * 8
  const out = new Uint8Array(8 + length + at).fill(0x20, 8, 8 + length)
  new DataView(out.buffer).setBigUint64(0, BigInt(length), true)
  out.set(plain, 8)
  at = 8 + length
  for (const [, , data] of list) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return out
}
