// Lets an architecture be written down line by line, in the order of the paper's figure.
import type { Graph, Node, Op, OpAttributes, Pads, Pair, Shape } from './graph.ts'

const pair = (n: number | Pair): Pair => (typeof n === 'number' ? [n, n] : n)
const pads = (n: number | Pads): Pads => (typeof n === 'number' ? [n, n, n, n] : n)

interface ConvOptions {
  filters: number
  kernel: number | Pair
  stride?: number | Pair
  pad?: number | Pads
  dilation?: number | Pair
  groups?: number
  bias?: boolean
  initialFilter?: number
}
interface DeconvOptions {
  filters: number
  kernel: number | Pair
  stride: number | Pair
  pad?: number | Pads
  outputPad?: number | Pair
  bias?: boolean
}
interface PoolOptions {
  kernel: number | Pair
  stride?: number | Pair
  pad?: number | Pads
}

/** Every method adds one node and returns its name; `shared` names another node whose weights are used. */
export interface Builder {
  input(shape: Shape): string
  conv(id: string, x: string, options: ConvOptions, shared?: string): string
  /** Transposed convolution with PyTorch's padding. */
  deconv(id: string, x: string, options: DeconvOptions, shared?: string): string
  dense(id: string, x: string, options: { units: number; bias?: boolean }, shared?: string): string
  /** Defaults are PyTorch's: epsilon 1e-5, running = 0.9 running + 0.1 batch. */
  batchNorm(
    id: string,
    x: string,
    options?: { epsilon?: number; momentum?: number; initialGain?: number },
    shared?: string,
  ): string
  /** Defaults: epsilon 1e-5 as PyTorch's, affine. */
  instanceNorm(id: string, x: string, options?: { epsilon?: number; affine?: boolean }, shared?: string): string
  affine(id: string, x: string, shared?: string): string
  relu(id: string, x: string): string
  relu6(id: string, x: string): string
  tanh(id: string, x: string): string
  prelu(id: string, x: string, shared?: string): string
  add(id: string, ...inputs: string[]): string
  concat(id: string, ...inputs: string[]): string
  channels(id: string, x: string, options: { from: number; count: number }): string
  channelPad(id: string, x: string, options: { before?: number; after?: number }): string
  pad(id: string, x: string, amount: number | Pads): string
  maxPool(id: string, x: string, options: PoolOptions): string
  avgPool(id: string, x: string, options: PoolOptions): string
  globalAvgPool(id: string, x: string): string
  flatten(id: string, x: string, order: 'chw' | 'hwc'): string
  l2Normalise(id: string, x: string): string
  haarLowPass(id: string, x: string, gain?: 'orthonormal' | 'average'): string
  upsample(id: string, x: string, factor: number, mode: 'nearest' | 'bilinear'): string
  dropout(id: string, x: string, rate: number): string
  done(taps: Record<string, string>): Graph
}

/** Starts a graph. @param name how the network is called in cards and errors */
export function build(name: string): Builder {
  const nodes: Node[] = []
  const put = <K extends Op>(id: string, op: K, inputs: string[], attributes: OpAttributes[K], shared = id): string => {
    nodes.push({ id, op, inputs, attributes, weights: shared } as unknown as Node)
    return id
  }
  const pool = ({ kernel, stride = kernel, pad = 0 }: PoolOptions) => ({
    kernel: pair(kernel),
    stride: pair(stride),
    pads: pads(pad),
  })
  return {
    input: (shape) => put('input', 'input', [], { shape }),
    conv: (id, x, { filters, kernel, stride = 1, pad = 0, dilation = 1, groups = 1, bias = false, ...more }, shared) =>
      put(
        id,
        'conv',
        [x],
        {
          filters,
          kernel: pair(kernel),
          stride: pair(stride),
          pads: pads(pad),
          dilation: pair(dilation),
          groups,
          bias,
          ...more,
        },
        shared,
      ),
    deconv: (id, x, { filters, kernel, stride, pad = 0, outputPad = 0, bias = false }, shared) =>
      put(
        id,
        'deconv',
        [x],
        { filters, kernel: pair(kernel), stride: pair(stride), pads: pads(pad), outputPad: pair(outputPad), bias },
        shared,
      ),
    dense: (id, x, { units, bias = true }, shared) => put(id, 'dense', [x], { units, bias }, shared),
    batchNorm: (id, x, { epsilon = 1e-5, momentum = 0.9, ...more } = {}, shared) =>
      put(id, 'batchNorm', [x], { epsilon, momentum, ...more }, shared),
    instanceNorm: (id, x, { epsilon = 1e-5, affine = true } = {}, shared) =>
      put(id, 'instanceNorm', [x], { epsilon, affine }, shared),
    affine: (id, x, shared) => put(id, 'affine', [x], {}, shared),
    relu: (id, x) => put(id, 'relu', [x], {}),
    relu6: (id, x) => put(id, 'relu6', [x], {}),
    tanh: (id, x) => put(id, 'tanh', [x], {}),
    prelu: (id, x, shared) => put(id, 'prelu', [x], {}, shared),
    add: (id, ...inputs) => put(id, 'add', inputs, {}),
    concat: (id, ...inputs) => put(id, 'concat', inputs, {}),
    channels: (id, x, options) => put(id, 'channels', [x], options),
    channelPad: (id, x, { before = 0, after = 0 }) => put(id, 'channelPad', [x], { before, after }),
    pad: (id, x, amount) => put(id, 'pad', [x], { pads: pads(amount) }),
    maxPool: (id, x, options) => put(id, 'maxPool', [x], pool(options)),
    avgPool: (id, x, options) => put(id, 'avgPool', [x], pool(options)),
    globalAvgPool: (id, x) => put(id, 'globalAvgPool', [x], {}),
    flatten: (id, x, order) => put(id, 'flatten', [x], { order }),
    l2Normalise: (id, x) => put(id, 'l2Normalise', [x], { epsilon: 1e-12 }),
    haarLowPass: (id, x, gain = 'orthonormal') => put(id, 'haarLowPass', [x], { gain }),
    upsample: (id, x, factor, mode) => put(id, 'upsample', [x], { factor, mode }),
    dropout: (id, x, rate) => put(id, 'dropout', [x], { rate }),
    done: (taps) => ({ name, nodes, taps }),
  }
}
