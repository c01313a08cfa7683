// The published PyTorch networks written down a second time, as plain loops over maps in NCHW order, for tests: what
// an imported network must compute. Nothing here uses our graphs.
import { normal, uniform } from '../initialise.ts'

interface Map3 {
  c: number
  h: number
  w: number
  /** Channel by channel, row by row. */
  data: Float64Array
}
interface Tensor {
  dims: number[]
  data: Float32Array
}
export type StateDict = Map<string, Tensor>

/** Tensors of a state dict by name, drawn at random; the order of modules is that of the public code. */
class Draft {
  readonly state: StateDict = new Map()
  private readonly draw = normal(77)
  private readonly flat = uniform(78)
  private put(name: string, dims: number[], draw: () => number): void {
    this.state.set(name, { dims, data: Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, draw) })
  }
  conv(name: string, out: number, inner: number, kernel: number): void {
    const spread = Math.sqrt(2 / (inner * kernel * kernel))
    this.put(`${name}.weight`, [out, inner, kernel, kernel], () => this.draw() * spread)
  }
  norm(name: string, channels: number): void {
    this.put(`${name}.weight`, [channels], () => 0.5 + this.flat())
    this.put(`${name}.bias`, [channels], () => 0.3 * this.draw())
    this.put(`${name}.running_mean`, [channels], () => 0.3 * this.draw())
    this.put(`${name}.running_var`, [channels], () => 0.5 + this.flat())
    this.put(`${name}.num_batches_tracked`, [1], () => 1)
  }
  slopes(name: string, channels: number): void {
    this.put(`${name}.weight`, [channels], () => 0.3 * this.draw())
  }
  linear(name: string, out: number, inner: number): void {
    this.put(`${name}.weight`, [out, inner], () => this.draw() / Math.sqrt(inner))
    this.put(`${name}.bias`, [out], () => this.draw())
  }
}

const conv2d = (state: StateDict, name: string, x: Map3, stride: number, pad: number): Map3 => {
  const { dims, data: weight } = state.get(`${name}.weight`)!
  const [out, inner, k] = dims as [number, number, number, number]
  const h = Math.floor((x.h + 2 * pad - k) / stride) + 1
  const w = Math.floor((x.w + 2 * pad - k) / stride) + 1
  const data = new Float64Array(out * h * w)
  for (let o = 0; o < out; o++)
    for (let i = 0; i < h; i++)
      for (let j = 0; j < w; j++) {
        let sum = 0
        for (let c = 0; c < inner; c++)
          for (let a = 0; a < k; a++)
            for (let b = 0; b < k; b++) {
              const [y, z] = [i * stride + a - pad, j * stride + b - pad]
              if (y < 0 || y >= x.h || z < 0 || z >= x.w) continue
              sum += x.data[(c * x.h + y) * x.w + z]! * weight[((o * inner + c) * k + a) * k + b]!
            }
        data[(o * h + i) * w + j] = sum
      }
  return { c: out, h, w, data }
}
const perChannel = (x: Map3, f: (v: number, c: number) => number): Map3 => ({
  ...x,
  data: x.data.map((v, i) => f(v, Math.floor(i / (x.h * x.w)))),
})
const batchNorm = (state: StateDict, name: string, x: Map3): Map3 => {
  const [gain, bias, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
    (part) => state.get(`${name}.${part}`)!.data,
  )
  return perChannel(x, (v, c) => ((v - mean![c]!) / Math.sqrt(variance![c]! + 1e-5)) * gain![c]! + bias![c]!)
}
const prelu = (state: StateDict, name: string, x: Map3): Map3 =>
  perChannel(x, (v, c) => (v < 0 ? v * state.get(`${name}.weight`)!.data[c]! : v))
const relu = (x: Map3): Map3 => perChannel(x, (v) => Math.max(0, v))
const sum = (a: Map3, b: Map3): Map3 => ({ ...a, data: a.data.map((v, i) => v + b.data[i]!) })
const maxPool = (x: Map3, k: number, stride: number, pad: number): Map3 => {
  const h = Math.floor((x.h + 2 * pad - k) / stride) + 1
  const w = Math.floor((x.w + 2 * pad - k) / stride) + 1
  const data = new Float64Array(x.c * h * w).fill(-Infinity)
  for (let c = 0; c < x.c; c++)
    for (let i = 0; i < h; i++)
      for (let j = 0; j < w; j++)
        for (let a = 0; a < k; a++)
          for (let b = 0; b < k; b++) {
            const [y, z] = [i * stride + a - pad, j * stride + b - pad]
            if (y < 0 || y >= x.h || z < 0 || z >= x.w) continue
            const at = (c * h + i) * w + j
            data[at] = Math.max(data[at]!, x.data[(c * x.h + y) * x.w + z]!)
          }
  return { c: x.c, h, w, data }
}
/** Flattens channel by channel, as `view(n, -1)` does. */
const linear = (state: StateDict, name: string, x: Map3): Map3 => {
  const [weight, bias] = [state.get(`${name}.weight`)!, state.get(`${name}.bias`)!]
  const data = Float64Array.from(bias.data, (b, o) =>
    x.data.reduce((total, v, i) => total + v * weight.data[o * x.data.length + i]!, b),
  )
  return { c: data.length, h: 1, w: 1, data }
}

export interface Published {
  state: StateDict
  /** x: RGB planes of a square image. @returns the embedding */
  forward(x: Float64Array, side: number): Float64Array
}
const image = (data: Float64Array, side: number): Map3 => ({ c: 3, h: side, w: side, data })
const UNITS = [2, 2, 2, 2]

/** face.evoLVe's Backbone with 18 layers' units. @param area of the last map */
export function faceEvolve(widths: number[], embedding: number, area: number): Published {
  const d = new Draft()
  d.conv('input_layer.0', widths[0]!, 3, 3)
  d.norm('input_layer.1', widths[0]!)
  d.slopes('input_layer.2', widths[0]!)
  const units = UNITS.flatMap((n, stage) =>
    Array.from({ length: n }, (_, i) => ({
      from: i ? widths[stage]! : widths[Math.max(0, stage - 1)]!,
      to: widths[stage]!,
      stride: i ? 1 : 2,
    })),
  )
  for (const [k, { from, to }] of units.entries()) {
    if (from !== to) {
      d.conv(`body.${k}.shortcut_layer.0`, to, from, 1)
      d.norm(`body.${k}.shortcut_layer.1`, to)
    }
    d.norm(`body.${k}.res_layer.0`, from)
    d.conv(`body.${k}.res_layer.1`, to, from, 3)
    d.slopes(`body.${k}.res_layer.2`, to)
    d.conv(`body.${k}.res_layer.3`, to, to, 3)
    d.norm(`body.${k}.res_layer.4`, to)
  }
  d.norm('output_layer.0', widths[3]!)
  d.linear('output_layer.3', embedding, widths[3]! * area)
  d.norm('output_layer.4', embedding)
  const s = d.state
  return {
    state: s,
    forward(data, side) {
      let x = conv2d(s, 'input_layer.0', image(data, side), 1, 1)
      x = prelu(s, 'input_layer.2', batchNorm(s, 'input_layer.1', x))
      for (const [k, { from, to, stride }] of units.entries()) {
        const skip =
          from === to
            ? maxPool(x, 1, stride, 0)
            : batchNorm(s, `body.${k}.shortcut_layer.1`, conv2d(s, `body.${k}.shortcut_layer.0`, x, stride, 0))
        let y = conv2d(s, `body.${k}.res_layer.1`, batchNorm(s, `body.${k}.res_layer.0`, x), 1, 1)
        y = conv2d(s, `body.${k}.res_layer.3`, prelu(s, `body.${k}.res_layer.2`, y), stride, 1)
        x = sum(batchNorm(s, `body.${k}.res_layer.4`, y), skip)
      }
      return batchNorm(s, 'output_layer.4', linear(s, 'output_layer.3', batchNorm(s, 'output_layer.0', x))).data
    },
  }
}

/** insightface's iresnet18. */
export function insightface(widths: number[], embedding: number, area: number): Published {
  const d = new Draft()
  d.conv('conv1', widths[0]!, 3, 3)
  d.norm('bn1', widths[0]!)
  d.slopes('prelu', widths[0]!)
  let inplanes = widths[0]!
  for (const [stage, planes] of widths.entries())
    for (let i = 0; i < UNITS[stage]!; i++) {
      const at = `layer${stage + 1}.${i}`
      d.norm(`${at}.bn1`, inplanes)
      d.conv(`${at}.conv1`, planes, inplanes, 3)
      d.norm(`${at}.bn2`, planes)
      d.slopes(`${at}.prelu`, planes)
      d.conv(`${at}.conv2`, planes, planes, 3)
      d.norm(`${at}.bn3`, planes)
      if (i === 0) {
        d.conv(`${at}.downsample.0`, planes, inplanes, 1)
        d.norm(`${at}.downsample.1`, planes)
      }
      inplanes = planes
    }
  d.norm('bn2', inplanes)
  d.linear('fc', embedding, inplanes * area)
  d.norm('features', embedding)
  const s = d.state
  return {
    state: s,
    forward(data, side) {
      let x = prelu(s, 'prelu', batchNorm(s, 'bn1', conv2d(s, 'conv1', image(data, side), 1, 1)))
      for (const [stage, n] of UNITS.entries())
        for (let i = 0; i < n; i++) {
          const at = `layer${stage + 1}.${i}`
          const stride = i === 0 ? 2 : 1
          let y = batchNorm(s, `${at}.bn2`, conv2d(s, `${at}.conv1`, batchNorm(s, `${at}.bn1`, x), 1, 1))
          y = batchNorm(s, `${at}.bn3`, conv2d(s, `${at}.conv2`, prelu(s, `${at}.prelu`, y), stride, 1))
          const skip = i ? x : batchNorm(s, `${at}.downsample.1`, conv2d(s, `${at}.downsample.0`, x, 2, 0))
          x = sum(y, skip)
        }
      return batchNorm(s, 'features', linear(s, 'fc', batchNorm(s, 'bn2', x))).data
    },
  }
}

/** LRFR's ResNet18 or, with bottlenecks, ResNet50. */
export function lrfr(widths: number[], embedding: number, area: number, bottleneck: boolean): Published {
  const units = bottleneck ? [3, 4, 6, 3] : UNITS
  const expansion = bottleneck ? 4 : 1
  /** Kernel, output channels and stride of a block's convolutions. */
  const convs = (planes: number, stride: number): [number, number, number][] =>
    bottleneck
      ? [[1, planes, 1], [3, planes, stride], [1, planes * 4, 1]] // prettier-ignore
      : [[3, planes, stride], [3, planes, 1]] // prettier-ignore
  const d = new Draft()
  d.conv('conv1', widths[0]!, 3, 3)
  d.norm('bn1', widths[0]!)
  let inplanes = widths[0]!
  for (const [stage, planes] of widths.entries())
    for (let i = 0; i < units[stage]!; i++) {
      const at = `layer${stage + 1}.${i}`
      let from = inplanes
      for (const [n, [kernel, to]] of convs(planes, 1).entries()) {
        d.conv(`${at}.conv${n + 1}`, to, from, kernel)
        d.norm(`${at}.bn${n + 1}`, to)
        from = to
      }
      if (i === 0 && (stage > 0 || bottleneck)) {
        d.conv(`${at}.downsample.0`, planes * expansion, inplanes, 1)
        d.norm(`${at}.downsample.1`, planes * expansion)
      }
      inplanes = planes * expansion
    }
  d.norm('output_layer.0', inplanes)
  d.linear('output_layer.3', embedding, inplanes * area)
  d.norm('output_layer.4', embedding)
  const s = d.state
  return {
    state: s,
    forward(data, side) {
      let x = maxPool(relu(batchNorm(s, 'bn1', conv2d(s, 'conv1', image(data, side), 1, 1))), 3, 2, 1)
      for (const [stage, planes] of widths.entries())
        for (let i = 0; i < units[stage]!; i++) {
          const at = `layer${stage + 1}.${i}`
          const stride = i === 0 && stage > 0 ? 2 : 1
          const list = convs(planes, stride)
          let y = x
          for (const [n, [kernel, , step]] of list.entries()) {
            y = batchNorm(s, `${at}.bn${n + 1}`, conv2d(s, `${at}.conv${n + 1}`, y, step, (kernel - 1) / 2))
            if (n < list.length - 1) y = relu(y)
          }
          const other = s.has(`${at}.downsample.0.weight`)
          const skip = other ? batchNorm(s, `${at}.downsample.1`, conv2d(s, `${at}.downsample.0`, x, stride, 0)) : x
          x = relu(sum(y, skip))
        }
      const { data: e } = batchNorm(s, 'output_layer.4', linear(s, 'output_layer.3', batchNorm(s, 'output_layer.0', x)))
      const length = Math.hypot(...e)
      return e.map((v) => v / length)
    },
  }
}
