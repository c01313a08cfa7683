// Run by webgpu.test.ts in a process of its own: prints what WebGPU computes beside the plain JavaScript backend.
import { answers, small, worst } from './testGradients.ts'
import { openBackend } from './backend.ts'

const say = (line: unknown): boolean => process.stdout.write(`${String(line)}\n`)

const graph = small([10, 10, 3], (g, x) => {
  const stem = g.prelu('p', g.batchNorm('b', g.conv('c', x, { filters: 8, kernel: 3, stride: 2, pad: 1 })))
  const depth = g.relu6('r', g.conv('d', stem, { filters: 8, kernel: 3, pad: 1, groups: 8, bias: true }))
  const sum = g.maxPool('m', g.add('s', stem, depth), { kernel: 2, stride: 1 })
  return g.l2Normalise('n', g.dense('e', g.flatten('f', sum, 'chw'), { units: 6, bias: true }))
})

async function gradients(): Promise<void> {
  const { tf, device } = await openBackend('webgpu', { software: true })
  say(`device: ${device}`)
  const before = tf.memory().numTensors
  const here = await answers(tf, graph)
  say(`left behind: ${tf.memory().numTensors - before}`)
  await openBackend('cpu')
  const [error, name] = worst(await answers(tf, graph), here)
  say(`worst: ${error} (${name})`)
}

async function lost(): Promise<void> {
  const { tf, close } = await openBackend('webgpu', { software: true })
  const x = tf.ones([2, 2])
  const y = tf.add(x, 1)
  close()
  await new Promise((resolve) => setTimeout(resolve, 50))
  await y.data()
}

const programs: Record<string, () => Promise<unknown>> = { gradients, lost, refuse: () => openBackend('webgpu') }
try {
  await programs[process.argv[2]!]!()
} catch (thrown) {
  say(thrown instanceof Error ? thrown.message : thrown)
}
// Dawn's threads would keep the process.
process.exit(0)
