// RIM's face hallucination network as graphs: coarse network, features (encoder and prior), integrator, critic.
//
// Images are RGB in [-1, 1]; the small face comes enlarged to the full side. θ_c, θ_f, θ_l with θ_p, θ_i, θ_d of the paper.
import { build } from '../build.ts'
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
  return g.done({ image: image(g, y, output, skip ? face : undefined) })
}

/**
 * Image → taps `features` (prior and encoder joined; with `skip` also the image's low band), `encoder`, `prior`,
 * `landmarks` (heatmaps) and `parsing` (logits), all on the grid of size / stride. @throws UserFacingError
 */
export function rimFeatures(given: Given = {}): Graph {
  const config = readConfig('rim-features', rimSettings, given)
  const { size, width, prior: filters, stride, skip } = config
  const g = build(rimName('features', config))
  const x = g.input([size, size, 3])
  let encoder = convUnit(g, 'encoder/stem', x, { filters: width, kernel: 7, stride })
  encoder = recursion(g, 'encoder/body', encoder, config)
  encoder = convUnit(g, 'encoder/end', encoder, { filters: width, kernel: 3 })
  let prior = convUnit(g, 'prior/stem', x, { filters, kernel: 7, stride })
  for (const n of [1, 2, 3]) prior = resBlock(g, `prior/block${n}`, prior, filters)
  prior = hourglass(g, 'prior/hourglass', prior, filters, 2)
  const head = (name: string, filters: number): string =>
    g.conv(`prior/${name}`, prior, { filters, kernel: 1, bias: true })
  const low = skip ? [g.avgPool('low', x, { kernel: stride })] : []
  return g.done({
    features: g.concat('features', prior, encoder, ...low),
    encoder,
    prior,
    landmarks: head('landmarks', config.landmarks),
    parsing: head('parsing', config.parsing),
  })
}

/** Features → tap `image`, the hallucinated face. @throws UserFacingError */
export function rimIntegrator(given: Given = {}): Graph {
  const config = readConfig('rim-integrator', rimSettings, given)
  const { width: filters, stride, up, skip, output } = config
  const g = build(rimName('integrator', config) + (up === 'resize' ? '-resize' : ''))
  const x = g.input([gridOf(config), gridOf(config), featuresOf(config)])
  let y = convUnit(g, 'join', x, { filters, kernel: 3 })
  if (up === 'deconv') {
    // Pads that make the side exactly `stride` times as long: 7 - stride with one row of output padding.
    const pad = Math.ceil((7 - stride) / 2)
    y = g.deconv('up/deconv', y, { filters, kernel: 7, stride, pad, outputPad: 1, bias: true })
    y = normalised(g, 'up', y)
  } else
    for (let n = 1; n <= Math.log2(stride); n++)
      y = convUnit(g, `up${n}`, g.upsample(`up${n}/nearest`, y, 2, 'nearest'), { filters, kernel: 3 })
  y = g.instanceNorm('end/norm', recursion(g, 'body', y, config))
  if (!skip) return g.done({ image: image(g, y, output) })
  const low = g.channels('low', x, { from: featuresOf(config) - 3, count: 3 })
  return g.done({ image: image(g, y, output, g.upsample('low/up', low, stride, 'bilinear')) })
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
