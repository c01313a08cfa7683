// A graph that does not fit together is refused with the node's name and the reason.
import { describe, expect, it } from 'vitest'
import { build, type Builder } from './build.ts'
import { inputOf, neededFor, type Graph, type Shape } from './graph.ts'
import { inferShapes } from './shapes.ts'
import { weightSpecs } from './specs.ts'

const make = (shape: Shape, body: (g: Builder, x: string) => string): Graph => {
  const g = build('net')
  return g.done({ y: body(g, g.input(shape)) })
}

describe('refused, and why', () => {
  const wrong: [string, Graph, RegExp][] = [
    [
      'window too large',
      make([4, 4, 3], (g, x) => g.conv('c', x, { filters: 2, kernel: 7 })),
      /net: node "c" \(conv\): a window of 7x7 does not fit into a padded map of 4x4/,
    ],
    [
      'sum of unlike maps',
      make([4, 4, 3], (g, x) => g.add('s', x, g.conv('c', x, { filters: 3, kernel: 3 }))),
      /node "s" \(add\): cannot add 4x4x3 and 2x2x3/,
    ],
    [
      'joined maps of unlike size',
      make([4, 4, 3], (g, x) => g.concat('j', x, g.haarLowPass('h', x))),
      /cannot join 4x4x3 and 2x2x3/,
    ],
    [
      'groups that do not divide',
      make([4, 4, 3], (g, x) => g.conv('c', x, { filters: 4, kernel: 1, groups: 2 })),
      /2 groups/,
    ],
    [
      'output padding of a whole stride',
      make([4, 4, 3], (g, x) => g.deconv('c', x, { filters: 2, kernel: 3, stride: 2, outputPad: 2 })),
      /output padding must be smaller than the stride/,
    ],
    [
      'a transposed convolution that is all padding',
      make([1, 1, 3], (g, x) => g.deconv('c', x, { filters: 2, kernel: 2, stride: 1, pad: 1 })),
      /the padding leaves nothing/,
    ],
    [
      'channels that are not there',
      make([4, 4, 3], (g, x) => g.channels('s', x, { from: 1, count: 3 })),
      /no channels 1 to 3 in a map of 3/,
    ],
    ['instance normalisation of a vector', make([9], (g, x) => g.instanceNorm('i', x)), /needs a map/],
    ['dense on a map', make([4, 4, 3], (g, x) => g.dense('d', x, { units: 2 })), /node "d" \(dense\): needs a vector/],
    ['pooling a vector', make([9], (g, x) => g.globalAvgPool('m', x)), /needs a map/],
    [
      'padding as wide as the window',
      make([4, 4, 3], (g, x) => g.maxPool('m', x, { kernel: 2, pad: 2 })),
      /padding must be smaller/,
    ],
    ['a stride of zero', make([4, 4, 3], (g, x) => g.conv('c', x, { filters: 1, kernel: 1, stride: 0 })), /at least 1/],
    [
      'an input from nowhere',
      make([4, 4, 3], (g) => g.relu('r', 'ghost')),
      /its input "ghost" does not stand before it/,
    ],
    ['a name twice', make([4, 4, 3], (g, x) => g.relu('r', g.relu('r', x))), /the name is used twice/],
    ['no pixels', make([0, 4, 3], (_g, x) => x), /0x4x3 is no shape/],
  ]
  it.each(wrong)('%s', (_what, graph, message) => expect(() => inferShapes(graph)).toThrow(message))

  it('weights shared between unlike nodes', () => {
    const graph = make([4, 4, 3], (g, x) =>
      g.conv('b', g.conv('a', x, { filters: 5, kernel: 1 }), { filters: 5, kernel: 1 }, 'a'),
    )
    expect(() => weightSpecs(graph)).toThrow(/node "b" \(conv\): shares "a\/filter" of 1x1x3x5, but needs 1x1x5x5/)
  })

  it('an output that names no node, and an output nobody declared', () => {
    const graph = { ...make([4, 4, 3], (_g, x) => x), taps: { y: 'ghost' } }
    expect(() => inferShapes(graph)).toThrow(/output "y" names no node/)
    expect(() => neededFor(graph, ['z'])).toThrow(/no output "z"; it has y/)
  })

  it('a second input', () => {
    const g = build('net')
    g.input([1])
    g.input([1])
    expect(() => inputOf(g.done({}))).toThrow(/exactly one input/)
  })
})

it('rounds window counts down as PyTorch does', () => {
  const side = (n: number, kernel: number, stride: number, pad: number) =>
    inferShapes(make([n, n, 1], (g, x) => g.maxPool('m', x, { kernel, stride, pad }))).get('m')![0]
  expect([side(112, 3, 2, 1), side(150, 7, 2, 0), side(72, 3, 2, 0), side(5, 2, 2, 0)]).toEqual([56, 72, 35, 2])
})

it('leaves out what no wanted output needs', () => {
  const g = build('net')
  const x = g.input([4])
  const a = g.relu('a', x)
  const graph = g.done({ a, b: g.dense('b', a, { units: 2 }) })
  expect(neededFor(graph, ['a']).map((n) => n.id)).toEqual(['input', 'a'])
})
