// What an evaluation leaves behind: results, baselines, and all that is needed to make them again.
import type { IdentificationResult } from '../evaluation/identificationResult.ts'
import type { Protocol } from '../evaluation/protocol.ts'
import type { VerificationResult } from '../evaluation/verifyPairs.ts'
import type { ClassificationResult } from './evaluateClassification.ts'
import type { Drawn } from './evaluateIdentification.ts'
import type { Leak } from './evaluateLeak.ts'
import type { InferenceChoice } from './evaluateModel.ts'

export type Result = VerificationResult | IdentificationResult | ClassificationResult

export interface Machine {
  readonly device: string
  readonly provider: string
  readonly threads: number
  readonly runtime: string
  readonly platform: string
  readonly node: string
  readonly cores: number
  readonly memoryGiB: number
}

export interface MeasuredModel {
  readonly name: string
  /** Identity of the package, which its templates carry. */
  readonly package: string
  /** Of model.onnx. */
  readonly sha256: string
  readonly parameters: number | null
  readonly gallery: { readonly name: string; readonly sha256: string } | null
  readonly inference: InferenceChoice
  /** Where small probes were embedded as the faces it makes up. */
  readonly hallucinator?: { readonly name: string; readonly sha256: string }
  readonly trainedOn: string
}

/** What was looked at; counts depend on the kind of protocol. */
export interface MeasuredData {
  readonly images: number
  readonly identities: number
  /** SHA-256 over the names and pixels of every picture used. */
  readonly fingerprint: string
  readonly [key: string]: unknown
}

export interface EvaluationRecord {
  /** One for each resolution, and each group of probes where the protocol has groups. */
  readonly results: readonly Result[]
  readonly averages?: readonly { readonly resolution: number | 'native'; readonly accuracy: number }[]
  readonly draws?: readonly Drawn[]
  readonly baselines: Readonly<Record<string, readonly Result[]>>
  /** As it was run, with what the command line changed, and its content hash. */
  readonly protocol: Protocol & { readonly sha256: string }
  readonly model: MeasuredModel
  readonly teacher?: MeasuredModel
  readonly data: MeasuredData
  readonly leak: Leak
  /** Content hash of everything above: equal numbers from equal inputs have equal hashes, on any day. */
  readonly sha256: string
  readonly command: string
  readonly machine: Machine
  readonly seconds: number
  readonly at: string
}
