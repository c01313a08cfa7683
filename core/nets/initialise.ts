// First values of a network's weights, from a seed, so that a run can be repeated.
import type { Graph } from './graph.ts'
import { specSize, weightSpecs, type WeightSpec } from './specs.ts'
import type { Weight } from './weights.ts'

/** Uniform numbers in [0, 1) (mulberry32, 32 bits of state). Good for weights and tests, not for secrets. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Standard normal numbers by Box and Muller (1958), who give two at a time. */
export function normal(seed: number): () => number {
  const draw = uniform(seed)
  let spare: number | undefined
  return () => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    const radius = Math.sqrt(-2 * Math.log(1 - draw()))
    const angle = 2 * Math.PI * draw()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
}

/**
 * Kaiming-normal filters and matrices (He et al. 2015, fan-out for filters as in PyTorch's ResNets, fan-in for
 * matrices and for filters of transposed convolutions), gains 1, offsets, biases and means 0, variances 1,
 * PReLU slopes 0.25; unless the graph says otherwise.
 */
export function initialWeights(graph: Graph, seed: number): Map<string, Weight> {
  const draw = normal(seed)
  return filled(graph, (spec) => {
    const [first = 1, second = 1, , outputs = 1] = spec.shape
    const { initial } = spec
    if (initial !== undefined) return () => initial
    if (spec.role === 'filter') return () => draw() * Math.sqrt(2 / (first * second * outputs))
    if (spec.role === 'matrix') return () => draw() * Math.sqrt(1 / first)
    const constant = { gain: 1, variance: 1, slope: 0.25, bias: 0, offset: 0, mean: 0 }[spec.role]
    return () => constant
  })
}

/** Every weight from a rule: `rule(spec)` gives the function that draws its values one by one. */
export function filled(graph: Graph, rule: (spec: WeightSpec) => () => number): Map<string, Weight> {
  return new Map(
    weightSpecs(graph).map((spec) => {
      const draw = rule(spec)
      const data = new Float32Array(specSize(spec))
      // A plain loop: Float32Array.from with a function takes ten times as long on millions of values.
      for (let i = 0; i < data.length; i++) data[i] = draw()
      return [spec.name, { kind: 'float32', shape: spec.shape, data }]
    }),
  )
}
