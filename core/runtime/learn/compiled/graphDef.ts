// TensorFlow's own file of a computation (SavedModel), written as protobuf bytes; field numbers are those of TensorFlow.
import protobuf from 'protobufjs/minimal.js'

type Writer = protobuf.Writer
export type Attribute =
  | { readonly type: 'float32' | 'int32' }
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly string: string }
  | { readonly shape: readonly number[] }
  /** A constant. */
  | { readonly values: Float32Array | Int32Array; readonly dims: readonly number[] }

export interface Operation {
  readonly name: string
  readonly op: string
  /** Names of operations, with `:1` and so on for outputs other than the first. */
  readonly inputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

const TYPE = { float32: 1, int32: 3 } as const
/** GRAPH_DEF_VERSION of TensorFlow 2.9, the oldest that is met; newer ones accept it. */
const PRODUCER = 1087
const [VARINT, LENGTH_DELIMITED, FIXED32] = [0, 2, 5]

const tag = (w: Writer, field: number, wire: number): Writer => w.uint32((field << 3) | wire)
const text = (w: Writer, field: number, value: string): Writer => tag(w, field, LENGTH_DELIMITED).string(value)
const integer = (w: Writer, field: number, value: number): Writer => tag(w, field, VARINT).int64(value)
const message = (w: Writer, field: number, body: () => void): void => {
  tag(w, field, LENGTH_DELIMITED).fork()
  body()
  w.ldelim()
}
const shape = (w: Writer, field: number, dims: readonly number[]): void =>
  message(w, field, () => {
    for (const size of dims) message(w, 2, () => integer(w, 1, size))
  })

function attribute(w: Writer, value: Attribute): void {
  if ('type' in value) integer(w, 6, TYPE[value.type])
  else if ('int' in value) integer(w, 3, value.int)
  else if ('ints' in value) message(w, 1, () => message(w, 3, () => value.ints.forEach((v) => w.int64(v))))
  else if ('float' in value) tag(w, 4, FIXED32).float(value.float)
  else if ('bool' in value) tag(w, 5, VARINT).bool(value.bool)
  else if ('string' in value) text(w, 2, value.string)
  else if ('shape' in value) shape(w, 7, value.shape)
  else
    message(w, 8, () => {
      integer(w, 1, value.values instanceof Float32Array ? TYPE.float32 : TYPE.int32)
      shape(w, 2, value.dims)
      const { buffer, byteOffset, byteLength } = value.values
      tag(w, 4, LENGTH_DELIMITED).bytes(new Uint8Array(buffer, byteOffset, byteLength))
    })
}

/** Bytes of `saved_model.pb`, tag "train", without variables and signatures. */
export function savedModel(operations: readonly Operation[]): Uint8Array {
  const w = protobuf.Writer.create()
  integer(w, 1, 1)
  message(w, 2, () => {
    message(w, 1, () => text(w, 4, 'train'))
    message(w, 2, () => {
      for (const { name, op, inputs, attributes } of operations)
        message(w, 1, () => {
          text(w, 1, name)
          text(w, 2, op)
          for (const input of inputs) text(w, 3, input)
          for (const [key, value] of Object.entries(attributes))
            message(w, 5, () => {
              text(w, 1, key)
              message(w, 2, () => attribute(w, value))
            })
        })
      message(w, 4, () => integer(w, 1, PRODUCER))
    })
  })
  return w.finish()
}
