// The plain JavaScript backend: always there, slow, and the one that all others are compared with.
import type { LearnBackend } from './backend.ts'

export async function openCpu(): Promise<LearnBackend> {
  const tf = await import('@tensorflow/tfjs')
  tf.enableProdMode() // otherwise it says in the output that others are faster
  await tf.setBackend('cpu')
  return {
    kind: 'cpu',
    tf,
    device: 'plain JavaScript on one processor thread',
    activate: async () => void (await tf.setBackend('cpu')),
    close: () => undefined,
  }
}
