// What RIM's face hallucination costs: a training step of its generator, and one face through ONNX Runtime.
// Run: node bench/hallucination.ts [batch] [rounds] [threads] [config as JSON] [backend]
import ort from 'onnxruntime-node'
import type { NetworkConfig } from '../core/nets/config.ts'
import { count } from '../core/nets/count.ts'
import { inputOf } from '../core/nets/graph.ts'
import { initialWeights, normal } from '../core/nets/initialise.ts'
import { toOnnx } from '../core/nets/onnx/lower.ts'
import { network } from '../core/nets/registry.ts'
import { toTensorFlow } from '../core/nets/tensorflow.ts'
import { openBackend, type BackendKind } from '../core/runtime/learn/backend.ts'
import { head, row } from './faces/figures.ts'
import { machine } from './faces/machine.ts'

const [, , batches = '4', turns = '3', given = '2', settings = '{}', kind = 'tensorflow'] = process.argv
const [batch, rounds, threads] = [batches, turns, given].map(Number) as [number, number, number]
const config: NetworkConfig = { size: 112, width: 32, prior: 64, ...(JSON.parse(settings) as NetworkConfig) }
const graphs = ['rim-coarse', 'rim-generator'].map((name) => network(name, config))
const noise = (length: number): Float32Array => Float32Array.from({ length }, normal(2))

interface Cost {
  readonly wall: number
  readonly processor: number
}
/** Medians of milliseconds per face; the first round warms up. */
async function timed(faces: number, run: () => Promise<unknown>): Promise<Cost> {
  const costs: Cost[] = []
  for (let i = 0; i <= rounds; i++) {
    const [start, before] = [performance.now(), process.cpuUsage()]
    await run()
    const { user, system } = process.cpuUsage(before)
    costs.push({ wall: (performance.now() - start) / faces, processor: (user + system) / 1000 / faces })
  }
  const median = (key: keyof Cost): number =>
    costs
      .slice(1)
      .map((c) => c[key])
      .toSorted((a, b) => a - b)[rounds >> 1]!
  return { wall: median('wall'), processor: median('processor') }
}

/** Losses of both images and both priors through both networks, and plain gradient descent. */
async function step(compile: boolean): Promise<Cost> {
  const backend = await openBackend(kind as BackendKind, { threads, compile })
  const { tf } = backend
  const [coarse, generator] = graphs.map((g) => toTensorFlow(tf, g, initialWeights(g, 1), backend)) as [
    ReturnType<typeof toTensorFlow>,
    ReturnType<typeof toTensorFlow>,
  ]
  const shape = [batch, ...inputOf(graphs[0]!).attributes.shape]
  const x = tf.tensor(noise(shape.reduce((a, b) => a * b)), shape)
  const target = tf.tensor(noise(batch * shape[1]! * shape[2]! * 3), [batch, shape[1]!, shape[2]!, 3])
  const variables = [coarse, generator].flatMap((net) => net.variables())
  const cost = await timed(batch, async () => {
    const loss = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => {
        const first = coarse.apply(x, { training: true }).image!
        const taps = ['image', 'landmarks', 'parsing']
        const { image, landmarks, parsing } = generator.apply(first, { training: true, taps })
        const apart = [tf.sub(first, target), tf.sub(image!, target), landmarks!, parsing!]
        return tf.addN(apart.map((y) => tf.mean(tf.square(y)))) as ReturnType<typeof tf.scalar>
      }, variables)
      for (const v of variables) v.assign(tf.sub(v, tf.mul(grads[v.name]!, 1e-4)))
      return value
    })
    await loss.data()
    loss.dispose()
  })
  backend.close()
  return cost
}

/** One face at a time, as the workbench runs it. */
async function inference(): Promise<Cost> {
  const sessions = await Promise.all(
    graphs.map(async (graph) => {
      const session = await ort.InferenceSession.create(
        toOnnx(graph, initialWeights(graph, 1), { batch: 1, taps: ['image'] }),
        {
          intraOpNumThreads: threads,
        },
      )
      const [h, w, c] = inputOf(graph).attributes.shape as [number, number, number]
      return { session, feeds: { input: new ort.Tensor('float32', noise(h * w * c), [1, c, h, w]) } }
    }),
  )
  return timed(1, async () => {
    for (const { session, feeds } of sessions) await session.run(feeds)
  })
}

const gmacs = graphs.map((g) => count(g).macs / 1e9)
console.log(
  `${graphs.map((g, i) => `${g.name}: ${gmacs[i]!.toFixed(3)} GMAC`).join(', ')}; batch ${batch}, ${rounds} rounds`,
)
console.log(`${machine(threads)}\n`)
console.log(head('way', 'ms per face', 'its processor time'))
const shown = ({ wall, processor }: Cost): string[] => [wall.toFixed(0), processor.toFixed(0)]
console.log(row('ONNX Runtime, one face', ...shown(await inference())))
for (const compile of kind === 'tensorflow' ? [false, true] : [false])
  console.log(row(`training step, ${kind}${compile ? ', compiled' : ''}`, ...shown(await step(compile))))
process.exit(0)
