// The operations that networks from images to images have beside the others, in TensorFlow's own graph.
import type { Node, Op } from '../../../nets/graph.ts'
import type { Drawing } from './drawing.ts'
import type { Attribute } from './graphDef.ts'
import { NHWC, type Rule, type Value } from './rule.ts'

const INDEX: Record<string, Attribute> = { Index: { type: 'int32' } }
const PADDINGS: Record<string, Attribute> = { Tpaddings: { type: 'int32' } }

/** Part of a map. */
const cut = (draw: Drawing, x: string, from: readonly number[], size: readonly number[]): string =>
  draw.add('Slice', [x, draw.integers(from), draw.integers(size)], INDEX)
/** Zeros around a map, so that it is `size` large and begins at `from`. */
const surrounded = (
  draw: Drawing,
  x: string,
  dims: readonly number[],
  from: readonly number[],
  size: readonly number[],
): string => {
  const around = dims.flatMap((n, i) => [from[i]!, size[i]! - n - from[i]!])
  return around.every((n) => n === 0) ? x : draw.add('Pad', [x, draw.integers(around, [dims.length, 2])], PADDINGS)
}

/** The whole product of a transposed convolution, and where the crop lies in it. */
function whole({ attributes: a }: Node<'deconv'>, x: Value) {
  const [batch, h, w] = x.dims as [number, number, number, number]
  const [top, right, bottom, left] = a.pads
  const sides = ([n, axis, begin, end]: [number, 0 | 1, number, number]) => {
    const full = (n - 1) * a.stride[axis] + a.kernel[axis]
    const kept = full - begin - end + a.outputPad[axis]
    return { kept, reach: Math.max(full, begin + kept) }
  }
  const [rows, columns] = [sides([h, 0, top, bottom]), sides([w, 1, left, right])]
  return {
    from: [0, top, left, 0],
    kept: [batch, rows.kept, columns.kept, a.filters],
    reach: [batch, rows.reach, columns.reach, a.filters],
    attributes: { ...NHWC, strides: { ints: [1, ...a.stride, 1] }, padding: { string: 'VALID' } },
  }
}
const deconv: Rule<'deconv'> = {
  forward({ draw, node, inputs: [x], weight }) {
    const { from, kept, reach, attributes } = whole(node, x!)
    const product = draw.add('Conv2DBackpropInput', [draw.integers(reach), weight('filter').name, x!.name], attributes)
    const y = cut(draw, product, from, kept)
    return node.attributes.bias ? draw.add('BiasAdd', [y, weight('bias').name], NHWC) : y
  },
  backward({ draw, node, inputs: [x], weight, remember, gradient, dy }) {
    const { from, kept, reach, attributes } = whole(node, x!)
    if (node.attributes.bias) gradient('bias', draw.add('BiasAddGrad', [dy], NHWC))
    const wide = surrounded(draw, dy, kept, from, reach)
    const { name, dims } = weight('filter')
    gradient('filter', draw.add('Conv2DBackpropFilter', [wide, draw.integers(dims), remember(x!.name)], attributes))
    return [draw.add('Conv2D', [wide, name], attributes)]
  },
}

const normalisation = ({ attributes: { epsilon } }: Node<'instanceNorm'>): Record<string, Attribute> => ({
  ...NHWC,
  U: { type: 'float32' },
  epsilon: { float: epsilon },
  is_training: { bool: true },
})
const instanceNorm: Rule<'instanceNorm'> = {
  forward({ draw, node, inputs: [x], weight, batch }) {
    const c = x!.dims[3]!
    const [gain, offset] = node.attributes.affine
      ? [weight('gain').name, weight('offset').name]
      : [draw.vector(1, c), draw.vector(0, c)]
    const each = draw
      .cut(x!.name, batch)
      .map((one) =>
        draw.add('FusedBatchNormV3', [one, gain, offset, draw.nothing(), draw.nothing()], normalisation(node)),
      )
    return draw.join(each)
  },
  backward({ draw, node, inputs: [x], y, weight, dy, remember, gradient, batch }) {
    const fused = batch === 1 ? [y.name] : draw.operations.find(({ name }) => name === y.name)!.inputs.slice(0, batch)
    const gain = node.attributes.affine ? weight('gain').name : draw.vector(1, x!.dims[3]!)
    const given = draw.cut(dy, batch)
    const seen = draw.cut(remember(x!.name), batch)
    const gradients = fused.map((name, i) => {
      const reserved = [3, 4, 5].map((k) => remember(`${name}:${k}`))
      return draw.add('FusedBatchNormGradV3', [given[i]!, seen[i]!, gain, ...reserved], normalisation(node))
    })
    if (node.attributes.affine)
      for (const [role, k] of [
        ['gain', 1],
        ['offset', 2],
      ] as const)
        gradient(
          role,
          sum(
            draw,
            gradients.map((g) => `${g}:${k}`),
          ),
        )
    return [draw.join(gradients)]
  },
}
const sum = (draw: Drawing, parts: readonly string[]): string =>
  parts.length === 1 ? parts[0]! : draw.add('AddN', parts, { N: { int: parts.length } })

const concat: Rule<'concat'> = {
  forward: ({ draw, inputs }) =>
    draw.join(
      inputs.map(({ name }) => name),
      3,
    ),
  backward({ draw, inputs, dy }) {
    let at = 0
    return inputs.map(({ dims }) => {
      const part = cut(draw, dy, [0, 0, 0, at], dims)
      at += dims[3]!
      return part
    })
  },
}

const channels: Rule<'channels'> = {
  forward: ({ draw, node: { attributes: a }, inputs: [x] }) =>
    cut(draw, x!.name, [0, 0, 0, a.from], [...x!.dims.slice(0, 3), a.count]),
  backward: ({ draw, node: { attributes: a }, inputs: [x], y, dy }) => [
    surrounded(draw, dy, y.dims, [0, 0, 0, a.from], x!.dims),
  ],
}

const tanh: Rule<'tanh'> = {
  forward: ({ draw, inputs: [x] }) => draw.add('Tanh', [x!.name]),
  backward: ({ draw, y, dy, remember }) => [draw.add('TanhGrad', [remember(y.name), dy])],
}

const sampling = ({ attributes: { mode } }: Node<'upsample'>): Record<string, Attribute> => ({
  align_corners: { bool: false },
  half_pixel_centers: { bool: mode === 'bilinear' },
})
const upsample: Rule<'upsample'> = {
  forward({ draw, node, inputs: [x], output }) {
    const op = node.attributes.mode === 'nearest' ? 'ResizeNearestNeighbor' : 'ResizeBilinear'
    return draw.add(op, [x!.name, draw.integers(output.slice(0, 2))], sampling(node))
  },
  backward({ draw, node, inputs: [x], dy, remember }) {
    const nearest = node.attributes.mode === 'nearest'
    const like = nearest ? draw.integers(x!.dims.slice(1, 3)) : remember(x!.name)
    return [draw.add(nearest ? 'ResizeNearestNeighborGrad' : 'ResizeBilinearGrad', [dy, like], sampling(node))]
  },
}

export const imageRules: { [K in Op]?: Rule<K> } = { deconv, instanceNorm, concat, channels, tanh, upsample }
