// An ensemble's embedding is the sum of its members' unit-length embeddings, in both engines.
import { expect, it } from 'vitest'
import { count } from './count.ts'
import { ensemble } from './ensemble.ts'
import { network } from './registry.ts'
import { compare, plausibleWeights, randomInput, runOnnx, runTensorFlow } from './testSupport.ts'

const small = { width: 0.125, input: 48, embedding: 24 }
const members = [
  network('mobilefacenet', small),
  network('mobilefacenet', small),
  network('lrfr-resnet', { ...small, depth: 18 }),
]
const weights = members.map((graph, i) => plausibleWeights(graph, i))

it('adds the unit-length embeddings of its members', async () => {
  const both = ensemble(members, weights)
  const x = randomInput(both.graph, 1, 9)
  const expected = new Float32Array(24)
  for (const [i, graph] of members.entries()) {
    const { data } = await runTensorFlow(graph, weights[i]!, x)
    const length = Math.hypot(...data)
    data.forEach((v, k) => (expected[k]! += v / length))
  }
  for (const run of [runTensorFlow, runOnnx]) {
    const { cosine, error } = compare((await run(both.graph, both.weights, x)).data, expected)
    expect(cosine).toBeGreaterThan(0.999999)
    expect(error).toBeLessThan(1e-5)
  }
  const sum = members.reduce((total, graph) => total + count(graph).parameters, 0)
  expect(count(both.graph).parameters).toBe(sum)
})

it('refuses members that do not fit together', () => {
  const other = network('mobilefacenet', { ...small, embedding: 32 })
  expect(() => ensemble([members[0]!, other], [weights[0]!, plausibleWeights(other, 1)])).toThrow('cannot stand beside')
  expect(() => ensemble([], [])).toThrow('an ensemble needs members')
  expect(() => ensemble(members, weights.slice(1))).toThrow('each with its weights')
})
