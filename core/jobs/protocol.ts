// What crosses between the main process and the worker: plain structured clones, one table of calls.
import type { DeviceReport } from '../contract/app.ts'
import type { Box, FivePoints, Rgba } from '../contract/common.ts'
import type { ErrorFrame } from '../contract/errors.ts'
import type { ImportFacts } from '../contract/evidence.ts'
import type { ModelCard } from '../contract/models.ts'
import type { QualityComponent } from '../contract/probes.ts'
import type { FloatTensor, OnnxSession } from '../runtime/session.ts'

/** A package's networks, checked against the card's hashes by whoever read them. */
export interface LoadedModel {
  readonly model: Uint8Array
  /** Makes gallery templates; null where `model` does. */
  readonly gallery: Uint8Array | null
  readonly card: ModelCard
  /** Identity of the package. */
  readonly hash: string
}
/** Which of a package's networks makes a template. */
export type TemplateOf = 'probe' | 'gallery'
export interface Configuration {
  /** 0 = one per core. */
  readonly threads: number
  readonly detector: LoadedModel | null
  readonly recogniser: LoadedModel | null
  /** All that are there; each is opened when a face is asked of it for the first time. */
  readonly hallucinators: readonly LoadedModel[]
  /** What is wrong with the packages in use already; one sentence each. */
  readonly problems: readonly string[]
  /** Leave graphics devices alone: the process ended the last time while it tried them. */
  readonly cpuOnly: boolean
}
/** Models are named by the hash of their package. */
export interface WorkerReport {
  readonly device: DeviceReport
  readonly detector: { readonly name: string; readonly sha256: string; readonly provider: string } | null
  readonly recogniser: { readonly name: string; readonly sha256: string; readonly provider: string } | null
  /** What could not be opened, and why; one sentence each. */
  readonly problems: readonly string[]
}

/** An image by its hash; the bytes are sent only when the worker no longer has the decoded pixels. */
export interface WireImage {
  readonly sha256: string
  readonly fileName: string
  readonly bytes?: Uint8Array
}
export type FaceOutcome =
  | { readonly kind: 'template'; readonly vector: Float32Array }
  | { readonly kind: 'insufficient'; readonly reason: string }
  /** No recogniser is open. */
  | { readonly kind: 'pending' }
type PlacedBy = 'detector' | 'analyst' | 'tight-crop'
export interface WireFace {
  readonly box: Box
  readonly points: FivePoints
  readonly boxBy: PlacedBy
  readonly pointsBy: PlacedBy
  readonly score: number | null
  readonly quality: QualityComponent[]
  readonly outcome: FaceOutcome
}
/** A template that is wanted of a face: by which package, and as what; a number: as a gallery face shrunk to so many px. */
export interface WantedTemplate {
  /** Hash of the package. */
  readonly model: string
  readonly as: TemplateOf | number
}
export interface DetectionOptions {
  readonly maxEnlargement: 1 | 2 | 4
  readonly threshold: number
}
/** Pixels for the screen, cut from the oriented original. */
export type View =
  /** All of it, never enlarged. */
  | { readonly kind: 'whole'; readonly maxSide: number }
  /** The part of a region that lies in the image, enlarged `scale` times (bicubic; 1 = untouched). */
  | { readonly kind: 'region'; readonly region: Box; readonly scale: number }
  /** The same, reduced to at most `maxSide`. */
  | { readonly kind: 'fit'; readonly region: Box; readonly maxSide: number }
  /** What the recogniser sees. */
  | { readonly kind: 'aligned'; readonly points: FivePoints }
  /** The square of the five points, enlarged bicubically to `size`. */
  | { readonly kind: 'square'; readonly points: FivePoints; readonly size: number }
export interface Viewed extends Rgba {
  readonly region: Box
  readonly scale: number
  readonly model?: { readonly name: string; readonly sha256: string }
}
export interface Progress {
  readonly stage: 'detecting' | 'embedding' | 'searching' | 'hallucinating'
  readonly done: number
  readonly total: number
  /** Searching: best rows so far. */
  readonly ranked?: RankedTemplate[]
}
export interface RankedTemplate {
  readonly templateId: number
  readonly score: number
}
/** Reproducible damage of the demonstration footage: reduce, add noise, compress. */
export interface Degradation {
  readonly width: number
  readonly height: number
  /** Standard deviation of the added noise, 0..255 scale. */
  readonly noise: number
  readonly seed: number
  /** JPEG quality 1..100. */
  readonly quality: number
}

export interface HallucinationRequest {
  readonly points: FivePoints
  /** Hash of the hallucinator's package. */
  readonly model: string
  readonly samples: number
  readonly seed: number
}
/** Pictures are RGB, three bytes a pixel, row by row. */
export interface HallucinatedFaces {
  /** Side of the made-up faces in pixels. */
  readonly size: number
  /** Side in source pixels of the square that became the network's input. */
  readonly nativeSide: number
  /** That square's bounds in the oriented original. */
  readonly region: Box
  /** One of each sample. */
  readonly faces: readonly Uint8Array[]
  /** Their average. */
  readonly mean: Uint8Array
  /** [size, size]: standard deviation over the samples in 8-bit steps, mean of the three channels. */
  readonly spread: Float32Array
  /** 68 pairs x, y in pixels of the made-up face, of the network's heatmaps. */
  readonly landmarks: Float32Array
  /** [28, 28] labels 0..10 of the parsing legend. */
  readonly parsing: Uint8Array
  readonly ms: number
  readonly provider: string
}

/** Calls of the worker that look at one image. */
export interface ImageCalls {
  read: { in: object; out: { facts: ImportFacts; thumbnail: Uint8Array } }
  analyse: {
    in: { options: DetectionOptions; templates: TemplateOf }
    out: { facts: ImportFacts; faces: WireFace[]; tiles: number; modelSha256: string | null }
  }
  embed: {
    in: { box: Box; points: FivePoints; template: TemplateOf }
    out: { facts: ImportFacts; quality: QualityComponent[]; outcome: FaceOutcome; modelSha256: string | null }
  }
  /** Template by the probe's network of a gallery face that was shrunk to `side` px; null where it gives none. */
  shrunk: {
    in: { points: FivePoints; side: number }
    out: { vector: Float32Array | null; modelSha256: string }
  }
  /** Templates of one face by packages that `package` opened, in the order asked for. */
  templates: {
    in: { box: Box; points: FivePoints; wanted: readonly WantedTemplate[] }
    out: FaceOutcome[]
  }
  thumbnail: { in: { side: number; region: Box | null }; out: Uint8Array }
  view: { in: { view: View }; out: Viewed }
  /** PNG of a region. */
  cut: { in: { region: Box }; out: Uint8Array }
  degrade: { in: { degradation: Degradation }; out: Uint8Array }
  /** Faces made up for a probe. They are marked before anything else is done with them. */
  hallucinate: { in: HallucinationRequest; out: HallucinatedFaces }
}
/** Calls of the worker that need no image. */
export interface PlainCalls {
  configure: { in: Configuration; out: WorkerReport }
  /** A gallery to be searched; its vectors lie row by row in a file, which is removed after the call. */
  gallery: {
    in: { key: string; dim: number; templateIds: Uint32Array; subjectIds: Uint32Array; file: string }
    out: null
  }
  /** A package beside the one in use, to be opened where it is not. */
  package: { in: { model: LoadedModel }; out: null }
  /** How long an open package takes for one template of a gallery face, in ms. */
  time: { in: { model: string }; out: { ms: number } }
  search: {
    in: { key: string; probe: Float32Array; top: number; perSubject: 'best' | 'all' }
    out: { ranked: RankedTemplate[]; /** Templates compared. */ count: number; provider: string }
  }
  sessionOpen: {
    in: { model: Uint8Array | string; threads: number }
    out: { session: number } & Pick<OnnxSession, 'provider' | 'declined' | 'inputs' | 'outputs'>
  }
  sessionRun: { in: { session: number; feeds: Record<string, FloatTensor> }; out: Record<string, FloatTensor> }
  sessionRelease: { in: { session: number }; out: null }
}
export type WorkerCalls = PlainCalls & { [K in keyof ImageCalls]: { in: ImageInput<K>; out: ImageCalls[K]['out'] } }
export type ImageInput<K extends keyof ImageCalls> = ImageCalls[K]['in'] & { image: WireImage }
export type WorkerCallName = keyof WorkerCalls

/** What a worker may lack; `model` is the hash of a package. */
export type Needed = { readonly what: 'bytes' | 'gallery' } | { readonly what: 'package'; readonly model: string }

/** Main → worker. */
export type ToWorker =
  | { readonly kind: 'call'; readonly id: number; readonly name: WorkerCallName; readonly input: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
/** Worker → main. `need`: ask again with what is missing; nothing was done. */
export type FromWorker =
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | ({ readonly kind: 'need'; readonly id: number } & Needed)
  | { readonly kind: 'error'; readonly id: number; readonly error: ErrorFrame; readonly detail?: string }
  | { readonly kind: 'progress'; readonly id: number; readonly value: Progress }
