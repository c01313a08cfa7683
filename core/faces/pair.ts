// A package's networks at work: one for probes, one for galleries, and galleries as a probe of some size would show them.
import type { ModelCard } from '../contract/models.ts'
import type { Image8 } from '../images/pixels.ts'
import { lowResolutionCopy } from '../images/resample.ts'
import type { OnnxSession } from '../runtime/session.ts'
import { createRecogniser, type Recogniser } from './embed.ts'

export interface PackageRecogniser {
  readonly card: ModelCard
  /** Makes templates of probes. */
  readonly probe: Recogniser
  /** Makes templates of gallery images; the same as `probe` where the package declares no network of its own for them. */
  readonly gallery: Recogniser
  /**
   * Templates by the probe's network of gallery faces that were shrunk bicubically to `side` x `side` px and enlarged
   * back, each time rounded to 8 bits; null where the network gives no finite one.
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
  const probe = createRecogniser(networks.probe, card)
  const gallery = networks.gallery ? createRecogniser(networks.gallery, card) : probe
  const { size } = probe.pixels
  return {
    card,
    probe,
    gallery,
    galleryAt: (aligned, side) => probe.templates(aligned.map((face) => lowResolutionCopy(face, side, size))),
  }
}
