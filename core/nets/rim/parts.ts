// What RIM's face hallucination networks are made of: its settings, residual blocks, recursion, hourglass.
//
// Kong et al., Cross-resolution face recognition via prior-aided face hallucination and residual knowledge
// distillation, 2019; layers as in the authors' public code where the paper is silent.
import type { Builder } from '../build.ts'
import { oneOf, whole, type ConfigOf } from '../config.ts'

/** One set for all networks of a recipe; each uses what concerns it. The defaults are the paper's. */
export const rimSettings = {
  /** Side of the image in pixels. */
  size: whole(32, 448, 224, 16),
  /** Channels of coarse network, encoder and integrator. */
  width: whole(8, 256, 64, 8),
  /** Channels of the prior trunk. */
  prior: whole(8, 512, 128, 8),
  landmarks: whole(1, 256, 68),
  parsing: whole(2, 64, 11),
  /** How often the three residual blocks follow one another: nearly all of the cost. */
  rounds: whole(1, 4, 3),
  /** Whether they are the same three blocks every time; then any number of rounds has the same weights. */
  share: oneOf([true, false], true),
  /** Image pixels per pixel of the feature maps. */
  stride: oneOf([4, 2], 4),
  /** How the integrator enlarges: one transposed convolution, or nearest neighbours and a convolution per doubling. */
  up: oneOf(['deconv', 'resize'], 'deconv'),
  /** Whether the coarse network has a fourth input channel: log2(native side / 112), the same everywhere. */
  told: oneOf([true, false], false),
  /**
   * Whether images are made as corrections of the image that comes in. Instance normalisation else leaves little of a
   * face's brightness.
   */
  skip: oneOf([true, false], false),
  /** What ends the coarse network and the integrator. */
  output: oneOf(['linear', 'tanh'], 'linear'),
  /** Of the critic. */
  embedding: whole(8, 4096, 512),
  /** Whether the critic averages its map to about 7x7 before the dense layer. */
  pooled: oneOf([true, false], true),
}
export type RimConfig = ConfigOf<typeof rimSettings>

/** For names of graphs. */
export const rimName = (part: string, { size, width, prior, rounds, share }: RimConfig): string =>
  `rim-${part}-${size}px-${width}-${prior}${rounds === 3 ? '' : `-${rounds}rounds`}${share ? '' : '-unshared'}`

/** Side of the feature maps. */
export const gridOf = ({ size, stride }: RimConfig): number => size / stride
/** Channels of the features that the critic takes. */
export const featuresOf = ({ width, prior }: RimConfig): number => prior + width

/** Convolution with bias, instance normalisation, PReLU. `weights` names the tensors where they are not the node's own. */
export function convUnit(
  g: Builder,
  id: string,
  x: string,
  options: { filters: number; kernel: number; stride?: number },
): string {
  const y = g.conv(`${id}/conv`, x, { ...options, pad: (options.kernel - 1) / 2, bias: true })
  return normalised(g, id, y)
}
export const normalised = (g: Builder, id: string, x: string): string =>
  g.prelu(`${id}/act`, g.instanceNorm(`${id}/norm`, x))

/** conv3x3 · IN · PReLU · conv3x3 · IN · + x · PReLU. @param of whose weights are used */
export function resBlock(g: Builder, id: string, x: string, filters: number, of = id): string {
  const conv = (n: 1 | 2, x: string): string => {
    const y = g.conv(`${id}/conv${n}`, x, { filters, kernel: 3, pad: 1 }, `${of}/conv${n}`)
    return g.instanceNorm(`${id}/norm${n}`, y, {}, `${of}/norm${n}`)
  }
  const y = conv(2, g.prelu(`${id}/act1`, conv(1, x), `${of}/act1`))
  return g.prelu(`${id}/act2`, g.add(`${id}/sum`, y, x), `${of}/act2`)
}

/** Three residual blocks, several times over. */
export function recursion(
  g: Builder,
  id: string,
  x: string,
  { width: filters, rounds, share }: Pick<RimConfig, 'width' | 'rounds' | 'share'>,
): string {
  let y = x
  for (let round = 1; round <= rounds; round++)
    for (const n of [1, 2, 3]) {
      const own = `${id}/round${round}/block${n}`
      y = resBlock(g, own, y, filters, share ? `${id}/block${n}` : own)
    }
  return y
}

/** Two blocks conv3x3 · IN · PReLU · conv3x3 · IN · + x · PReLU, without gains; both PReLUs of a block are one. */
function pairOfBlocks(g: Builder, id: string, x: string, filters: number): string {
  let y = x
  for (const n of [1, 2]) {
    const name = `${id}/block${n}`
    const conv = (m: 1 | 2, from: string): string =>
      g.instanceNorm(`${name}/norm${m}`, g.conv(`${name}/conv${m}`, from, { filters, kernel: 3, pad: 1 }), {
        affine: false,
      })
    const inner = conv(2, g.prelu(`${name}/act1`, conv(1, y), `${name}/act`))
    y = g.prelu(`${name}/act2`, g.add(`${name}/sum`, inner, y), `${name}/act`)
  }
  return y
}

/** HG_n(x) = A_n(x) + up2(C_n(HG_{n-1}(B_n(pool x)))), with M in place of HG_0; pool 2x2 max, up nearest. */
export function hourglass(g: Builder, id: string, x: string, filters: number, depth: number): string {
  const at = (part: string): string => `${id}/${part}${depth}`
  const low = pairOfBlocks(g, at('b'), g.maxPool(at('pool'), x, { kernel: 2 }), filters)
  const inner = depth > 1 ? hourglass(g, id, low, filters, depth - 1) : pairOfBlocks(g, `${id}/m`, low, filters)
  const up = g.upsample(at('up'), pairOfBlocks(g, at('c'), inner, filters), 2, 'nearest')
  return g.add(at('sum'), pairOfBlocks(g, at('a'), x, filters), up)
}

/** conv3x3 to three channels, a correction of `base` where there is one, which begins as none; and tanh where it is wanted. */
export function image(g: Builder, id: string, x: string, output: RimConfig['output'], base?: string): string {
  const begin = base === undefined ? {} : { initialFilter: 0 }
  let y = g.conv(`${id}/conv`, x, { filters: 3, kernel: 3, pad: 1, bias: true, ...begin })
  if (base) y = g.add(`${id}/sum`, y, base)
  return output === 'tanh' ? g.tanh(`${id}/tanh`, y) : y
}
