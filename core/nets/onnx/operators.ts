// What each operation of a graph is in ONNX, on maps in NCHW order.
import type { Op, Pads } from '../graph.ts'
import { channelsOf } from '../shapes.ts'
import type { Emit, Lowering } from './lower.ts'
import type { AttributeValue } from './model.ts'

const ints = (...value: number[]): AttributeValue => ({ kind: 'ints', value })
const int = (value: number): AttributeValue => ({ kind: 'int', value })
const float = (value: number): AttributeValue => ({ kind: 'float', value })
const text = (value: string): AttributeValue => ({ kind: 'string', value })
/** ONNX lists all beginnings, then all ends. */
const onnxPads = ([top, right, bottom, left]: Pads): AttributeValue => ints(top, left, bottom, right)

/** Adds zeros at the beginning and the end of the channel, vertical and horizontal axes. */
function zeros(
  emit: Emit,
  id: string,
  x: string,
  begin: [number, number, number],
  end: [number, number, number],
): string {
  const amounts = emit.int64s(`${id}/pads`, [0, ...begin, 0, ...end])
  return emit.node('Pad', [x, amounts], { mode: text('constant') }, id)
}

/** A per-channel tensor broadcasts over maps only when it is written [c, 1, 1]. */
const channelLayout = (emit: Emit, input: string) => (emit.shape(input).length === 3 ? 'channels' : 'plain')

export const lowerings: { [K in Exclude<Op, 'input'>]: Lowering<K> } = {
  conv(emit, { id, attributes: a, weights }, [x]) {
    const inputs = [x!, emit.weight(`${weights}/filter`, 'oihw')]
    if (a.bias) inputs.push(emit.weight(`${weights}/bias`, 'plain'))
    const attributes = {
      kernel_shape: ints(...a.kernel),
      strides: ints(...a.stride),
      pads: onnxPads(a.pads),
      dilations: ints(...a.dilation),
      group: int(a.groups),
    }
    return emit.node('Conv', inputs, attributes, id)
  },
  deconv(emit, { id, attributes: a, weights }, [x]) {
    const inputs = [x!, emit.weight(`${weights}/filter`, 'oihw')]
    if (a.bias) inputs.push(emit.weight(`${weights}/bias`, 'plain'))
    const attributes = {
      kernel_shape: ints(...a.kernel),
      strides: ints(...a.stride),
      pads: onnxPads(a.pads),
      output_padding: ints(...a.outputPad),
    }
    return emit.node('ConvTranspose', inputs, attributes, id)
  },
  dense(emit, { id, attributes: { bias }, weights }, [x]) {
    const inputs = [x!, emit.weight(`${weights}/matrix`, 'plain')]
    if (bias) inputs.push(emit.weight(`${weights}/bias`, 'plain'))
    return emit.node('Gemm', inputs, {}, id)
  },
  batchNorm(emit, { id, attributes: { epsilon, momentum }, weights }, [x]) {
    const values = ['gain', 'offset', 'mean', 'variance'].map((role) => emit.weight(`${weights}/${role}`, 'plain'))
    const attributes = { epsilon: float(epsilon), momentum: float(momentum) }
    return emit.node('BatchNormalization', [x!, ...values], attributes, id)
  },
  instanceNorm(emit, { id, attributes: { epsilon, affine }, weights, inputs: [source] }, [x]) {
    const c = channelsOf(emit.shape(source!))
    const gain = affine ? emit.weight(`${weights}/gain`, 'plain') : emit.floats(`ones/${c}`, [c], Array(c).fill(1))
    const offset = affine ? emit.weight(`${weights}/offset`, 'plain') : emit.floats(`zeros/${c}`, [c], Array(c).fill(0))
    return emit.node('InstanceNormalization', [x!, gain, offset], { epsilon: float(epsilon) }, id)
  },
  affine(emit, { id, weights, inputs: [source] }, [x]) {
    const layout = channelLayout(emit, source!)
    const scaled = emit.node('Mul', [x!, emit.weight(`${weights}/gain`, layout)], {}, `${id}/scaled`)
    return emit.node('Add', [scaled, emit.weight(`${weights}/offset`, layout)], {}, id)
  },
  relu: (emit, { id }, [x]) => emit.node('Relu', [x!], {}, id),
  relu6: (emit, { id }, [x]) =>
    emit.node('Clip', [x!, emit.floats(`${id}/least`, [], [0]), emit.floats(`${id}/most`, [], [6])], {}, id),
  tanh: (emit, { id }, [x]) => emit.node('Tanh', [x!], {}, id),
  prelu: (emit, { id, weights, inputs: [source] }, [x]) =>
    emit.node('PRelu', [x!, emit.weight(`${weights}/slope`, channelLayout(emit, source!))], {}, id),
  add: (emit, { id }, inputs) =>
    inputs.reduce((sum, x, i) => emit.node('Add', [sum, x], {}, i === inputs.length - 1 ? id : `${id}/${i}`)),
  concat: (emit, { id }, inputs) => emit.node('Concat', inputs, { axis: int(1) }, id),
  channels: (emit, { id, attributes: { from, count } }, [x]) =>
    emit.node(
      'Slice',
      [x!, emit.int64s(`${id}/from`, [from]), emit.int64s(`${id}/to`, [from + count]), emit.int64s(`${id}/axis`, [1])],
      {},
      id,
    ),
  channelPad: (emit, { id, attributes: { before, after } }, [x]) => zeros(emit, id, x!, [before, 0, 0], [after, 0, 0]),
  pad: (
    emit,
    {
      id,
      attributes: {
        pads: [top, right, bottom, left],
      },
    },
    [x],
  ) => zeros(emit, id, x!, [0, top, left], [0, bottom, right]),
  maxPool: (emit, { id, attributes: { kernel, stride, pads } }, [x]) =>
    emit.node('MaxPool', [x!], { kernel_shape: ints(...kernel), strides: ints(...stride), pads: onnxPads(pads) }, id),
  avgPool: (emit, { id, attributes: { kernel, stride, pads } }, [x]) =>
    emit.node(
      'AveragePool',
      [x!],
      { kernel_shape: ints(...kernel), strides: ints(...stride), pads: onnxPads(pads), count_include_pad: int(1) },
      id,
    ),
  globalAvgPool(emit, { id }, [x]) {
    return emit.node('Flatten', [emit.node('GlobalAveragePool', [x!], {}, `${id}/mean`)], { axis: int(1) }, id)
  },
  flatten(emit, { id, attributes: { order } }, [x]) {
    const ordered = order === 'hwc' ? emit.node('Transpose', [x!], { perm: ints(0, 2, 3, 1) }, `${id}/hwc`) : x!
    return emit.node('Flatten', [ordered], { axis: int(1) }, id)
  },
  l2Normalise(emit, { id, attributes: { epsilon } }, [x]) {
    const square = emit.node('Mul', [x!, x!], {}, `${id}/square`)
    const sum = emit.node('ReduceSum', [square, emit.int64s(`${id}/axis`, [1])], { keepdims: int(1) }, `${id}/sum`)
    const floor = emit.node('Max', [sum, emit.floats(`${id}/epsilon`, [], [epsilon])], {}, `${id}/floor`)
    return emit.node('Div', [x!, emit.node('Sqrt', [floor], {}, `${id}/norm`)], {}, id)
  },
  haarLowPass(emit, { id, attributes: { gain } }, [x]) {
    const attributes = { kernel_shape: ints(2, 2), strides: ints(2, 2) }
    if (gain === 'average') return emit.node('AveragePool', [x!], attributes, id)
    const mean = emit.node('AveragePool', [x!], attributes, `${id}/mean`)
    return emit.node('Mul', [mean, emit.floats(`${id}/gain`, [], [2])], {}, id)
  },
  upsample(emit, { id, attributes: { factor, mode } }, [x]) {
    const scales = emit.floats(`${id}/scales`, [4], [1, 1, factor, factor])
    const attributes: Record<string, AttributeValue> =
      mode === 'nearest'
        ? { mode: text('nearest'), coordinate_transformation_mode: text('asymmetric'), nearest_mode: text('floor') }
        : { mode: text('linear'), coordinate_transformation_mode: text('half_pixel') }
    return emit.node('Resize', [x!, '', scales], attributes, id)
  },
  dropout: (_emit, _node, [x]) => x!,
}
