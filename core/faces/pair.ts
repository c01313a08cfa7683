// A package's networks at work: for probes by their size, for galleries, and for galleries as a probe would show them.
import type { FivePoints } from '../contract/common.ts'
import { probeNetwork, type ModelCard } from '../contract/models.ts'
import { nativeSide } from '../images/align.ts'
import type { Image8 } from '../images/pixels.ts'
import { lowResolutionCopy } from '../images/resample.ts'
import type { OnnxSession } from '../runtime/session.ts'
import { createRecogniser, type FaceRecogniser, type Outcome, type Recogniser } from './embed.ts'

export interface PackageRecogniser {
  readonly card: ModelCard
  /** Makes templates of probes, each by the network that the package declares for its native side. */
  readonly probe: FaceRecogniser
  /** The network that makes the template of a probe of this native side. */
  forProbe(side: number): Recogniser
  /** Makes templates of gallery images; the same as `probe` where the package declares no network of its own for them. */
  readonly gallery: Recogniser
  /**
   * Templates by model.onnx of gallery faces that were shrunk bicubically to `side` x `side` px and enlarged back, each
   * time rounded to 8 bits; null where the network gives no finite one.
   * @param aligned faces of pixels.size, as `alignFace` makes them
   * @param side native side of the probe, >= 4
   */
  galleryAt(aligned: readonly Image8[], side: number): Promise<(Float32Array | null)[]>
}

/**
 * @param networks sessions of model.onnx and of gallery.onnx, null where there is none
 * @param card its pixel contract holds for both, its flip too
 * @throws UserFacingError 'wrong-model' where the card is no recogniser's
 */
export function createPair(
  networks: { readonly probe: OnnxSession; readonly gallery: OnnxSession | null },
  card: ModelCard,
): PackageRecogniser {
  const own = createRecogniser(networks.probe, card)
  const gallery = networks.gallery ? createRecogniser(networks.gallery, card) : own
  const { size } = own.pixels
  const forProbe = (side: number): Recogniser => ({ probe: own, gallery })[probeNetwork(card.inference, side)]
  return {
    card,
    probe: card.inference?.probe ? bySize(own, forProbe) : own,
    forProbe,
    gallery,
    galleryAt: (aligned, side) =>
      own.templates(
        aligned.map((face) => lowResolutionCopy(face, side, size)),
        side,
      ),
  }
}

/** As `own`, with each face by the network for its native side. */
function bySize(own: Recogniser, forProbe: (side: number) => Recogniser): FaceRecogniser {
  const { dim, pixels, augmentation } = own
  const networkOf = (points: FivePoints): Recogniser => {
    try {
      return forProbe(nativeSide(points, pixels))
    } catch {
      return own // Points that span nothing: any network says so.
    }
  }
  return {
    dim,
    pixels,
    augmentation,
    embed: (image, box, points) => networkOf(points).embed(image, box, points),
    async embedMany(image, faces, { signal, progress } = {}) {
      const outcomes: Outcome[] = []
      let done = 0
      for (const [network, places] of Map.groupBy(faces.keys(), (k) => networkOf(faces[k]!.points))) {
        const before = done
        const made = await network.embedMany(
          image,
          places.map((k) => faces[k]!),
          { ...(signal ? { signal } : {}), progress: (some) => progress?.(before + some, faces.length) },
        )
        for (const [i, k] of places.entries()) outcomes[k] = made[i]!
        done += places.length
      }
      return outcomes
    },
  }
}
