// MobileFaceNet: inverted residual blocks and a depthwise global convolution instead of an average.
import { build, type Builder } from './build.ts'
import { oneOf, readConfig, whole, type ConfigOf } from './config.ts'
import type { Graph } from './graph.ts'
import { commonSettings, suffix, widened } from './parts.ts'

export const mobileFaceNetSettings = {
  /** Length of the embedding. */
  embedding: whole(8, 4096, 128),
  ...commonSettings,
  activation: oneOf(['prelu', 'relu6'], 'prelu'),
  /** 'batch': convolutions without bias, each followed by a normalisation. 'folded': convolutions with bias, none. */
  norm: oneOf(['batch', 'folded'], 'batch'),
  /** 'haar': every stride becomes the Haar low-pass before a stride-1 convolution. */
  down: oneOf(['stride', 'haar'], 'stride'),
  /** Whether a new network's embedding is nothing until it is trained, as an assistant's whose answer is added. */
  silent: oneOf([true, false], false),
  /** Residual blocks appended to the third and to the fifth row of the table: `extendWeights` starts them as nothing. */
  extra: whole(0, 24, 0),
}
export type MobileFaceNetConfig = ConfigOf<typeof mobileFaceNetSettings>

/** Expansion, channels, repeats, first stride: Chen et al., MobileFaceNets, CCBR 2018, Table 1. */
const BLOCKS = [
  [2, 64, 5, 2],
  [4, 128, 1, 2],
  [2, 128, 6, 1],
  [4, 128, 1, 2],
  [2, 128, 2, 1],
] as const

/**
 * Input 112 x 112 x 3 in [-1, 1] or as the weights' pixel contract says; taps s1 … s4 (56, 28, 14, 7 px),
 * embedding, and unit: the embedding at length 1.
 * @throws UserFacingError 'invalid-input' for settings out of range
 */
export function mobileFaceNet(config: Partial<MobileFaceNetConfig> = {}): Graph {
  const full = readConfig('mobilefacenet', mobileFaceNetSettings, config)
  const { embedding, activation, norm, down, silent, extra } = full
  const g = build(`mobilefacenet${suffix(full, norm, down === 'haar' ? 'haar' : '', extra ? `+${extra}` : '')}`)
  const wide = (channels: number): number => widened(channels, full.width)
  const halved = (n: number): number => (down === 'haar' ? Math.floor(n / 2) : Math.ceil(n / 2))
  const act = (id: string, x: string, plain = false): string =>
    activation === 'prelu' ? g.prelu(`${id}/act`, x) : plain ? g.relu(`${id}/act`, x) : g.relu6(`${id}/act`, x)
  const normalised = (id: string, x: string, options: Parameters<Builder['conv']>[2]): string => {
    const halve = down === 'haar' && options.stride === 2
    const from = halve ? g.haarLowPass(`${id}/low`, x, 'average') : x
    const y = g.conv(id, from, { ...options, ...(halve ? { stride: 1 } : {}), bias: norm === 'folded' })
    return norm === 'folded' ? y : g.batchNorm(`${id}/norm`, y)
  }
  const depthwise = (id: string, x: string, channels: number, stride: number): string =>
    normalised(id, x, { filters: channels, kernel: 3, pad: 1, stride, groups: channels })

  let x = g.input([full.input, full.input, 3])
  let side = halved(full.input)
  let channels = wide(64)
  x = act('stem', normalised('stem', x, { filters: channels, kernel: 3, pad: 1, stride: 2 }))
  x = act('stem/depthwise', depthwise('stem/depthwise', x, channels, 1), true)
  if (activation === 'relu6')
    x = act('stem/pointwise', normalised('stem/pointwise', x, { filters: channels, kernel: 1 }), true)
  const taps: Record<string, string> = { s1: x }
  for (const [stage, [expansion, out, least, stride]] of BLOCKS.entries()) {
    const repeats = least + (stage === 2 || stage === 4 ? extra : 0)
    if (stride === 2) side = halved(side)
    for (let i = 0; i < repeats; i++) {
      const id = `block${stage + 1}/${i + 1}`
      const inner = channels * expansion
      const s = i === 0 ? stride : 1
      let y = act(`${id}/expand`, normalised(`${id}/expand`, x, { filters: inner, kernel: 1 }))
      y = act(`${id}/depthwise`, depthwise(`${id}/depthwise`, y, inner, s))
      y = normalised(`${id}/project`, y, { filters: wide(out), kernel: 1 })
      x = s === 1 && channels === wide(out) ? g.add(`${id}/sum`, x, y) : y
      channels = wide(out)
      if (i === repeats - 1 && stage !== 1 && stage !== 3) taps[`s${[2, 2, 3, 3, 4][stage]!}`] = x
    }
  }
  x = act('last', normalised('last', x, { filters: wide(512), kernel: 1 }))
  x = normalised('global', x, { filters: wide(512), kernel: side, groups: wide(512) })
  x = normalised('embed', x, { filters: embedding, kernel: 1, ...(silent ? { initialFilter: 0 } : {}) })
  x = g.flatten('flat', x, 'hwc')
  return g.done({ embedding: x, ...taps, unit: g.l2Normalise('flat/unit', x) })
}
