// A network is data: a list of named nodes that read like the paper's figure; two lowerings turn it into programs.

/** Height, width, channels of a map; or the length of a vector. Batches are never part of a shape. */
export type Shape = readonly [height: number, width: number, channels: number] | readonly [length: number]
export type Pair = readonly [vertical: number, horizontal: number]
/** Explicit numeric padding, never "same": strides would pad differently than PyTorch does. */
export type Pads = readonly [top: number, right: number, bottom: number, left: number]

/** What each operation needs to know besides its inputs and its weights. */
export interface OpAttributes {
  input: { shape: Shape }
  /** Cross-correlation; zeros outside. `groups` = input channels makes it depthwise. */
  conv: {
    filters: number
    kernel: Pair
    stride: Pair
    pads: Pads
    dilation: Pair
    groups: number
    bias: boolean
    /** First value of the whole filter; without it random ones. 0 makes a network's last convolution begin as nothing. */
    initialFilter?: number
  }
  /**
   * Transposed convolution as PyTorch crops it: (n - 1) stride + kernel, less the pads, plus `outputPad` at the end.
   * Its filter is height, width, filters, input channels.
   */
  deconv: { filters: number; kernel: Pair; stride: Pair; pads: Pads; outputPad: Pair; bias: boolean }
  /** Vector to vector. */
  dense: { units: number; bias: boolean }
  /** Inference: running statistics. Training: statistics of the batch, running ones updated as PyTorch does. */
  batchNorm: {
    epsilon: number
    momentum: number
    /** First value of the gain; without it 1. */
    initialGain?: number
  }
  /** Each map of each image by its own mean and biased variance, then, where affine, gain and offset per channel. */
  instanceNorm: { epsilon: number; affine: boolean }
  /** x * gain + offset per channel (dlib's scale layers, folded batch normalisations). */
  affine: Record<never, never>
  relu: Record<never, never>
  /** min(max(x, 0), 6): an activation that float16 and fixed point can hold. */
  relu6: Record<never, never>
  tanh: Record<never, never>
  /** One slope per channel for negative values. */
  prelu: Record<never, never>
  /** Sum of two or more inputs of one shape. */
  add: Record<never, never>
  /** Joins channels of two or more inputs. */
  concat: Record<never, never>
  /** Some channels of a map, in their order. */
  channels: { from: number; count: number }
  /** Adds channels of zeros. */
  channelPad: { before: number; after: number }
  /** Adds zeros around a map. */
  pad: { pads: Pads }
  /** Padding never wins: it counts as minus infinity. */
  maxPool: { kernel: Pair; stride: Pair; pads: Pads }
  /** Padding counts as zeros in the average (PyTorch's count_include_pad). */
  avgPool: { kernel: Pair; stride: Pair; pads: Pads }
  /** Map to vector of channel means. */
  globalAvgPool: Record<never, never>
  /** Map to vector; 'chw' is the order in which PyTorch flattens, 'hwc' the order of memory here. */
  flatten: { order: 'chw' | 'hwc' }
  /** x / sqrt(max(sum of squares, epsilon)) of a vector. */
  l2Normalise: { epsilon: number }
  /** Haar low band: the mean of each 2x2 block, doubled when 'orthonormal'. An odd last row or column is dropped. */
  haarLowPass: { gain: 'orthonormal' | 'average' }
  /** Bilinear samples at half-pixel centres; nearest repeats. */
  upsample: { factor: number; mode: 'nearest' | 'bilinear' }
  /** Acts in training only. */
  dropout: { rate: number }
}
export type Op = keyof OpAttributes

/** One operation. `weights` is the prefix of its tensors' names; nodes with one prefix share them. */
export type Node<K extends Op = Op> = {
  [P in K]: {
    readonly id: string
    readonly op: P
    readonly inputs: readonly string[]
    readonly attributes: OpAttributes[P]
    readonly weights: string
  }
}[K]

export interface Graph {
  readonly name: string
  /** In an order in which every node stands after its inputs. Plain JSON. */
  readonly nodes: readonly Node[]
  /** Named results, e.g. { embedding: 'head/bn', s1: 'stage1/2/sum' }; the first is the network's answer. */
  readonly taps: Readonly<Record<string, string>>
}

/** A graph that cannot be built: says which node, and why. */
export class GraphError extends Error {
  override readonly name = 'GraphError'
  readonly node: string
  constructor(graph: string, node: Pick<Node, 'id' | 'op'>, problem: string) {
    super(`${graph}: node "${node.id}" (${node.op}): ${problem}`)
    this.node = node.id
  }
}

/** The graph's single input node. @throws Error when there is none or more than one */
export function inputOf(graph: Graph): Node<'input'> {
  const [first, second] = graph.nodes.filter((n): n is Node<'input'> => n.op === 'input')
  if (!first || second) throw new Error(`${graph.name}: a network has exactly one input`)
  return first
}

/** A node as an output that the graph does not name: `#backbone/stem/act`. */
export const nodeTap = (id: string): string => `#${id}`

/** The node that a tap names. @throws Error for an unknown tap */
export function nodeOf(graph: Graph, tap: string): string {
  const id = Object.hasOwn(graph.taps, tap) ? graph.taps[tap] : graph.nodes.find((n) => nodeTap(n.id) === tap)?.id
  if (id !== undefined) return id
  throw new Error(`${graph.name} has no output "${tap}"; it has ${Object.keys(graph.taps).join(', ')}`)
}

/**
 * The nodes that the given taps need, in the graph's order.
 * @param known nodes whose results are there already @throws Error for an unknown tap
 */
export function neededFor(
  graph: Graph,
  taps: readonly string[],
  known: { has(id: string): boolean } = new Set<string>(),
): Node[] {
  const wanted = new Set(taps.map((tap) => nodeOf(graph, tap)))
  const kept: Node[] = []
  for (const node of graph.nodes.toReversed())
    if (wanted.has(node.id) && !known.has(node.id)) {
      kept.push(node)
      for (const input of node.inputs) wanted.add(input)
    }
  return kept.reverse()
}
