// Updates of a whole network as one row: the same numbers as variable by variable, whoever else sets a variable meanwhile.
import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, it } from 'vitest'
import { createAverage } from './average.ts'
import { createOptimiser } from './optimiser.ts'
import { OptimiserSpec } from './recipe.ts'

beforeAll(() => tf.setBackend('cpu'))

function variables(): Map<string, tf.Variable> {
  const made = new Map<string, tf.Variable>()
  tf.tidy(() => {
    made.set('a', tf.variable(tf.tensor2d([1, 2, 3, 4], [2, 2])))
    made.set('b', tf.variable(tf.tensor1d([5, 6])))
  })
  return made
}
const gradients = () =>
  new Map<string, tf.Tensor>([
    ['a', tf.tensor2d([1, -1, 2, 0], [2, 2])],
    ['b', tf.tensor1d([0.5, 4])],
  ])
const sgd = OptimiserSpec.parse({ kind: 'sgd', momentum: 0.5, decay: 0.1 })
const values = (of: ReadonlyMap<string, tf.Tensor>) => [...of.values()].map((v) => [...v.dataSync()])

it('decays what decays, and follows a variable that was set in between', () => {
  const w = variables()
  const optimiser = createOptimiser(tf, sgd, w, (name) => name === 'a')
  const step = () => tf.tidy(() => optimiser.step(optimiser.pack(gradients()), 1))
  step()
  expect(values(w)).toEqual([[1 - 1.1, 2 + 0.8, 3 - 2.3, 4 - 0.4].map((v) => expect.closeTo(v, 5)), [4.5, 2]])
  w.get('b')!.assign(tf.tensor1d([10, 20]))
  step()
  expect(values(w)[1]).toEqual([10 - 0.75, 20 - 6])
})

it('goes on from its state as if it had not been interrupted, and leaves no tensor behind', async () => {
  const before = tf.memory().numTensors
  const run = async (interrupted: boolean) => {
    const w = variables()
    let optimiser = createOptimiser(tf, OptimiserSpec.parse({ kind: 'adam', decay: 0.01 }), w, () => true)
    for (let i = 0; i < 4; i++) {
      if (interrupted && i === 2) {
        const kept = await optimiser.slots()
        expect([...kept.keys()]).toEqual(['first/a', 'first/b', 'second/a', 'second/b'])
        expect(kept.get('first/a')!.shape).toEqual([2, 2])
        const { steps } = optimiser
        optimiser.dispose()
        optimiser = createOptimiser(tf, OptimiserSpec.parse({ kind: 'adam', decay: 0.01 }), w, () => true)
        optimiser.restore(kept)
        optimiser.steps = steps
      }
      tf.tidy(() => optimiser.step(optimiser.pack(gradients()), 0.1))
    }
    const result = values(w)
    optimiser.dispose()
    for (const v of w.values()) v.dispose()
    return result
  }
  expect(await run(true)).toEqual(await run(false))
  expect(tf.memory().numTensors).toBe(before)
})

it('averages, takes values that are put back, and changes places with the weights', () => {
  const w = variables()
  const average = createAverage(tf, w, 0.9)
  w.get('b')!.assign(tf.tensor1d([50, 60]))
  average.update()
  const d = 2 / 11
  expect(values(average.values)[1]).toEqual(
    [5 * d + 50 * (1 - d), 6 * d + 60 * (1 - d)].map((v) => expect.closeTo(v, 4)),
  )
  average.values.get('b')!.assign(tf.tensor1d([0, 0]))
  average.update()
  expect(values(average.values)[1]).toEqual([50 * (1 - 3 / 12), 60 * (1 - 3 / 12)].map((v) => expect.closeTo(v, 4)))
  average.swap()
  expect(values(w)[0]).toEqual([1, 2, 3, 4].map((v) => expect.closeTo(v, 5)))
  expect(values(average.values)[1]).toEqual([50, 60])
  average.dispose()
})
