// The identity of a model package: what its templates depend on, and nothing else.
import { sha256 } from './sha256.ts'

/** What is asked of a model card. */
export interface Networks {
  /** SHA-256 of model.onnx. */
  readonly sha256: string
  readonly pixels: {
    readonly size: number
    readonly channelOrder: string
    readonly layout: string
    readonly mean: readonly number[]
    readonly scale: readonly number[]
    readonly resampler: string
    readonly alignment: string
  } | null
  readonly inference?:
    | {
        readonly flip: boolean
        readonly gallery: { readonly sha256: string } | null
        readonly probe?: { readonly upTo: number } | null | undefined
      }
    | null
    | undefined
}

/**
 * Every template carries this hash, and templates of different hashes are never compared. It is the SHA-256 of
 * model.onnx where that network makes all templates in one run each; otherwise the SHA-256 of the JSON of a list: the
 * text `vestige-package-1`, the two networks (probes', galleries'), whether they are flipped, the pixel contract,
 * and, where large probes go through the galleries' network, the side up to which they do not.
 * The second score is no part of it: it changes no template, so that a gallery stays as it is when it is declared.
 */
export function packageHash({ sha256: probe, pixels, inference }: Networks): string {
  const gallery = inference?.gallery?.sha256 ?? probe
  const flip = inference?.flip ?? false
  if (!flip && gallery === probe) return probe
  const { size, channelOrder, layout, mean, scale, resampler, alignment } = pixels ?? {}
  const contract = [size, channelOrder, layout, mean, scale, resampler, alignment]
  const sized = inference?.probe ? [inference.probe.upTo] : []
  return sha256(JSON.stringify(['vestige-package-1', probe, gallery, flip, contract, ...sized]))
}
