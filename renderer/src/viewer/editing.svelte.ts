// Which edit is going on for which face: a draft stays with its own probe, is never sent for another, and is not lost.
import type { Box, FivePoints } from '../../../core/contract/common.ts'
import type { Probe } from '../../../core/contract/probes.ts'
import { editOf, rebased } from './edit.ts'
import { EditSession } from './edit.svelte.ts'

export type Commit = (change: { box?: Box; points?: FivePoints }, probe: Probe) => Promise<void>

export class Editing {
  session: EditSession | null = $state.raw(null)
  saving = $state(false)
  /** Why the last commit failed, for the person; null when it did not. */
  error: string | null = $state(null)
  readonly dirty: boolean = $derived(this.session?.dirty ?? false)
  readonly #drafts: Map<number, EditSession>
  #probe: Probe | null = null

  /** @param drafts edits by probe, which outlive the view */
  constructor(drafts: Map<number, EditSession>) {
    this.#drafts = drafts
  }

  /** Goes on with this probe's draft, or begins one, while `on`; otherwise leaves drafts where they are. */
  follow(probe: Probe | null, on: boolean): void {
    if (probe?.id !== this.#probe?.id) this.error = null
    this.#probe = probe
    if (!probe || !on) {
      this.session = null
      return
    }
    const stored = { box: probe.box, points: probe.points }
    const draft = this.#drafts.get(probe.id)
    if (draft?.dirty) draft.edit = rebased(draft.edit, stored)
    const session = draft?.dirty ? draft : new EditSession(editOf(stored))
    if (session !== draft) this.#drafts.set(probe.id, session)
    this.session = session
  }

  /** Sends what was changed, for the probe it was changed on. @returns whether it was stored, or there was nothing to store. */
  async commit(send: Commit): Promise<boolean> {
    const [session, probe] = [this.session, this.#probe]
    if (!session || !probe || this.saving) return false
    const change = session.change()
    if (Object.keys(change).length === 0) return true
    this.saving = true
    this.error = null
    try {
      await send(change, probe)
      this.#drafts.delete(probe.id)
      return true
    } catch (thrown) {
      this.error = thrown instanceof Error ? thrown.message : String(thrown)
      return false
    } finally {
      this.saving = false
    }
  }
  /** Puts this probe's marks back to what is stored. */
  discard(): void {
    this.session?.revert()
    this.error = null
  }
}
