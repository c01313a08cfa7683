// The curve of gradient norms of a package: its network rebuilt in TensorFlow.js, checked, and pulled at by faces of every size.
import type { ModelCard } from '../contract/models.ts'
import type { Dataset } from '../datasets/types.ts'
import { CLEAN, FACE_SIZE, asFace, lowResolution } from '../evaluation/faceView.ts'
import { gradientFigure, type Figure } from '../evaluation/figures.ts'
import { fixedBatch, gradientNorm, meanDirections, unitEmbeddings } from '../evaluation/gradients.ts'
import { toInput } from '../images/align.ts'
import type { Image8 } from '../images/pixels.ts'
import { toTensorFlow, type TensorFlow, type TfNetwork } from '../nets/tensorflow.ts'
import { openBackend, type LearnBackend } from '../runtime/learn/backend.ts'
import { openSession } from '../runtime/session.ts'
import { rebuild } from './evaluateGraph.ts'
import { modelFace, type Network } from './evaluateModel.ts'

export interface GradientOptions {
  readonly signal?: AbortSignal | undefined
  readonly progress?: ((done: number, total: number, what: string) => void) | undefined
}

/** Largest difference of an embedding from the file's, relative to its length: beyond it they are not the same network. */
const SAME = 0.005

/** Processors alone: graphics devices round differently. */
const open = (): Promise<LearnBackend> => openBackend('tensorflow').catch(() => openBackend('wasm'))

/**
 * @param faces the evaluated faces; a fixed batch of them is taken @param sides native sides, ascending
 * @returns the curve, or a sentence that says why there is none
 */
export async function gradientCurve(
  { bytes, card }: Network,
  faces: Pick<Dataset, 'samples' | 'decode'>,
  sides: readonly number[],
  { signal, progress }: GradientOptions = {},
): Promise<Figure | string> {
  const none = (why: string): string => `There is no curve of gradients for ${card.name}: ${why}.`
  const found = card.pixels && rebuild(bytes, card)
  if (!found) return none('its card does not name a network of ours that its file fits, so it cannot be differentiated')
  if (sides.length === 0) return none('the protocol has no sizes')
  const batch = fixedBatch(faces.samples.map((s) => s.identity))
  if (!batch) return none('it takes two photographs each of at least two people')
  const pixels = card.pixels!
  const read = async (i: number): Promise<Image8> => asFace(await faces.decode(i))
  const side = Math.min(pixels.size, FACE_SIZE)
  const row = (face: Image8): Float32Array => toInput(modelFace(face, pixels), { ...pixels, layout: 'NHWC' })
  const probes = await Promise.all(batch.probes.map(read))
  const backend = await open()
  const network = toTensorFlow(backend.tf, found.graph, found.weights, backend)
  try {
    if (!(await isOf(bytes, card, backend.tf, network, modelFace(probes[0]!, pixels))))
      return none('its file gives other embeddings than the network that its card names')
    const references = await Promise.all(
      batch.references.map(async (of) =>
        unitEmbeddings(backend.tf, network, (await Promise.all(of.map(read))).map(row)),
      ),
    )
    const classes = meanDirections(references)
    const points: { resolution: number; norm: number }[] = []
    for (const resolution of sides) {
      signal?.throwIfAborted()
      progress?.(points.length, sides.length, `gradients on ${backend.device}`)
      const rows = probes.map((face, k) => row(lowResolution(face, resolution, CLEAN, batch.probes[k]!, side)))
      points.push({ resolution, norm: gradientNorm(backend.tf, network, rows, classes) })
      // Signals are heard between sizes.
      await new Promise((resolve) => setImmediate(resolve))
    }
    return gradientFigure([{ name: card.name, points }])
  } finally {
    network.dispose()
    backend.close()
  }
}

/** Whether the network gives what the file gives; lengths count too, since gradients depend on them. */
async function isOf(
  bytes: Uint8Array,
  { pixels }: ModelCard,
  tf: TensorFlow,
  network: TfNetwork,
  face: Image8,
): Promise<boolean> {
  const { size, layout } = pixels!
  const session = await openSession(bytes)
  try {
    const dims = layout === 'NCHW' ? [1, 3, size, size] : [1, size, size, 3]
    const feeds = { [session.inputs[0]!.name]: { dims, data: toInput(face, pixels!) } }
    const theirs = (await session.run(feeds))[session.outputs[0]!.name]!.data
    const ours = tf.tidy(() => {
      const x = tf.tensor4d(toInput(face, { ...pixels!, layout: 'NHWC' }), [1, size, size, 3])
      return network.apply(x)[network.taps[0]!]!.dataSync()
    })
    const apart = Math.hypot(...theirs.map((v, i) => v - ours[i]!))
    return ours.length === theirs.length && apart <= SAME * Math.hypot(...theirs)
  } finally {
    await session.release()
  }
}
