// Reads NumPy's arrays: one array per .npy, a zip of them as .npz (NumPy, NEP 1, versions 1 to 3).
import { readNumbers, widthOf, type NumberKind } from './numbers.ts'
import {
  MAX_TENSORS,
  MAX_WEIGHT_BYTES,
  sizeOfDims,
  type Fail,
  type StoredTensor,
  type TensorFile,
} from './tensorFile.ts'
import { readZip } from './zip.ts'

const kinds: Readonly<Record<string, NumberKind>> = {
  '<f2': 'f16',
  '<f4': 'f32',
  '<f8': 'f64',
  '|i1': 'i8',
  '|u1': 'u8',
  '|b1': 'u8',
  '<i2': 'i16',
  '<u2': 'u16',
  '<i4': 'i32',
  '<u4': 'u32',
  '<i8': 'i64',
  '<u8': 'u64',
}

/**
 * An array of numbers; objects (which are pickles, that is, programs) and big-endian numbers are refused.
 * @param what what the array is called in `fail`'s sentence
 * @throws what `fail` throws
 */
export function readNpy(bytes: Uint8Array, what: string, fail: Fail): StoredTensor {
  const damaged = (why: string): never => fail(`is no usable NumPy file: ${what} ${why}. Save it again.`)
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
  if (bytes.length < 12 || magic.some((b, i) => bytes[i] !== b)) return damaged('does not begin as one')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const long = bytes[6]! > 1
  const start = long ? 12 : 10
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true)
  if (bytes[6]! > 3 || bytes[6] === 0) return damaged('is of an unknown version')
  if (length > 10_000 || start + length > bytes.length) return damaged('has a damaged header')
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, start + length))
  const descr = /'descr':\s*'([^']{1,10})'/.exec(header)?.[1]
  const fortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1]
  const shape = /'shape':\s*\(([\d,\s]{0,200})\)/.exec(header)?.[1]
  if (descr === undefined || fortran === undefined || shape === undefined)
    return damaged('holds no plain array of numbers')
  const kind = Object.hasOwn(kinds, descr) ? kinds[descr]! : damaged(`holds ${descr} instead of numbers`)
  const dims = shape
    .split(',')
    .map((d) => d.trim())
    .filter((d) => d !== '')
    .map(Number)
  const size = sizeOfDims(dims) ?? damaged('has an impossible shape')
  const body = bytes.subarray(start + length)
  if (body.length !== size * widthOf(kind)) return damaged(`says it has ${size} values, but is ${body.length} bytes`)
  const read = (): Float32Array => readNumbers(body, kind)
  return { dims, read: fortran === 'True' && dims.length > 1 ? () => fromFortran(read(), dims) : read }
}

/** First axis fastest → last axis fastest. */
function fromFortran(data: Float32Array, dims: readonly number[]): Float32Array {
  const out = new Float32Array(data.length)
  const strides = dims.map((_, i) => dims.slice(0, i).reduce((a, b) => a * b, 1))
  const index = dims.map(() => 0)
  for (let at = 0; at < out.length; at++) {
    out[at] = data[index.reduce((sum, n, axis) => sum + n * strides[axis]!, 0)]!
    for (let axis = dims.length - 1; axis >= 0 && ++index[axis]! === dims[axis]; axis--) index[axis] = 0
  }
  return out
}

/**
 * The arrays of an .npz by name. Each is unpacked when it is listed, because its shape stands inside.
 * @throws what `fail` throws
 */
export function readNpz(bytes: Uint8Array, fail: Fail): TensorFile {
  const entries = readZip(bytes, { entries: MAX_TENSORS, content: MAX_WEIGHT_BYTES }, fail)
  if (entries.some(({ name }) => name.endsWith('data.pkl')))
    return fail(
      'is a PyTorch pickle, which may run any program when it is opened. Save its state_dict with ' +
        'safetensors.torch.save_file and import that file.',
      'forbidden',
    )
  const tensors = new Map<string, StoredTensor>()
  for (const { name, read } of entries) {
    if (!name.endsWith('.npy')) fail(`holds "${name.slice(0, 100)}", which is no NumPy array.`)
    const key = name.slice(0, -'.npy'.length)
    if (tensors.has(key)) fail(`holds the array "${key.slice(0, 100)}" twice.`)
    tensors.set(key, readNpy(read(), `its array "${key.slice(0, 100)}"`, fail))
  }
  return tensors
}
