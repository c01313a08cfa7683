// What one training step costs on each learning backend that is here, with and without our kernels, in milliseconds per view.
// Run: node bench/training-step.ts [batch] [rounds] [folded|batch] [kinds]     (each way in a process of its own, in turns)
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import ort from 'onnxruntime-node'
import { initialWeights, normal } from '../core/nets/initialise.ts'
import { mobileFaceNet } from '../core/nets/mobilefacenet.ts'
import { toOnnx } from '../core/nets/onnx/lower.ts'
import { toTensorFlow } from '../core/nets/tensorflow.ts'
import { backendKinds, openBackend, type BackendKind } from '../core/runtime/learn/backend.ts'
import { createOptimiser } from '../core/training/optimiser.ts'
import { OptimiserSpec } from '../core/training/recipe.ts'
import { head, row } from './faces/figures.ts'
import { machine } from './faces/machine.ts'

const [, , batches = '32', turns = '5', norm = 'folded', kinds = backendKinds.join()] = process.argv
const rounds = Number(turns)
const way = process.env.VESTIGE_BENCH_WAY?.split(' ') as [BackendKind, How] | undefined
// Plain JavaScript takes a minute for what the others do in a second.
const batch = way?.[0] === 'cpu' ? 2 : Number(batches)
const threads = 2
const graph = mobileFaceNet(norm === 'batch' ? {} : { norm: 'folded', activation: 'relu6' })
const weights = initialWeights(graph, 1)
const pixels = Float32Array.from({ length: batch * 112 * 112 * 3 }, normal(2))

type How = 'composed' | 'kernels' | 'compiled'
interface Timed {
  /** Milliseconds of a step, of a forward pass alone, and of processor time of a step. */
  step: number
  forward: number
  processor: number
}

/** One process per way: a step for each message. */
async function serve(kind: BackendKind, how: How): Promise<void> {
  const backend = await openBackend(kind, { compile: how === 'compiled' })
  const { tf, device } = backend
  const net = toTensorFlow(tf, graph, weights, how === 'composed' ? {} : backend)
  const variables = new Map(net.variables().map((v, i) => [String(i), v]))
  const optimiser = createOptimiser(tf as never, OptimiserSpec.parse({ kind: 'adam' }), variables as never, () => true)
  const x = tf.tensor(pixels, [batch, 112, 112, 3])
  const target = tf.randomNormal([batch, 128])
  const forward = async (): Promise<void> => {
    const y = tf.tidy(() => net.apply(x, { taps: ['embedding'] }).embedding!)
    await y.data()
    y.dispose()
  }
  const step = async (): Promise<void> => {
    const loss = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => {
        const { embedding } = net.apply(x, { training: true, taps: ['embedding'] })
        return tf.mean(tf.square(tf.sub(embedding!, target))) as ReturnType<typeof tf.scalar>
      }, [...variables.values()])
      const gradients = new Map([...variables].map(([name, v]) => [name, grads[v.name]!]))
      optimiser.step(optimiser.pack(gradients as never), 1e-3)
      return value
    })
    await loss.data()
    loss.dispose()
  }
  process.on('message', () => void measure())
  async function measure(): Promise<void> {
    const times: number[] = []
    const before = process.cpuUsage()
    let used = before
    for (const run of [step, forward]) {
      const start = performance.now()
      await run()
      times.push((performance.now() - start) / batch)
      if (run === step) used = process.cpuUsage(before)
    }
    process.send!({ step: times[0], forward: times[1], processor: (used.user + used.system) / 1000 / batch } as Timed)
  }
  process.send!({ device })
}

if (way) {
  await serve(...way).catch((thrown: unknown) => {
    process.send!({ reason: thrown instanceof Error ? thrown.message : String(thrown) }, () => process.exit(0))
  })
} else await compare()

async function compare(): Promise<void> {
  const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!
  const ways: { name: string; child: ChildProcess; times: Timed[] }[] = []
  const offered: [BackendKind, How][] = [
    ['tensorflow-gpu', 'composed'],
    ['tensorflow-gpu', 'kernels'],
    ['tensorflow', 'composed'],
    ['tensorflow', 'kernels'],
    ['tensorflow', 'compiled'],
    ['webgpu', 'composed'],
    ['wasm', 'composed'],
    ['cpu', 'composed'],
  ]
  console.log(`MobileFaceNet ${norm}, batch ${batch}, medians of ${rounds} rounds in turns; ${machine(threads)}\n`)
  for (const [kind, how] of offered) {
    if (!kinds.split(',').includes(kind)) continue
    const env = { ...process.env, VESTIGE_BENCH_WAY: `${kind} ${how}`, TF_CPP_MIN_LOG_LEVEL: '3' }
    const child = fork(import.meta.filename, process.argv.slice(2), {
      env,
      stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
    })
    const [answer] = (await once(child, 'message')) as [{ device?: string; reason?: string }]
    if (answer.device) ways.push({ name: `${kind}, ${how}: ${answer.device}`, child, times: [] })
    else if (how === 'composed') console.log(answer.reason)
  }
  const ask = async (child: ChildProcess): Promise<Timed> => {
    child.send('step')
    return ((await once(child, 'message')) as [Timed])[0]
  }
  // The slow ones take their turn less often.
  for (let round = -1; round < rounds; round++)
    for (const { child, times } of ways) {
      if (round > 0 && (times[0]?.step ?? 0) * batch > 30_000) continue
      const timed = await ask(child)
      if (round >= 0) times.push(timed)
    }
  const session = await ort.InferenceSession.create(toOnnx(graph, weights, { batch }), {
    intraOpNumThreads: threads,
  })
  const feeds = { input: new ort.Tensor('float32', pixels, [batch, 3, 112, 112]) }
  const reference: number[] = []
  for (let i = 0; i < rounds + 1; i++) {
    const start = performance.now()
    await session.run(feeds)
    reference.push((performance.now() - start) / batch)
  }
  console.log(head('way', 'step, ms per view', 'its processor time', 'forward alone'))
  const ms = (value: number): string => value.toFixed(1)
  for (const { name, child, times } of ways) {
    const of = (key: keyof Timed): string => ms(median(times.map((t) => t[key])))
    console.log(row(name, of('step'), of('processor'), of('forward')))
    child.kill()
  }
  console.log(row('ONNX Runtime, forward alone', '', '', ms(median(reference))))
}
