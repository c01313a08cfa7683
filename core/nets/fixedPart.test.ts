// What stays fixed while a part of a network is trained, and that the rest follows from it.
import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, it } from 'vitest'
import { fixedEnds } from './fixedPart.ts'
import { gdrdStudent } from './gdrd.ts'
import { nodeTap } from './graph.ts'
import { weightSpecs } from './specs.ts'
import { toTensorFlow } from './tensorflow.ts'
import { plausibleWeights } from './testSupport.ts'

beforeAll(() => tf.setBackend('cpu'))
const graph = gdrdStudent({ input: 8, width: 8, hidden: 8, embedding: 8 })
const ends = (taps: string[], ...groups: string[]): string[] => {
  const trained = weightSpecs(graph).filter(({ name }) => groups.some((group) => name.startsWith(`${group}/`)))
  return fixedEnds(graph, taps, (weights) => trained.some(({ name }) => name.startsWith(`${weights}/`)))
}

it('names the last nodes that no trained weight has a part in', () => {
  expect(ends(['embedding'], 'head')).toEqual(['head/flat'])
  expect(ends(['embedding', 'features'], 'head')).toEqual([graph.taps['features'], 'head/flat'])
  expect(ends(['embedding'], 'backbone/stage3', 'head')).toEqual([graph.taps['s2']])
  expect(ends(['s1'], 'head')).toEqual([graph.taps['s1']])
  // A skip leaves the trained block: what it comes from is an end once.
  expect(ends(['s2'], 'backbone/stage2/1/conv1')).toEqual([graph.taps['s1'], 'backbone/stage2/1/skip/norm'])
  expect(ends(['embedding'], 'backbone', 'head')).toEqual([])
})

it('the rest of a network gives the same from those nodes on', () => {
  const network = toTensorFlow(tf, graph, plausibleWeights(graph, 3))
  const x = tf.randomNormal([2, 8, 8, 3], 0, 1, 'float32', 5)
  const [end] = ends(['embedding'], 'head')
  const known = network.apply(x, { taps: [nodeTap(end!)] })[nodeTap(end!)]!
  const whole = network.apply(x, { taps: ['embedding'] })['embedding']!
  const rest = network.apply(tf.zerosLike(x), { taps: ['embedding'], from: new Map([[end!, known]]) })['embedding']!
  expect([...rest.dataSync()]).toEqual([...whole.dataSync()])
  network.dispose()
})
