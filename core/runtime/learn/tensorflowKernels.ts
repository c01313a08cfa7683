// Kernels of TensorFlow's own library that TensorFlow.js composes of several: activations, biases, depthwise convolutions.
import type * as Tf from '@tensorflow/tfjs'
import type { Pads, Pair } from '../../nets/graph.ts'
import type { FastKernels } from '../../nets/tensorflowOps.ts'
import { addKernel } from './addedKernel.ts'
import { paddingOf } from './padding.ts'
import { opRunner } from './tensorflowOp.ts'

const backend = 'tensorflow'
const NHWC = { data_format: 'NHWC' } as const

interface Depthwise {
  stride: Pair
  pads: Pads
  /** [kernel height, kernel width, channels, multiplier] */
  filterShape: [number, number, number, number]
}

/** @param tf a module whose 'tensorflow' backend is active */
export function tensorflowKernels(tf: typeof Tf): FastKernels {
  const op = opRunner(tf)
  const one = (...a: Parameters<typeof op>): Tf.Tensor => op(...a)[0]!

  const activation = (name: 'Relu' | 'Relu6') =>
    addKernel(tf, {
      name: `Vestige${name}`,
      backend,
      forward: ({ x }) => one(name, [x!]),
      saves: { outputs: [true] },
      backward: (dy, [y]) => ({ x: () => one(`${name}Grad`, [dy, y!]) }),
    })
  const relu = activation('Relu')
  const relu6 = activation('Relu6')

  const addBias = addKernel(tf, {
    name: 'VestigeBias',
    backend,
    forward: ({ x, bias }) => one('BiasAdd', [x!, bias!], NHWC),
    saves: {},
    backward: (dy) => ({ x: () => dy.clone(), bias: () => one('BiasAddGrad', [dy], NHWC) }),
  })

  // x + (slope - 1) min(x, 0)
  const prelu = addKernel(tf, {
    name: 'VestigePrelu',
    backend,
    forward: ({ x, slope }) => tf.tidy(() => tf.add(x!, tf.mul(tf.minimum(x!, 0), tf.sub(slope!, 1)))),
    saves: { inputs: ['x', 'slope'] },
    backward(dy, [x, slope]) {
      const positive = () => one('ReluGrad', [dy, x!]) // dy where x > 0, else 0
      return {
        x: () => {
          const above = positive()
          return tf.add(above, tf.mul(tf.sub(dy, above), slope!))
        },
        slope: () => one('BiasAddGrad', [tf.mul(tf.sub(dy, positive()), x!)], NHWC),
      }
    },
  })

  const depthwiseAttributes = ({ stride, pads, filterShape: [kh, kw] }: Depthwise) => {
    const padding = paddingOf([kh, kw], stride, pads)
    return {
      ...NHWC,
      strides: { int: [1, ...stride, 1] },
      padding: padding.padding,
      ...(padding.padding === 'EXPLICIT' ? { explicit_paddings: { int: padding.around } } : {}),
      dilations: { int: [1, 1, 1, 1] },
    }
  }
  const depthwise = addKernel<Depthwise>(tf, {
    name: 'VestigeDepthwise',
    backend,
    forward: ({ x, filter }, a) =>
      tf.tidy(() => one('DepthwiseConv2dNative', [x!, tf.reshape(filter!, a.filterShape)], depthwiseAttributes(a))),
    saves: { inputs: ['x', 'filter'] },
    backward(dy, [x, filter], a) {
      const [kh, kw, , multiplier] = a.filterShape
      const whole =
        dy.shape[1] === 1 && dy.shape[2] === 1 && x!.shape[1] === kh && x!.shape[2] === kw && multiplier === 1
      const shape = (t: Tf.Tensor): Tf.Tensor => tf.tensor1d(t.shape, 'int32')
      return {
        x: () => {
          const inputs = [shape(x!), tf.reshape(filter!, a.filterShape), dy]
          return one('DepthwiseConv2dNativeBackpropInput', inputs, depthwiseAttributes(a))
        },
        filter: () => {
          // A filter as large as the map is a product; TensorFlow's kernel takes seven times as long for it.
          if (whole) return tf.reshape(tf.sum(tf.mul(x!, dy), 0), filter!.shape)
          const inputs = [x!, tf.tensor1d(a.filterShape, 'int32'), dy]
          const gradient = one('DepthwiseConv2dNativeBackpropFilter', inputs, depthwiseAttributes(a))
          return tf.reshape(gradient, filter!.shape)
        },
      }
    },
  })

  return {
    conv(x, filter, { groups, filters, kernel, stride, pads, dilation }) {
      if (groups === 1 || groups !== x.shape[3] || dilation.some((d) => d !== 1)) return undefined
      const filterShape: Depthwise['filterShape'] = [...kernel, groups, filters / groups]
      return depthwise({ x, filter }, { stride, pads, filterShape })[0] as Tf.Tensor4D
    },
    addBias: (x, bias) => addBias({ x, bias }, {})[0]!,
    relu: (x) => relu({ x }, {})[0]!,
    relu6: (x) => relu6({ x }, {})[0]!,
    prelu: (x, slope) => prelu({ x, slope }, {})[0]!,
  }
}
