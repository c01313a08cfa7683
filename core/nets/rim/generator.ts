// RIM's face hallucination network as graphs: coarse network, generator (encoder, prior, integrator), critic.
//
// Images are RGB in [-1, 1]; the small face comes enlarged to the full side. θ_c, θ_f, θ_l with θ_p, θ_i, θ_d of the paper.
import { build, type Builder } from '../build.ts'
import { readConfig } from '../config.ts'
import type { Graph } from '../graph.ts'
import {
  convUnit,
  featuresOf,
  gridOf,
  hourglass,
  image,
  normalised,
  recursion,
  resBlock,
  rimName,
  rimSettings,
  type RimConfig,
} from './parts.ts'

type Given = Partial<RimConfig>

/** Enlarged face (with the size plane where it is told) → tap `image`, the first guess. @throws UserFacingError */
export function rimCoarse(given: Given = {}): Graph {
  const config = readConfig('rim-coarse', rimSettings, given)
  const { size, width, told, skip, output } = config
  const g = build(rimName('coarse', config) + (told ? '-told' : ''))
  const x = g.input([size, size, told ? 4 : 3])
  let y = convUnit(g, 'stem', x, { filters: width, kernel: 3 })
  y = g.instanceNorm('end/norm', recursion(g, 'body', y, config))
  const face = skip && told ? g.channels('face', x, { from: 0, count: 3 }) : x
  return g.done({ image: image(g, 'image', y, output, skip ? face : undefined) })
}

/**
 * Image → taps `features` (prior and encoder joined), `encoder`, `prior`, `landmarks` (heatmaps) and `parsing` (logits) on
 * the grid of size / stride, and `image`, the hallucinated face that the integrator makes of the features. Which of them
 * is asked for decides what is computed. Weights by the paper's groups: encoder/, prior/, integrator/. @throws UserFacingError
 */
export function rimGenerator(given: Given = {}): Graph {
  const config = readConfig('rim-generator', rimSettings, given)
  const { size, width, prior: filters, stride, up, skip, output } = config
  const g = build(rimName('generator', config) + (up === 'resize' ? '-resize' : ''))
  const x = g.input([size, size, 3])
  let encoder = convUnit(g, 'encoder/stem', x, { filters: width, kernel: 7, stride })
  encoder = recursion(g, 'encoder/body', encoder, config)
  encoder = convUnit(g, 'encoder/end', encoder, { filters: width, kernel: 3 })
  let prior = convUnit(g, 'prior/stem', x, { filters, kernel: 7, stride })
  for (const n of [1, 2, 3]) prior = resBlock(g, `prior/block${n}`, prior, filters)
  prior = hourglass(g, 'prior/hourglass', prior, filters, 2)
  const head = (name: string, filters: number): string =>
    g.conv(`prior/${name}`, prior, { filters, kernel: 1, bias: true, initialFilter: 0 })
  const features = g.concat('features', prior, encoder)
  let y = convUnit(g, 'integrator/join', features, { filters: width, kernel: 3 })
  y = up === 'deconv' ? enlarged(g, y, config) : doubled(g, y, config)
  y = g.instanceNorm('integrator/end/norm', recursion(g, 'integrator/body', y, config))
  return g.done({
    features,
    encoder,
    prior,
    landmarks: head('landmarks', config.landmarks),
    parsing: head('parsing', config.parsing),
    image: image(g, 'integrator/image', y, output, skip ? x : undefined),
  })
}

/** One transposed convolution, with pads that make the side exactly `stride` times as long. */
function enlarged(g: Builder, x: string, { width: filters, stride }: RimConfig): string {
  const pad = Math.ceil((7 - stride) / 2)
  const y = g.deconv('integrator/up/deconv', x, { filters, kernel: 7, stride, pad, outputPad: 1, bias: true })
  return normalised(g, 'integrator/up', y)
}
/** Nearest neighbours and a convolution per doubling. */
function doubled(g: Builder, x: string, { width: filters, stride }: RimConfig): string {
  let y = x
  for (let n = 1; n <= Math.log2(stride); n++) {
    const id = `integrator/up${n}`
    y = convUnit(g, id, g.upsample(`${id}/nearest`, y, 2, 'nearest'), { filters, kernel: 3 })
  }
  return y
}

/** Features → tap `embedding`, in which the domains of small and of large faces are compared. @throws UserFacingError */
export function rimCritic(given: Given = {}): Graph {
  const config = readConfig('rim-critic', rimSettings, given)
  const { width, pooled, embedding: units } = config
  const g = build(rimName('critic', config) + (pooled ? '' : '-whole'))
  const grid = gridOf(config)
  const x = g.input([grid, grid, featuresOf(config)])
  let y = g.conv('conv', x, { filters: width, kernel: 3, pad: 1, bias: true })
  y = g.prelu('act', g.batchNorm('norm', y))
  const window = Math.max(1, Math.floor(grid / 7))
  if (pooled && window > 1) y = g.avgPool('pool', y, { kernel: window })
  y = g.dense('dense', g.flatten('flat', y, 'chw'), { units })
  return g.done({ embedding: g.batchNorm('embed', y) })
}
