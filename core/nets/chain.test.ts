// A chain answers what its links answer one after another.
import { describe, expect, it } from 'vitest'
import { build } from './build.ts'
import { chain, type Link } from './chain.ts'
import { network } from './registry.ts'
import { compare, plausibleWeights, randomInput, runOnnx } from './testSupport.ts'

const config = { size: 32, width: 8, prior: 8, rounds: 1, landmarks: 5, parsing: 4 }
const link = (name: string, kind: string, of?: string): Link => {
  const graph = network(kind, config)
  return { name, graph, weights: plausibleWeights(graph, name.length), ...(of !== undefined && { of }) }
}
const links = [
  link('coarse', 'rim-coarse'),
  link('generator', 'rim-generator', 'coarse.image'),
  link('again', 'rim-coarse', 'generator.image'),
]

describe('a chain', () => {
  it('of three networks gives the image of the last, and what the others say on request', async () => {
    const { graph, weights } = chain(links, { image: ['again.image'], parsing: ['generator.parsing'] })
    expect(Object.keys(graph.taps)).toEqual(['image', 'parsing'])
    const x = randomInput(graph, 1, 3)
    const whole = await runOnnx(graph, weights, x, { layout: 'NHWC' })
    let y = { dims: x.dims, data: x.data }
    for (const { graph, weights } of links) {
      const image = { ...graph, taps: { image: graph.taps.image! } }
      const { dims, data } = await runOnnx(image, weights, y, { layout: 'NHWC' })
      const [, c, h, w] = dims as [number, number, number, number]
      y = { dims: [1, h, w, c], data: Float32Array.from(data, (_, i) => data[(i % c) * h * w + Math.floor(i / c)]!) }
    }
    const turned = Float32Array.from(whole.data, (_, i) => whole.data[(i % 3) * 1024 + Math.floor(i / 3)]!)
    expect(compare(turned, y.data).error).toBeLessThan(1e-4)
  })

  it('adds several outputs', async () => {
    const g = build('double')
    const graph = g.done({ y: g.add('d', g.input([4]), 'input') })
    const part = (name: string, of?: string): Link => ({ name, graph, weights: new Map(), ...(of && { of }) })
    const whole = chain([part('a'), part('b', 'a.y')], { sum: ['a.y', 'b.y', 'input'] })
    const y = await runOnnx(whole.graph, whole.weights, { dims: [1, 4], data: Float32Array.of(1, 2, 3, 4) })
    expect([...y.data]).toEqual([7, 14, 21, 28])
  })

  it('says what does not fit', () => {
    expect(() => chain(links, { image: ['again.face'] })).toThrow('no output "again.face" here; there are input')
    expect(() => chain([links[0]!, links[1]!, { ...links[2]!, of: 'generator.features' }], {})).toThrow(
      'again takes 32x32x3, but "generator.features" is 8x8x16',
    )
    expect(() => chain([links[1]!], {})).toThrow('a link that is shown the input')
  })
})
