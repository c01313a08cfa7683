// What came of one face at one recogniser: a template, or a recorded "insufficient" with its reason.
import type { Box, FivePoints } from '../contract/common.ts'
import type { QualityComponent } from '../contract/probes.ts'

export interface TemplateInput {
  readonly kind: 'template'
  readonly modelSha256: string
  /** Unit length, as many values as the model's card says. */
  readonly vector: Float32Array
}
export type ProbeOutcome =
  TemplateInput | { readonly kind: 'insufficient'; readonly reason: string } | { readonly kind: 'pending' }

/** Where the face was taken from the gallery image. */
export interface FaceGeometry {
  readonly box: Box
  readonly points: FivePoints
  readonly quality: readonly QualityComponent[]
}
export type GalleryOutcome =
  | (TemplateInput & { readonly face: FaceGeometry })
  | {
      readonly kind: 'insufficient'
      readonly modelSha256: string
      readonly reason: string
      readonly face: FaceGeometry | null
    }
