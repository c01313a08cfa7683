// Finds the 68 points of faces that are aligned already, by the shipped landmark network.
import { readFileSync } from 'node:fs'
import { resource } from '../base/root.ts'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import { FRAME, mirrorPoints, POINTS, type Points } from '../datasets/priors/points.ts'
import type { Image8 } from '../images/pixels.ts'
import { resize } from '../images/resample.ts'
import { LANDMARK_MEAN, LANDMARK_SCALE } from '../nets/landmarks68.ts'
import { openSession } from '../runtime/session.ts'
import { mirrored } from './flip.ts'

/** Of resources/landmarks/landmarks68.onnx. */
export const NETWORK = '96ae39b82ef6ed0229d92f3b70db7c3a01bc9c6785469d9771f67995985a5f6e'

/**
 * The network is shown the frame moved down by so many pixels, black below: the template cuts chins off, and a network
 * that learned whole faces presses the lower half together where it sees none. Measured on 300 faces of LFW against a
 * detector's eyes, nose and mouth corners (bench/priors.ts): mean distance 3.0 px of 112 rather than 3.3, of the mouth
 * corners in height 0.3 px rather than 2.0.
 */
export const SHOWN_LOWER = 12
/** Faces per run; each is looked at twice. */
const BATCH = 8

export interface LandmarkFinder {
  /** SHA-256 of the network and the way it is asked: what its answers are kept by. */
  readonly sha256: string
  /**
   * @param faces aligned squares of any side (another than 112 px is resized)
   * @returns in their order; the same points, mirrored, for a mirrored face
   */
  find(faces: readonly Image8[]): Promise<Points[]>
  release(): Promise<void>
}

/**
 * @param options.lower pixels that the frame is moved down; another value than the default is for measuring
 * @throws UserFacingError 'integrity' where the shipped network is not the one it should be
 */
export async function openLandmarks({
  threads = 0,
  lower = SHOWN_LOWER,
}: { readonly threads?: number; readonly lower?: number } = {}): Promise<LandmarkFinder> {
  const bytes = readFileSync(resource('landmarks', 'landmarks68.onnx'))
  if (sha256(bytes) !== NETWORK)
    throw new UserFacingError('integrity', 'The landmark network was changed after it was installed; install again.')
  const session = await openSession(bytes, { threads })
  const plane = FRAME * FRAME

  async function run(faces: readonly Image8[]): Promise<Points[]> {
    const fed = new Float32Array(faces.length * 3 * plane)
    for (const [k, face] of faces.entries()) fed.set(input(face, lower), k * 3 * plane)
    const answer = (await session.run({ input: { dims: [faces.length, 3, FRAME, FRAME], data: fed } })).points!.data
    // Shares of the side → pixel indices of what was shown → pixels of the frame, centres at +0.5.
    return faces.map((_, k) =>
      answer
        .slice(k * 2 * POINTS, (k + 1) * 2 * POINTS)
        .map((share, i) => share * FRAME + 0.5 + (i % 2 === 0 ? 0 : lower)),
    )
  }

  return {
    sha256: sha256(JSON.stringify([NETWORK, 'frame moved down', lower, 'mean with the mirror image'])),
    async find(faces) {
      const out: Points[] = []
      for (let first = 0; first < faces.length; first += BATCH) {
        const some = faces
          .slice(first, first + BATCH)
          .map((face) => (face.width === FRAME ? face : resize(face, FRAME, FRAME, 'bicubic')))
        const both = await run(some.flatMap((face) => [face, mirrored(face)]))
        for (const k of some.keys()) {
          const other = mirrorPoints(both[2 * k + 1]!)
          out.push(both[2 * k]!.map((v, i) => (v + other[i]!) / 2))
        }
      }
      return out
    },
    release: () => session.release(),
  }
}

/** What the network reads of a face: NCHW, moved down, black below (and black is a number below 0). */
function input({ data }: Image8, lower: number): Float32Array {
  const out = new Float32Array(3 * FRAME * FRAME)
  for (let channel = 0, to = 0; channel < 3; channel++)
    for (let y = lower; y < FRAME + lower; y++)
      for (let x = 0; x < FRAME; x++, to++) {
        const value = y < FRAME ? data[(y * FRAME + x) * 3 + channel]! : 0
        out[to] = (value - LANDMARK_MEAN[channel]!) / LANDMARK_SCALE[channel]!
      }
  return out
}
