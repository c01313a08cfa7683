// Run in a process of its own: opens one learning backend, takes a small training step with it, and says whether that worked.
import { build } from '../../nets/build.ts'
import { initialWeights, normal } from '../../nets/initialise.ts'
import { toTensorFlow } from '../../nets/tensorflow.ts'
import { openBackend, type BackendKind } from './backend.ts'
import { reasonOf } from './unavailable.ts'

export interface TrialQuestion {
  readonly kind: BackendKind
  readonly compile: boolean
}
export type TrialAnswer = { readonly device: string } | { readonly reason: string }

/** A layer of every kind that has a gradient of its own somewhere. */
function graph() {
  const g = build('trial')
  const stem = g.prelu(
    'p',
    g.batchNorm('b', g.conv('c', g.input([12, 12, 3]), { filters: 8, kernel: 3, stride: 2, pad: 1 })),
  )
  const depth = g.relu6('r', g.conv('d', stem, { filters: 8, kernel: 3, pad: 1, groups: 8, bias: true }))
  const down = g.conv('e', g.add('s', stem, depth), { filters: 8, kernel: 3, stride: 2, pad: 1, groups: 8, bias: true })
  return g.done({ embedding: g.dense('l', g.flatten('f', down, 'chw'), { units: 4, bias: true }) })
}

/** @throws Error where something is not finite, UserFacingError where the backend is not there */
async function attempt({ kind, compile }: TrialQuestion): Promise<string> {
  const backend = await openBackend(kind, { compile })
  const { tf } = backend
  const net = toTensorFlow(tf, graph(), initialWeights(graph(), 1), backend)
  const x = tf.tensor(Float32Array.from({ length: 2 * 12 * 12 * 3 }, normal(2)), [2, 12, 12, 3])
  const { value, grads } = tf.variableGrads(
    () => tf.mean(tf.square(net.apply(x, { training: true }).embedding!)) as ReturnType<typeof tf.scalar>,
    net.variables(),
  )
  for (const tensor of [value, ...Object.values(grads)])
    if (!(await tensor.data()).every(Number.isFinite))
      throw new Error('a small network did not learn: not every number was finite')
  return backend.device
}

process.once('message', (question: TrialQuestion) => {
  const answer = (value: TrialAnswer): void => void process.send!(value, () => process.exit(0))
  attempt(question).then(
    (device) => answer({ device }),
    (thrown: unknown) => answer({ reason: reasonOf(thrown) }),
  )
})
