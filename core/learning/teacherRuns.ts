// Runs a finished network on faces: their pixels in the order that it takes, its answers in ours.
import { UserFacingError } from '../contract/errors.ts'
import type { OnnxSession } from '../runtime/session.ts'

export interface Output {
  readonly name: string
  /** [height, width, channels] of a map; absent where it is a vector. */
  readonly map?: readonly [number, number, number]
}

const isPlanar = (session: OnnxSession): boolean => session.inputs[0]!.dims[1] === 3

/** The output of that name, which has to be a map of a known size. @throws UserFacingError */
export function mapPort(session: OnnxSession, name: string, file: string): Output {
  const found = session.outputs.find((each) => each.name === name)
  const [, ...dims] = found?.dims ?? []
  if (dims.length !== 3 || !dims.every((d) => typeof d === 'number' && d > 0))
    throw new UserFacingError(
      'wrong-model',
      `${file} has no output "${name}" that is a map of a known size; its outputs are ${session.outputs.map((o) => o.name).join(', ')}.`,
      { subject: file },
    )
  const [a, b, c] = dims as [number, number, number]
  return { name, map: isPlanar(session) ? [b, c, a] : [a, b, c] }
}

/** Faces of one run at most; a network that takes a fixed number is given one face at a time. */
const BATCH = 32

/** @param faces [size, size, 3] each @returns a row for each face: the vector, or the map as [height, width, channels] */
export async function runFaces(
  session: OnnxSession,
  output: Output,
  faces: readonly Float32Array[],
  size: number,
  mirror = false,
): Promise<Float32Array[]> {
  const input = session.inputs[0]!
  const most = typeof input.dims[0] === 'number' ? 1 : BATCH
  const planar = isPlanar(session)
  const plane = size * size * 3
  const rows: Float32Array[] = []
  for (let first = 0; first < faces.length; first += most) {
    const some = faces.slice(first, first + most)
    const fed = new Float32Array(some.length * plane)
    for (const [k, face] of some.entries()) put(face, fed.subarray(k * plane, (k + 1) * plane), size, planar, mirror)
    const dims = planar ? [some.length, 3, size, size] : [some.length, size, size, 3]
    const { data } = (await session.run({ [input.name]: { dims, data: fed } }))[output.name]!
    const length = data.length / some.length
    for (const k of some.keys()) {
      const row = data.subarray(k * length, (k + 1) * length)
      rows.push(output.map && planar ? interleaved(row, output.map) : Float32Array.from(row))
    }
  }
  return rows
}

function put(face: Float32Array, to: Float32Array, size: number, planar: boolean, mirror: boolean): void {
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      for (let c = 0; c < 3; c++) {
        const value = face[(y * size + (mirror ? size - 1 - x : x)) * 3 + c]!
        to[planar ? (c * size + y) * size + x : (y * size + x) * 3 + c] = value
      }
}

/** Channels of a planar map to the end. */
function interleaved(row: Float32Array, [height, width, channels]: readonly [number, number, number]): Float32Array {
  const cells = height * width
  if (row.length !== cells * channels) throw new Error(`a map of ${cells * channels} numbers was promised`)
  const out = new Float32Array(row.length)
  for (let c = 0; c < channels; c++) for (let i = 0; i < cells; i++) out[i * channels + c] = row[c * cells + i]!
  return out
}
