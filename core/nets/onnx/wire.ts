// Reads protobuf's wire format from bytes that may be hostile: never past the end, never recursive, nothing copied.

/** Bytes that are no ONNX model, or one that we refuse to take apart. */
export class OnnxFormatError extends Error {
  override readonly name = 'OnnxFormatError'
}

/** One field as it stands in a message: its number and its value. */
export type Field =
  | { field: number; wire: 'varint'; value: bigint }
  | { field: number; wire: 'fixed64' | 'bytes' | 'fixed32'; value: Uint8Array }

const MAX_VARINT_BYTES = 10

/**
 * The fields of one message, in order.
 * @throws OnnxFormatError where the bytes end early, a number is too long, or a group is used (ONNX has none)
 */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0
  const varint = (): bigint => {
    const first = bytes[at]
    if (first !== undefined && first < 0x80) {
      at++
      return BigInt(first)
    }
    let value = 0n
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = bytes[at++]
      if (byte === undefined) throw new OnnxFormatError('it ends in the middle of a number')
      value |= BigInt(byte & 0x7f) << BigInt(7 * i)
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new OnnxFormatError('it holds a number of more than 64 bits')
  }
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new OnnxFormatError('it ends in the middle of a field')
    return bytes.subarray(at, (at += length))
  }
  while (at < bytes.length) {
    const tag = varint()
    const field = Number(tag >> 3n)
    if (field === 0 || field > 0x1fff_ffff) throw new OnnxFormatError('it holds a field without a number')
    const kind = Number(tag & 7n)
    if (kind === 0) yield { field, wire: 'varint', value: varint() }
    else if (kind === 1) yield { field, wire: 'fixed64', value: take(8) }
    else if (kind === 2) {
      const length = varint()
      if (length > BigInt(bytes.length)) throw new OnnxFormatError('it announces more bytes than it has')
      yield { field, wire: 'bytes', value: take(Number(length)) }
    } else if (kind === 5) yield { field, wire: 'fixed32', value: take(4) }
    else throw new OnnxFormatError('it holds a kind of field that ONNX does not have')
  }
}

/** All varints of a packed field. @param limit how many are read at most */
export function packedVarints(bytes: Uint8Array, limit: number): bigint[] {
  const out: bigint[] = []
  let [value, shift] = [0n, 0n]
  for (const byte of bytes) {
    value |= BigInt(byte & 0x7f) << shift
    shift += 7n
    if (shift > 70n) throw new OnnxFormatError('it holds a number of more than 64 bits')
    if (byte >= 0x80) continue
    out.push(BigInt.asUintN(64, value))
    if (out.length > limit) throw new OnnxFormatError(`it holds a list of more than ${limit} numbers`)
    ;[value, shift] = [0n, 0n]
  }
  if (shift !== 0n) throw new OnnxFormatError('it ends in the middle of a number')
  return out
}

/** A 64-bit two's complement varint as a number; beyond 2^53 it loses digits, never its sign. */
export const signed = (value: bigint): number => Number(BigInt.asIntN(64, value))

const decoder = new TextDecoder('utf-8', { fatal: false })
/** Text of a string field, shortened to what a name may need. */
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes.subarray(0, 10_000))

/** IEEE 754 little-endian numbers, copied (fields lie at any offset). */
export function float32s(bytes: Uint8Array): Float32Array {
  if (bytes.length % 4) throw new OnnxFormatError('it ends in the middle of a number')
  return new Float32Array(Uint8Array.from(bytes).buffer)
}
