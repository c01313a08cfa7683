// What is looked at: one object that every panel shares, so that they never disagree.
import { getPref, setPref } from './prefs.ts'

export const views = ['case', 'cases', 'galleries', 'models', 'audit', 'compare'] as const
export type View = (typeof views)[number]

const remembered = (key: string): number | null => Number(getPref(key)) || null

export class Selection {
  view = $state<View>('case')
  /** What the middle shows: the whole image of evidence, one face magnified, or faces made up for it. */
  stage = $state<'evidence' | 'probe' | 'synthetic'>('evidence')
  caseId = $state<number | null>(null)
  evidenceId = $state<number | null>(null)
  probeId = $state<number | null>(null)
  /** Index into the candidates that are shown. */
  candidate = $state<number | null>(null)
  /** The gallery that searches go to. */
  galleryId = $state<number | null>(remembered('gallery'))
  /** The gallery, model and subject opened in their managers. */
  managedGalleryId = $state<number | null>(null)
  modelHash = $state<string | null>(null)

  get lastCaseId(): number | null {
    return remembered('case')
  }
  remember(): void {
    setPref('case', String(this.caseId ?? ''))
    setPref('gallery', String(this.galleryId ?? ''))
  }
}
