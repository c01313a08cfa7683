// The recognisers that a measurement runs: the shipped one, and a stronger one as a yardstick where it is there.
import { existsSync, readFileSync } from 'node:fs'
import { sha256 } from '../../core/base/sha256.ts'
import type { ModelCard } from '../../core/contract/models.ts'
import { createRecogniser, type Augmentation, type Recogniser } from '../../core/faces/embed.ts'
import { listPackages, loadModel } from '../../core/models/packages.ts'
import { openSession } from '../../core/runtime/session.ts'
import { shared } from './lfwOriginals.ts'

export interface Measured {
  name: string
  sha256: string
  recogniser: Recogniser
}

/** MobileFaceNet of the reference set: 128-d, RGB with ImageNet's mean and deviation; not part of the application. */
const yardstick = {
  name: 'MobileFaceNet (yardstick, not shipped)',
  role: 'recogniser',
  embedding: 128,
  pixels: {
    size: 112,
    channelOrder: 'RGB',
    layout: 'NCHW',
    mean: [123.675, 116.28, 103.53],
    scale: [58.395, 57.12, 57.375],
    resampler: 'vestige-bilinear-warp-1',
    alignment: 'arcface-112',
  },
} as const

export async function recognisers(threads: number, augmentation: Augmentation = 'none'): Promise<Measured[]> {
  const shipped = listPackages().packages.filter((p) => p.card.role === 'recogniser')
  const out: Measured[] = []
  for (const p of shipped) {
    const session = await openSession(loadModel(p), { threads })
    const recogniser = createRecogniser(session, p.card, { augmentation })
    out.push({ name: p.card.name, sha256: p.card.sha256, recogniser })
  }
  const file = shared('weights', 'mobilefacenet', 'MobileFaceNet.onnx')
  if (existsSync(file)) {
    const bytes = readFileSync(file)
    const card = yardstick as unknown as ModelCard
    const recogniser = createRecogniser(await openSession(bytes, { threads }), card, { augmentation })
    out.push({ name: yardstick.name, sha256: sha256(bytes), recogniser })
  }
  return out
}

/** The shipped detector's bytes and hash. */
export function shippedDetector(): { bytes: Uint8Array; card: ModelCard } {
  const found = listPackages().packages.find((p) => p.shipped && p.card.role === 'detector')
  if (!found) throw new Error('no detector among the shipped packages')
  return { bytes: loadModel(found), card: found.card }
}
