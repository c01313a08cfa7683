// The whole state of the window: one object that panels read and actions change.
import type { Client, Via } from '../../../core/contract/index.ts'
import type { Host } from '../host.ts'
import { AppState } from './app.svelte.ts'
import { Audit } from './audit.svelte.ts'
import { Cases } from './cases.svelte.ts'
import { Comparisons } from './comparisons.svelte.ts'
import { Detection } from './detection.svelte.ts'
import type { DialogRequest } from './dialogs.ts'
import { Enrolment } from './enrolment.svelte.ts'
import { Evidence } from './evidence.svelte.ts'
import { followHost } from './followHost.ts'
import { Galleries } from './galleries.svelte.ts'
import { Hallucinations } from './hallucinations.svelte.ts'
import { Imports } from './imports.svelte.ts'
import { Jobs } from './jobs.svelte.ts'
import { Models } from './models.svelte.ts'
import { Notices } from './notices.svelte.ts'
import { Pictures } from './pictures.ts'
import { Probes } from './probes.svelte.ts'
import { Searches } from './searches.svelte.ts'
import { Selection } from './selection.svelte.ts'
import { UndoState } from './undo.svelte.ts'
import { Viewer } from './viewer.svelte.ts'

export interface Reversible {
  /** What is done, e.g. `Exclude “cam03.png”`. */
  readonly label: string
  apply(via: Via): Promise<unknown>
  revert(via: Via): Promise<unknown>
  /** Brings the screen up to date after either. */
  show(): Promise<unknown>
  /** For changes that take something out of sight: a notice offers to take it back. */
  readonly offersUndo?: boolean
}

export class Workbench {
  readonly client: Client
  readonly hostKind: Host['kind']
  readonly pathForFile: Host['pathForFile']
  readonly notices = new Notices()
  readonly undo = new UndoState()
  readonly selection = new Selection()
  readonly pictures: Pictures
  readonly app: AppState
  readonly cases: Cases
  readonly evidence: Evidence
  readonly imports: Imports
  readonly detection: Detection
  readonly probes: Probes
  readonly searches: Searches
  readonly comparisons: Comparisons
  readonly hallucinations: Hallucinations
  readonly viewer: Viewer
  readonly galleries: Galleries
  readonly enrolment: Enrolment
  readonly models: Models
  readonly jobs: Jobs
  readonly audit: Audit
  dialog = $state.raw<DialogRequest | null>(null)
  /** The host is gone; nothing can be asked any more. */
  lost = $state(false)
  ready = $state(false)

  constructor(host: Host) {
    this.client = host.client
    this.hostKind = host.kind
    this.pathForFile = (file) => host.pathForFile(file)
    this.pictures = new Pictures(host.client)
    this.app = new AppState(this)
    this.cases = new Cases(this)
    this.evidence = new Evidence(this)
    this.imports = new Imports(this)
    this.detection = new Detection(this)
    this.probes = new Probes(this)
    this.searches = new Searches(this)
    this.comparisons = new Comparisons(this)
    this.hallucinations = new Hallucinations(this)
    this.viewer = new Viewer(this)
    this.galleries = new Galleries(this)
    this.enrolment = new Enrolment(this)
    this.models = new Models(this)
    this.jobs = new Jobs(this)
    this.audit = new Audit(this)
  }
  /** Fetches what the first screen needs and opens the case that was open last. Returns the way to stop listening. */
  async start(): Promise<() => void> {
    const stop = followHost(this)
    await Promise.all([
      this.app.refresh(),
      this.cases.refresh(),
      this.galleries.refresh(),
      this.models.refresh(),
      this.jobs.refresh(),
    ])
    const last = this.cases.open.find((c) => c.id === this.selection.lastCaseId)
    if (last) await this.openCase(last.id)
    this.ready = true
    return stop
  }
  /** Opens a case where it was left: at the probe searched last, else at its first. */
  async openCase(id: number | null): Promise<void> {
    const { selection } = this
    this.searches.clear()
    this.comparisons.clear()
    this.hallucinations.clear()
    this.evidence.clear()
    this.probes.clear()
    selection.caseId = id
    selection.evidenceId = selection.probeId = selection.candidate = null
    selection.stage = 'evidence'
    selection.remember()
    selection.view = 'case'
    if (id === null) return
    await Promise.all([
      this.evidence.refresh(),
      this.probes.refresh(),
      this.searches.refresh(),
      this.hallucinations.refresh(),
    ])
    const { active } = this.probes
    const searched = active.find((p) => p.id === this.searches.history[0]?.probeId)
    const first = searched ?? active[0]
    if (first) await this.selectProbe(first.id)
    else this.selectEvidence(this.evidence.list[0]?.id ?? null)
  }
  /** Shows the whole image. */
  selectEvidence(id: number | null): void {
    this.selection.evidenceId = id
    this.selection.stage = 'evidence'
  }
  /** Shows one face, the image it is from, and its latest search. */
  async selectProbe(id: number | null): Promise<void> {
    const { selection } = this
    if (id !== null && id === selection.probeId) {
      selection.stage = 'probe'
      return
    }
    selection.probeId = id
    selection.candidate = null
    if (this.probes.selected) {
      selection.evidenceId = this.probes.selected.evidenceId
      selection.stage = 'probe'
    } else selection.stage = 'evidence'
    await this.searches.showLatest()
  }
  /**
   * Makes a reversible change. It can be taken back as soon as the host has answered, before the screen has followed:
   * a quick Ctrl+Z must not find nothing to undo.
   */
  async change(change: Reversible, via: Via): Promise<void> {
    const { label, apply, revert, show } = change
    const entry = {
      label,
      undo: async (how: Via) => {
        await revert(how)
        await show()
      },
      redo: async (how: Via) => {
        await apply(how)
        await show()
      },
    }
    await this.undo.perform(entry, via)
    if (change.offersUndo) {
      const run = () => this.attempt(() => this.undo.undo('button'))
      this.notices.info(`${label}: done.`, { label: 'Undo', run })
    }
  }
  /** Runs work whose failure the person must read. */
  async attempt(work: () => unknown): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      this.notices.error(thrown)
    }
  }
  ask(request: DialogRequest): void {
    this.dialog = request
  }
  confirm(title: string, text: string, confirm: string, via: Via, run: () => unknown): void {
    this.ask({ kind: 'confirm', via, title, text, confirm, run })
  }
}
