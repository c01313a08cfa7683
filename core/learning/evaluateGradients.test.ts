// The curve of gradient norms of a small package; and where none can be drawn, a sentence that says why.
import { expect, it } from 'vitest'
import type { ModelCard } from '../contract/models.ts'
import { noise } from '../images/testPatterns.ts'
import { initialWeights } from '../nets/initialise.ts'
import { toOnnx } from '../nets/onnx/lower.ts'
import { network } from '../nets/registry.ts'
import { gradientCurve } from './evaluateGradients.ts'
import { dipSentences } from './evaluateReport.ts'

const SIZE = 16
const people = ['ann', 'ann', 'bob', 'bob', 'bob', 'eve']
const faces = {
  samples: people.map((identity, i) => ({ identity, name: String(i) })),
  identities: ['ann', 'bob', 'eve'],
  decode: (i: number) => Promise.resolve(noise(112, 112, i)),
}
const graph = network('wave-ir', { depth: 18, width: 0.05, input: SIZE, embedding: 8 })
const bytes = toOnnx(graph, initialWeights(graph, 1), { layout: 'NCHW' })
const card = (words: string): ModelCard =>
  ({
    name: 'Tiny',
    network: words,
    embedding: 8,
    pixels: {
      size: SIZE,
      channelOrder: 'BGR',
      layout: 'NCHW',
      mean: [127.5, 127.5, 127.5],
      scale: [127.5, 127.5, 127.5],
      resampler: 'vestige-bicubic-warp-1',
      alignment: 'arcface-112',
    },
  }) as unknown as ModelCard

it('has a point for each size, in an SVG and a CSV', async () => {
  const made = await gradientCurve({ bytes, card: card(graph.name) }, faces, [8, 16, 112])
  if (typeof made === 'string') throw new Error(made)
  expect(made.name).toBe('gradient')
  const rows = made.csv
    .trim()
    .split('\n')
    .map((line) => line.split(','))
  expect(rows.map((row) => row[1])).toEqual(['resolution_px', '8', '16', '112'])
  for (const row of rows.slice(1)) expect(Number(row[2])).toBeGreaterThan(0)
  expect(made.svg).toContain('Tiny')
}, 60_000)

it('is refused for a card that names nothing of ours, or another network than the file’s', async () => {
  expect(await gradientCurve({ bytes, card: card('unknown') }, faces, [8])).toMatch(
    /^There is no curve .* Tiny: its card/,
  )
  // The same layers, averaged instead of summed.
  const other = network('wave-ir', { depth: 18, width: 0.05, input: SIZE, embedding: 8, gain: 'average' })
  expect(await gradientCurve({ bytes, card: card(other.name) }, faces, [8])).toMatch(/gives other embeddings/)
})

it('is refused without two people of two photographs, and without sizes', async () => {
  const single = { ...faces, samples: faces.samples.slice(2) }
  expect(await gradientCurve({ bytes, card: card(graph.name) }, single, [8])).toMatch(/at least two people/)
  expect(await gradientCurve({ bytes, card: card(graph.name) }, faces, [])).toMatch(/no sizes/)
})

it('a report says for each group of probes whether accuracy dips between consecutive sizes', () => {
  const of = (group: string, ...accuracies: number[]) =>
    accuracies.map((accuracy, i) => ({ group, resolution: 6 + i, accuracy, se: 0.01 }))
  const outcome = { results: [...of('all', 0.5, 0.6, 0.7), ...of('d1', 0.5, 0.4, 0.7), ...of('d2', 0.5)] }
  expect(dipSentences(outcome as never)).toEqual([
    'Accuracy from 6 to 8 px never falls.',
    'Accuracy of d1 from 6 to 8 px dips by more than its standard error: 10.00 points at 7 px below 6 px, ± 1.00.',
  ])
})
