// face-api's 68-point landmark network as a graph, and its weights from the npm package.
//
// Architecture: @vladmandic/face-api 1.7.15, FaceLandmark68Net: four dense blocks of four separable convolutions (the very
// first convolution is a plain one), each block halving the map; a 7x7 mean; one dense layer.
import { build, type Builder } from './build.ts'
import type { Graph } from './graph.ts'
import { manifestWeights, type Manifest } from './manifest.ts'
import type { Weight } from './weights.ts'

/** Side of the input in pixels. */
export const LANDMARK_SIZE = 112
/** Input = (RGB 0..255 - mean) / scale. */
export const LANDMARK_MEAN = [122.782, 117.001, 104.298] as const
export const LANDMARK_SCALE = [255, 255, 255] as const

/** Depthwise 3x3, then pointwise with bias. Stride 2 pads below and right, as TensorFlow's "same" does on even sides. */
function separable(g: Builder, id: string, x: string, from: number, to: number, stride: 1 | 2): string {
  const spread = g.conv(`${id}/depthwise`, x, {
    filters: from,
    kernel: 3,
    stride,
    pad: stride === 1 ? 1 : [0, 1, 1, 0],
    groups: from,
  })
  return g.conv(`${id}/pointwise`, spread, { filters: to, kernel: 1, bias: true })
}

/** out1 = first(x); out_k = conv_k(relu(out1 + … + out_k-1)); result relu(out1 + … + out4). */
function denseBlock(g: Builder, id: string, first: string, filters: number): string {
  let sum = g.relu(`${id}/conv0/relu`, first)
  let out = sum
  for (const k of [1, 2, 3]) {
    sum = g.add(`${id}/sum${k}`, sum, separable(g, `${id}/conv${k}`, out, filters, filters, 1))
    out = g.relu(`${id}/relu${k}`, sum)
  }
  return out
}

/** 112x112x3 → 136 numbers x0, y0, x1, y1, … as shares of the input's side. 0.35 million parameters. */
export function landmarkGraph(): Graph {
  const g = build('face-api 68 landmarks')
  const stem = g.conv('dense0/conv0', g.input([LANDMARK_SIZE, LANDMARK_SIZE, 3]), {
    filters: 32,
    kernel: 3,
    stride: 2,
    pad: [0, 1, 1, 0],
    bias: true,
  })
  let x = denseBlock(g, 'dense0', stem, 32) //                                       56x56x32
  for (const [k, from, to] of [
    [1, 32, 64], //                                                                  28x28x64
    [2, 64, 128], //                                                                 14x14x128
    [3, 128, 256], //                                                                7x7x256
  ] as const)
    x = denseBlock(g, `dense${k}`, separable(g, `dense${k}/conv0`, x, from, to, 2), to)
  return g.done({ points: g.dense('fc', g.globalAvgPool('mean', x), { units: 136 }) })
}

const roles: Record<string, string> = {
  filters: 'filter',
  depthwise_filter: 'depthwise/filter',
  pointwise_filter: 'pointwise/filter',
  weights: 'matrix',
}

/**
 * The network's weights, 8-bit ones left as they are.
 * @param manifest parsed face_landmark_68_model-weights_manifest.json
 * @param bytes face_landmark_68_model.bin
 * @throws Error when the two do not fit each other
 */
export function landmarkWeights(manifest: Manifest, bytes: Uint8Array): Map<string, Weight> {
  const store = manifestWeights(manifest, bytes, ourName)
  for (const [name, weight] of store)
    // [3, 3, channels, 1] → [3, 3, 1, channels]: the same bytes.
    if (name.endsWith('depthwise/filter')) {
      const [h, w, c] = weight.shape as [number, number, number, number]
      store.set(name, { ...weight, shape: [h, w, 1, c] })
    }
  return store
}

function ourName(name: string): string {
  const [, prefix, end] = /^(.*)\/([^/]+)$/.exec(name) ?? []
  if (prefix === undefined || end === undefined) throw new Error(`"${name}" is no weight of the landmark network`)
  if (end === 'bias') return prefix === 'fc' || prefix === 'dense0/conv0' ? name : `${prefix}/pointwise/bias`
  const role = roles[end]
  if (!role) throw new Error(`"${name}" is no weight of the landmark network`)
  return `${prefix}/${role}`
}
