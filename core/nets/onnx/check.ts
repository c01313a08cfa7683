// The gate for ONNX files from outside: what passes is one self-contained network from an image to numbers.
import { UserFacingError, type ErrorCode } from '../../contract/errors.ts'
import { decodeModel, ExternalDataError, limits } from './decode.ts'
import { elementBytes, type OnnxGraph, type OnnxModel, type OnnxTensor, type OnnxValue } from './model.ts'
import { OnnxFormatError } from './wire.ts'

/** Largest file that is taken: an IR-100 in float32 has 261 MB. */
export const MAX_ONNX_BYTES = 600_000_000

export interface OnnxFacts {
  inputName: string
  /** Declared input; a string or -1 stands where the file leaves the size open. */
  inputShape: (number | string)[]
  outputName: string
  /** Declared first output; empty when the file does not say. */
  outputShape: (number | string)[]
  /** Sorted, each once; those outside the standard set bear their domain. */
  operators: string[]
  /** Values in all weights. */
  parameters: number
  model: OnnxModel
}

const standardDomains = new Set(['', 'ai.onnx'])
/** Operations of the standard set that can run for ever, or hide a program in a file. */
const refusedOperators = new Set(['Loop', 'Scan', 'SequenceMap'])
/** What ONNX Runtime's own optimisers and quantisers leave in files; anything else of that domain may open files. */
const microsoftOperators = new Set([
  'BiasGelu',
  'DequantizeLinear',
  'DynamicQuantizeMatMul',
  'FastGelu',
  'FusedConv',
  'FusedGemm',
  'FusedMatMul',
  'Gelu',
  'MatMulIntegerToFloat',
  'QLinearAdd',
  'QLinearAveragePool',
  'QLinearConcat',
  'QLinearGlobalAveragePool',
  'QLinearLeakyRelu',
  'QLinearMul',
  'QLinearSigmoid',
  'QuantizeLinear',
  'QuickGelu',
  'SkipLayerNormalization',
])

/**
 * Checks a file before anything else reads it. Nothing is run, and no other file is touched.
 * @param fileName how the person knows the file; used in messages only
 * @param told whether a fourth channel is let through, as networks of ours have that are told a face's native size
 * @throws UserFacingError 'too-large', 'unreadable-file' (damaged, or no ONNX), 'forbidden' (reaches outside itself or
 *   could run for ever), 'wrong-model' (not one float image in, numbers out)
 */
export function checkOnnx(bytes: Uint8Array, fileName: string, told = false): OnnxFacts {
  const fail = (code: ErrorCode, message: string): never => {
    throw new UserFacingError(code, message, { subject: fileName })
  }
  if (bytes.length > MAX_ONNX_BYTES)
    fail('too-large', `${fileName} has ${bytes.length} bytes; models of up to ${MAX_ONNX_BYTES} bytes are taken.`)
  if (bytes.length === 0) fail('unreadable-file', `${fileName} is empty. Choose the ONNX file again.`)
  const model = decoded(bytes, fileName, fail)
  checkGraph(model.graph, fail, fileName)
  if (!(model.irVersion >= 1) || (!Object.hasOwn(model.opsets, '') && !Object.hasOwn(model.opsets, 'ai.onnx')))
    fail('unreadable-file', `${fileName} is not an ONNX model: it does not say which operators it uses.`)

  const weights = new Set(model.graph.initialisers.map((t) => t.name))
  const inputs = model.graph.inputs.filter((v) => !weights.has(v.name))
  const [input, second] = inputs
  const [output] = model.graph.outputs
  if (!input || !output) return fail('wrong-model', `${fileName} has no input or no output; choose a face recogniser.`)
  if (second) fail('wrong-model', `${fileName} wants ${inputs.length} inputs; a face recogniser takes one image.`)
  if (input.type !== 1)
    fail('wrong-model', `${fileName} does not take 32-bit floating-point images; export it with a float32 input.`)
  checkImage(input, fileName, fail, told ? [3, 4] : [3])
  return {
    inputName: input.name,
    inputShape: input.dims,
    outputName: output.name,
    outputShape: output.dims,
    operators: [...new Set(operatorsOf(model.graph))].sort(),
    parameters: model.graph.initialisers.reduce((sum, t) => sum + elements(t), 0),
    model,
  }
}

type Fail = (code: ErrorCode, message: string) => never

function decoded(bytes: Uint8Array, fileName: string, fail: Fail): OnnxModel {
  try {
    return decodeModel(bytes)
  } catch (error) {
    if (error instanceof ExternalDataError)
      return fail(
        'forbidden',
        `${fileName} is refused: ${error.message}. Export it as one file with its weights inside.`,
      )
    if (error instanceof OnnxFormatError)
      return fail('unreadable-file', `${fileName} is not a usable ONNX model: ${error.message}. Choose another file.`)
    throw error
  }
}

function checkGraph(graph: OnnxGraph, fail: Fail, fileName: string): void {
  for (const tensor of graph.initialisers) checkTensor(tensor, fail, fileName)
  for (const node of graph.nodes) {
    const known = standardDomains.has(node.domain)
      ? !refusedOperators.has(node.op)
      : node.domain === 'com.microsoft' && microsoftOperators.has(node.op)
    if (!known || !/^[A-Za-z0-9_]+$/.test(node.op))
      fail('forbidden', `${fileName} is refused: it uses the operation "${shown(node.op, node.domain)}".`)
    for (const value of Object.values(node.attributes)) {
      if (value.kind === 'tensor') checkTensor(value.value, fail, fileName)
      if (value.kind === 'graph') checkGraph(value.value, fail, fileName)
    }
  }
}

function checkTensor(tensor: OnnxTensor, fail: Fail, fileName: string): void {
  const wrong = (why: string): never =>
    fail('unreadable-file', `${fileName} is damaged: its tensor "${tensor.name.slice(0, 100)}" ${why}.`)
  const bytes = elementBytes[tensor.type]
  if (bytes === undefined) return wrong('is of a kind that is not supported')
  if (tensor.dims.some((d) => !Number.isSafeInteger(d) || d < 0)) wrong('has an impossible size')
  const count = elements(tensor)
  if (count > limits.elements) wrong('is absurdly large')
  const stored = tensor.raw.length ? tensor.raw.length / bytes : tensor.numbers.length
  if (stored !== count) wrong(`says it has ${count} values, but has ${stored}`)
}
const elements = (tensor: OnnxTensor): number => tensor.dims.reduce((a, b) => a * b, 1)

/** One colour image, of a size in which faces are recognised, in either order of axes. */
function checkImage(input: OnnxValue, fileName: string, fail: Fail, channels: readonly number[]): void {
  const [batch, ...rest] = input.dims
  const shape = input.dims.map((d) => (d === -1 ? '?' : d)).join(' x ')
  const wrong = (why: string): never =>
    fail('wrong-model', `${fileName} takes an input of ${shape || 'unknown shape'}; ${why}.`)
  if (input.dims.length !== 4) wrong('a face recogniser takes one image as batch x channels x height x width')
  if (typeof batch === 'number' && batch > 1) wrong('export it with a batch of one or of any size')
  if (rest.some((d) => typeof d === 'number' && d !== -1 && (d < 1 || d > 4096))) wrong('that is no image')
  const fits = (d: unknown): boolean => channels.includes(Number(d))
  if (!fits(rest[0]) && !fits(rest[2]) && !rest.every((d) => typeof d === 'string' || d === -1))
    wrong('a face recogniser takes three colour channels')
}

const shown = (op: string, domain: string): string => (domain ? `${domain}.${op}` : op).slice(0, 100)

function* operatorsOf(graph: OnnxGraph): Generator<string> {
  for (const node of graph.nodes) {
    yield standardDomains.has(node.domain) ? node.op : shown(node.op, node.domain)
    for (const value of Object.values(node.attributes)) if (value.kind === 'graph') yield* operatorsOf(value.value)
  }
}
