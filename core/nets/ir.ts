// IR-n, the improved residual networks of ArcFace; and WaveIR-n, in which the Haar low-pass does all downsampling.
//
// IR: Deng et al., ArcFace, CVPR 2019, as face.evoLVe and FaceX-Zoo lay it out; insightface's variant as an option.
// WaveIR: WaveResNet's rule "max-pooling and stride convolution become wavelet downsampling" applied to IR units.
import { build, type Builder } from './build.ts'
import { oneOf, readConfig, real, whole, type ConfigOf } from './config.ts'
import type { Graph } from './graph.ts'
import { commonSettings, denseHead, suffix, widened } from './parts.ts'

/** Units per stage. */
const UNITS = { 18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 14, 3], 100: [3, 13, 30, 3] } as const
const CHANNELS = [64, 128, 256, 512] as const

const shared = {
  ...commonSettings,
  embedding: whole(8, 4096, 512),
  /** 'insightface': a normalisation more after each unit's first convolution; every stride-2 skip is a convolution. */
  layout: oneOf(['face.evoLVe', 'insightface'], 'face.evoLVe'),
  /** Of the head, in training. FaceX-Zoo 0.4, face.evoLVe 0.5, insightface 0. */
  dropout: real(0, 0.9, 0.4),
}
const gain = ['orthonormal', 'average'] as const
export const irSettings = { depth: oneOf([18, 34, 50, 100], 50), ...shared }
export const waveIrSettings = {
  depth: oneOf([18, 34, 50], 50),
  ...shared,
  /** Which stands first where a strided convolution was. 'dwt-conv' costs a quarter. */
  order: oneOf(['conv-dwt', 'dwt-conv'], 'conv-dwt'),
  /** 'orthonormal' doubles a constant, 'average' keeps it. */
  gain: oneOf(gain, 'orthonormal'),
  /** Gain of the first stage's skip, which no normalisation follows: 'average' when it starts from an IR's weights. */
  skipGain: oneOf(['same', ...gain], 'same'),
}
type IrConfig = ConfigOf<typeof irSettings>
type WaveIrConfig = ConfigOf<typeof waveIrSettings>

/** How a map is halved: after or instead of a convolution, and where nothing but the size changes. */
interface Down {
  /** A 3x3 or 1x1 convolution that halves the map. */
  conv(id: string, x: string, filters: number, kernel: 1 | 3): string
  /** Halves the map and keeps its channels. */
  plain(id: string, x: string): string
}
const strided = (g: Builder): Down => ({
  conv: (id, x, filters, kernel) => g.conv(id, x, { filters, kernel, stride: 2, pad: (kernel - 1) / 2 }),
  plain: (id, x) => g.maxPool(id, x, { kernel: 1, stride: 2 }),
})
const haar = (g: Builder, { order, gain, skipGain }: WaveIrConfig): Down => ({
  conv(id, x, filters, kernel) {
    const conv = (from: string): string => g.conv(id, from, { filters, kernel, pad: (kernel - 1) / 2 })
    const low = (from: string): string => g.haarLowPass(`${id}/low`, from, gain)
    // A skip's 1x1 convolution commutes with the low-pass; after it, it costs a quarter.
    return order === 'conv-dwt' && kernel === 3 ? low(conv(x)) : conv(low(x))
  },
  plain: (id, x) => g.haarLowPass(id, x, skipGain === 'same' ? gain : skipGain),
})

function unit(g: Builder, id: string, x: string, from: number, to: number, down: Down | null, more: boolean): string {
  let y = g.batchNorm(`${id}/norm1`, x)
  y = g.conv(`${id}/conv1`, y, { filters: to, kernel: 3, pad: 1 })
  if (more) y = g.batchNorm(`${id}/norm2`, y)
  y = g.prelu(`${id}/act`, y)
  y = down ? down.conv(`${id}/conv2`, y, to, 3) : g.conv(`${id}/conv2`, y, { filters: to, kernel: 3, pad: 1 })
  y = g.batchNorm(`${id}/norm3`, y)
  if (!down) return g.add(`${id}/sum`, y, x)
  const skip =
    from === to && !more
      ? down.plain(`${id}/skip`, x)
      : g.batchNorm(`${id}/skip/norm`, down.conv(`${id}/skip/conv`, x, to, 1))
  return g.add(`${id}/sum`, y, skip)
}

function improvedResidual(g: Builder, config: IrConfig | WaveIrConfig, down: Down): Graph {
  const wide = CHANNELS.map((c) => widened(c, config.width))
  let channels = wide[0]!
  let x = g.conv('stem/conv', g.input([config.input, config.input, 3]), { filters: channels, kernel: 3, pad: 1 })
  x = g.prelu('stem/act', g.batchNorm('stem/norm', x))
  const taps: Record<string, string> = {}
  for (const [stage, units] of UNITS[config.depth].entries())
    for (let i = 1; i <= units; i++) {
      const to = wide[stage]!
      // The first stage is its own case even where narrow widths round to the same number of channels.
      const same = stage === 0 || i > 1
      const more = config.layout === 'insightface'
      x = unit(g, `stage${stage + 1}/${i}`, x, same ? to : channels, to, i === 1 ? down : null, more)
      channels = to
      if (i === units) taps[`s${stage + 1}`] = x
    }
  return g.done({ embedding: denseHead(g, x, config), ...taps })
}

/** IR-18 … IR-100; taps s1 … s4 (a half to a sixteenth of the input's side) and embedding. @throws UserFacingError */
export function ir(config: Partial<IrConfig> = {}): Graph {
  const full = readConfig('ir', irSettings, config)
  const g = build(`ir-${full.depth}${suffix(full, full.layout === 'insightface' ? 'insightface' : '')}`)
  return improvedResidual(g, full, strided(g))
}

/** WaveIR-18 … WaveIR-50: the weights of an IR-n, tensor for tensor; taps as `ir`. @throws UserFacingError */
export function waveIr(config: Partial<WaveIrConfig> = {}): Graph {
  const full = readConfig('wave-ir', waveIrSettings, config)
  const layout = full.layout === 'insightface' ? 'insightface' : ''
  const g = build(`wave-ir-${full.depth}${suffix(full, layout, full.order, full.gain)}`)
  return improvedResidual(g, full, haar(g, full))
}
