// MobileFaceNet: its size to the last parameter, its stage shapes, and that both engines agree on it.
import { describe, expect, it } from 'vitest'
import { count } from './count.ts'
import { mobileFaceNet } from './mobilefacenet.ts'
import { inferShapes } from './shapes.ts'

describe('MobileFaceNet', () => {
  it('has 989,952 parameters where normalisations are folded and the activation is ReLU6', () => {
    const { parameters, buffers, macs } = count(mobileFaceNet({ norm: 'folded', activation: 'relu6' }))
    expect({ parameters, buffers, macs }).toEqual({ parameters: 989_952, buffers: 0, macs: 233_810_432 })
  })
  it.each([{ down: 'stride' }, { down: 'haar' }] as const)('stages of 56, 28, 14 and 7 px ($down)', (config) => {
    const graph = mobileFaceNet(config)
    const shapes = inferShapes(graph)
    const side = (tap: string): number => shapes.get(graph.taps[tap]!)![0]
    expect(['s1', 's2', 's3', 's4'].map(side)).toEqual([56, 28, 14, 7])
    expect(shapes.get(graph.taps['embedding']!)).toEqual([128])
  })
  it('has the same parameters with the Haar low-pass, which has none of its own', () => {
    expect(count(mobileFaceNet({ down: 'haar' })).parameters).toBe(count(mobileFaceNet()).parameters)
  })
})
