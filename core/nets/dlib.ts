// dlib's face recogniser (29 convolutions, 128 numbers per face) as a graph, and its weights from the npm package.
//
// Architecture: D. King, dlib, dnn_face_recognition_ex.cpp, in the form in which @vladmandic/face-api computes it:
// every convolution is followed by a scale layer; stride-2 units pool their skip by 2x2 means and fill the missing
// channels with zeros; where the unpadded stride-2 convolution comes out one row and column short, zeros follow.
import { build, type Builder } from './build.ts'
import type { Graph } from './graph.ts'
import { manifestWeights, type Manifest } from './manifest.ts'
import type { Weight } from './weights.ts'

/** Side of the input in pixels: dlib's padded chip. */
export const DLIB_SIZE = 150
/** Input = (RGB 0..255 - mean) / scale, as face-api computes it (dlib itself divides by 256). */
export const DLIB_MEAN = [122.782, 117.001, 104.298] as const
export const DLIB_SCALE = [255, 255, 255] as const

interface Options {
  filters: number
  kernel?: number
  stride?: 1 | 2
}

/** Convolution and scale layer; stride 1 keeps the size, stride 2 is unpadded. */
function scaled(g: Builder, id: string, x: string, { filters, kernel = 3, stride = 1 }: Options): string {
  const pad = stride === 1 ? (kernel - 1) / 2 : 0
  return g.affine(`${id}/scale`, g.conv(`${id}/conv`, x, { filters, kernel, stride, pad, bias: true }))
}

function residual(g: Builder, id: string, x: string, filters: number): string {
  const inner = g.relu(`${id}/conv1/relu`, scaled(g, `${id}/conv1`, x, { filters }))
  return g.relu(`${id}/relu`, g.add(`${id}/sum`, scaled(g, `${id}/conv2`, inner, { filters }), x))
}

/** `widen`: channels of zeros for the skip. `short`: the unpadded main branch lacks one row and column. */
function residualDown(g: Builder, id: string, x: string, filters: number, widen: number, short: boolean): string {
  const inner = g.relu(`${id}/conv1/relu`, scaled(g, `${id}/conv1`, x, { filters, stride: 2 }))
  let main = scaled(g, `${id}/conv2`, inner, { filters })
  if (short) main = g.pad(`${id}/fill`, main, [0, 1, 1, 0])
  let skip = g.avgPool(`${id}/skip`, x, { kernel: 2 })
  if (widen) skip = g.channelPad(`${id}/widen`, skip, { after: widen })
  return g.relu(`${id}/relu`, g.add(`${id}/sum`, skip, main))
}

/** The network: 150x150x3 → 128 numbers, not normalised. 5,614,592 parameters, scale layers included; 0.271 GMAC. */
export function dlibGraph(): Graph {
  const g = build('dlib ResNet-29')
  let x = g.relu(
    'conv32_down/relu',
    scaled(g, 'conv32_down', g.input([DLIB_SIZE, DLIB_SIZE, 3]), {
      filters: 32,
      kernel: 7,
      stride: 2,
    }),
  )
  x = g.maxPool('pool', x, { kernel: 3, stride: 2 }) //                  35x35x32
  for (const i of [1, 2, 3]) x = residual(g, `conv32_${i}`, x, 32)
  x = residualDown(g, 'conv64_down', x, 64, 32, false) //                17x17x64
  for (const i of [1, 2, 3]) x = residual(g, `conv64_${i}`, x, 64)
  x = residualDown(g, 'conv128_down', x, 128, 64, false) //              8x8x128
  for (const i of [1, 2]) x = residual(g, `conv128_${i}`, x, 128)
  x = residualDown(g, 'conv256_down', x, 256, 128, true) //              4x4x256
  for (const i of [1, 2]) x = residual(g, `conv256_${i}`, x, 256)
  x = residualDown(g, 'conv256_down_out', x, 256, 0, true) //            2x2x256
  x = g.dense('fc', g.globalAvgPool('mean', x), { units: 128, bias: false })
  return g.done({ embedding: x })
}

const roles: Record<string, string> = {
  'conv/filters': 'conv/filter',
  'conv/bias': 'conv/bias',
  'scale/weights': 'scale/gain',
  'scale/biases': 'scale/offset',
}

/**
 * The recogniser's weights, quantised ones left as they are.
 * @param manifest parsed face_recognition_model-weights_manifest.json
 * @param bytes face_recognition_model.bin
 * @throws Error when an entry is of another kind or the bytes do not fit the manifest
 */
export const dlibWeights = (manifest: Manifest, bytes: Uint8Array): Map<string, Weight> =>
  manifestWeights(manifest, bytes, ourName)

function ourName(name: string): string {
  if (name === 'fc') return 'fc/matrix'
  const [, prefix, end] = /^(.*)\/([^/]+\/[^/]+)$/.exec(name) ?? []
  const role = end && roles[end]
  if (!role) throw new Error(`"${name}" is no weight of the recogniser`)
  return `${prefix}/${role}`
}
