// Networks come by name, and what is no setting of theirs is refused with a sentence.
import { describe, expect, it } from 'vitest'
import { UserFacingError } from '../contract/errors.ts'
import type { NetworkConfig } from './config.ts'
import { inferShapes } from './shapes.ts'
import { network, networkNames } from './registry.ts'

describe('the registry', () => {
  const recognisers = networkNames.filter((name) => !/^(shrink|rim-(coarse|generator|critic)|gdrd-.*)$/.test(name))
  it.each(recognisers)('%s ends in an embedding and four stages', (name) => {
    const graph = network(name)
    const shapes = inferShapes(graph)
    const { unit, ...taps } = graph.taps
    expect(Object.keys(taps).sort()).toEqual(['embedding', 's1', 's2', 's3', 's4'])
    if (unit !== undefined) expect(shapes.get(unit)).toEqual(shapes.get(taps.embedding!))
    expect(Object.keys(graph.taps)[0]).toBe('embedding')
    expect(shapes.get(graph.taps.embedding!)).toHaveLength(1)
    for (const [i, side] of [56, 28, 14, 7].entries())
      expect(shapes.get(graph.taps[`s${i + 1}`]!)!.slice(0, 2)).toEqual([side, side])
    expect(inferShapes(network(name, { embedding: 64 })).get(graph.taps.embedding!)).toEqual([64])
  })

  it('shrink takes the mean of squares', () => {
    const graph = network('shrink', { size: 16, factor: 2 })
    expect(inferShapes(graph).get(graph.taps.image!)).toEqual([8, 8, 3])
  })

  it.each<[string, NetworkConfig, string]>([
    ['alexnet', {}, 'There is no network "alexnet"; there are mobilefacenet'],
    ['toString', {}, 'There is no network "toString"'],
    ['mobilefacenet', { depth: 18 }, 'The network "mobilefacenet" has no setting "depth"; it has embedding, width'],
    ['mobilefacenet', { constructor: 1 }, 'has no setting "constructor"'],
    ['mobilefacenet', { width: 0 }, 'cannot be built with width = 0: it takes a number from 0.05 to 4'],
    ['mobilefacenet', { embedding: 8.5 }, 'embedding = 8.5: it takes a whole number from 8 to 4096'],
    ['mobilefacenet', { embedding: '128' }, 'embedding = "128": it takes a whole number'],
    ['mobilefacenet', { norm: 'none' }, 'norm = "none": it takes batch, folded'],
  ])('refuses %s %o', (name, config, message) => {
    expect(() => network(name, config)).toThrow(UserFacingError)
    expect(() => network(name, config)).toThrow(message)
  })
})
