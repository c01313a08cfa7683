// What a run tells while it goes on; each event is one line of its log.
export type RunEvent =
  | {
      readonly kind: 'phase'
      readonly phase: string
      readonly steps: number
      readonly batch: number
      /** Steps that an earlier sitting had done. */
      readonly from: number
      readonly variables: number
    }
  | {
      readonly kind: 'step'
      readonly phase: string
      readonly step: number
      readonly epoch: number
      readonly loss: number
      /** Unweighted values of the loss terms. */
      readonly terms: Readonly<Record<string, number>>
      readonly gradientNorm: number
      readonly rate: number
      /** Milliseconds per sample of this step, the wait for its views included. */
      readonly msPerView: number
      /** Of that, the wait for views. */
      readonly waited: number
    }
  | { readonly kind: 'skipped'; readonly phase: string; readonly step: number; readonly count: number }
  | { readonly kind: 'checkpoint'; readonly phase: string; readonly step: number; readonly folder: string }
  | {
      readonly kind: 'validation'
      readonly phase: string
      readonly step: number
      readonly values: Readonly<Record<string, number>>
    }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'end'; readonly reason: 'done' | 'paused' | 'steps'; readonly seconds: number }
