// LRFR's residual networks (torchvision's blocks, a dense head), and waveResNet: the same with wavelet downsampling.
//
// Blocks: He et al., CVPR 2016; head and stem as in LRFR's public code. Wavelets: Li et al., WaveCNet, CVPR 2020: a
// strided convolution becomes a plain one, and the low-pass follows its activation; max-pooling becomes the low-pass.
import { build, type Builder } from './build.ts'
import { oneOf, readConfig, real, whole, type ConfigOf } from './config.ts'
import type { Graph } from './graph.ts'
import { commonSettings, denseHead, suffix, widened } from './parts.ts'

export const UNITS = { 18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3] } as const
const CHANNELS = [64, 128, 256, 512] as const

export const lrfrSettings = {
  /** 18 and 34 have basic blocks, 50 bottlenecks. */
  depth: oneOf([18, 34, 50], 34),
  ...commonSettings,
  embedding: whole(8, 4096, 512),
  dropout: real(0, 0.9, 0.4),
  /** Whether the embedding has unit length, as in LRFR's own model. */
  normalise: oneOf([true, false], true),
}
export const lrfrWaveSettings = {
  ...lrfrSettings,
  /** 'orthonormal' doubles a constant, 'average' keeps it. */
  gain: oneOf(['orthonormal', 'average'], 'orthonormal'),
}
type LrfrConfig = ConfigOf<typeof lrfrSettings>

/** Low-pass of the wavelet form; null: strides and max-pooling. */
type Low = ((id: string, x: string) => string) | null

interface Block {
  readonly id: string
  readonly from: number
  /** Inner width; a bottleneck's output is four times as wide. */
  readonly inner: number
  readonly out: number
  readonly halves: boolean
  /** First gain of the branch's last normalisation; without it 1. */
  readonly lastGain?: number
}

export function block(
  g: Builder,
  x: string,
  { id, from, inner, out, halves, lastGain }: Block,
  bottleneck = false,
  low: Low = null,
): string {
  const stride = halves && !low ? 2 : 1
  const lowered = (name: string, from: string): string => (halves && low ? low(name, from) : from)
  const conv = (n: number, x: string, filters: number, kernel: 1 | 3, stride = 1, initialGain?: number): string => {
    const y = g.conv(`${id}/conv${n}`, x, { filters, kernel, stride, pad: (kernel - 1) / 2 })
    return g.batchNorm(`${id}/norm${n}`, y, initialGain === undefined ? {} : { initialGain })
  }
  let y = x
  if (bottleneck) y = g.relu(`${id}/act1`, conv(1, y, inner, 1))
  const n = bottleneck ? 2 : 1
  y = lowered(`${id}/low`, g.relu(`${id}/act${n}`, conv(n, y, inner, 3, stride)))
  y = conv(n + 1, y, out, bottleneck ? 1 : 3, 1, lastGain)
  let skip = x
  if (halves || from !== out) {
    skip = g.conv(`${id}/skip/conv`, lowered(`${id}/skip/low`, x), { filters: out, kernel: 1, stride })
    skip = g.batchNorm(`${id}/skip/norm`, skip)
  }
  return g.relu(`${id}/act`, g.add(`${id}/sum`, y, skip))
}

function residual(g: Builder, config: LrfrConfig, low: Low): Graph {
  const wide = CHANNELS.map((c) => widened(c, config.width))
  const bottleneck = config.depth === 50
  let channels = wide[0]!
  let x = g.conv('stem/conv', g.input([config.input, config.input, 3]), { filters: channels, kernel: 3, pad: 1 })
  x = g.relu('stem/act', g.batchNorm('stem/norm', x))
  x = low ? low('stem/low', x) : g.maxPool('stem/pool', x, { kernel: 3, stride: 2, pad: 1 })
  const taps: Record<string, string> = {}
  for (const [stage, units] of UNITS[config.depth].entries())
    for (let i = 1; i <= units; i++) {
      const inner = wide[stage]!
      const out = bottleneck ? inner * 4 : inner
      const halves = stage > 0 && i === 1
      x = block(g, x, { id: `stage${stage + 1}/${i}`, from: channels, inner, out, halves }, bottleneck, low)
      channels = out
      if (i === units) taps[`s${stage + 1}`] = x
    }
  const embedding = denseHead(g, x, config)
  return g.done({ embedding: config.normalise ? g.l2Normalise('head/unit', embedding) : embedding, ...taps })
}

/** LRFR-ResNet-18/34/50; taps s1 … s4 (a half to a sixteenth of the input's side) and embedding. @throws UserFacingError */
export function lrfrResNet(config: Partial<LrfrConfig> = {}): Graph {
  const full = readConfig('lrfr-resnet', lrfrSettings, config)
  return residual(build(`lrfr-resnet-${full.depth}${suffix(full)}`), full, null)
}

/** waveResNet-18/34/50 in LRFR's layout: the weights of an LRFR-ResNet, tensor for tensor. @throws UserFacingError */
export function lrfrWaveResNet(config: Partial<ConfigOf<typeof lrfrWaveSettings>> = {}): Graph {
  const full = readConfig('lrfr-wave-resnet', lrfrWaveSettings, config)
  const g = build(`lrfr-wave-resnet-${full.depth}${suffix(full, full.gain)}`)
  return residual(g, full, (id, x) => g.haarLowPass(id, x, full.gain))
}
