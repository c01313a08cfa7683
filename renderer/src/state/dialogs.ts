// Which dialog is open, and what about: one at a time.
import type { Case } from '../../../core/contract/cases.ts'
import type { Evidence } from '../../../core/contract/evidence.ts'
import type { Gallery, Subject } from '../../../core/contract/galleries.ts'
import type { Via } from '../../../core/contract/index.ts'
import type { Probe } from '../../../core/contract/probes.ts'
import type { Collection } from '../files/collect.ts'

/** `via`: how the dialog was asked for; the call made when it is confirmed says the same. */
export type DialogRequest = { readonly via: Via } & (
  | { readonly kind: 'palette' | 'settings' | 'doctor' | 'help' }
  | { readonly kind: 'import-model'; readonly file?: File }
  | { readonly kind: 'case'; readonly edit: Case | null }
  | { readonly kind: 'gallery'; readonly edit: Gallery | null }
  | { readonly kind: 'enrol'; readonly gallery: Gallery; readonly files?: Collection }
  | { readonly kind: 'subject'; readonly edit: Subject }
  | { readonly kind: 'label'; readonly probe: Probe }
  | { readonly kind: 'evidence-facts'; readonly evidence: Evidence }
  | {
      readonly kind: 'confirm'
      readonly title: string
      readonly text: string
      readonly confirm: string
      run(): unknown
    }
)
