// Model packages: the list, the one in use, testing, activating, retiring, importing.
import type { CallArgs, CallOutput, Via } from '../../../core/contract/index.ts'
import type { ModelPackage } from '../../../core/contract/models.ts'
import { refresher } from './refresher.ts'
import type { Workbench } from './workbench.svelte.ts'

export type SelfTest = CallOutput<'models.selfTest'>

export class Models {
  readonly #w: Workbench
  list = $state.raw<readonly ModelPackage[]>([])
  loaded = $state(false)
  /** Last self-test since the page was opened, by hash; null while it runs. */
  tests = $state.raw<ReadonlyMap<string, SelfTest | null>>(new Map())
  readonly recogniser = $derived(this.list.find((m) => m.active && m.card.role === 'recogniser') ?? null)
  readonly hallucinator = $derived(this.list.find((m) => m.active && m.card.role === 'hallucinator') ?? null)
  readonly selected = $derived.by(
    () => this.list.find((m) => m.hash === this.#w.selection.modelHash) ?? this.recogniser ?? this.list[0] ?? null,
  )
  readonly refresh: () => Promise<void>

  constructor(w: Workbench) {
    this.#w = w
    this.refresh = refresher(async () => {
      this.list = await w.client.call('models.list', {})
      this.loaded = true
    }, w.notices.error)
  }
  async selfTest(sha256: string, via: Via): Promise<void> {
    this.tests = new Map(this.tests).set(sha256, null)
    const without = () => {
      const rest = new Map(this.tests)
      rest.delete(sha256)
      return rest
    }
    try {
      const result = await this.#w.client.call('models.selfTest', { sha256 }, { via })
      this.tests = new Map(this.tests).set(sha256, result)
    } catch (thrown) {
      this.tests = without()
      throw thrown
    }
  }
  /** @param reenrol also makes new templates for every gallery that becomes stale */
  async activate(sha256: string, via: Via, reenrol = false): Promise<void> {
    this.list = await this.#w.client.call('models.activate', { sha256, reenrol }, { via })
    await Promise.all([this.#w.app.refresh(), this.#w.galleries.refresh()])
  }
  /** A recommended recogniser is not offered again. */
  async decline(sha256: string, via: Via): Promise<void> {
    await this.#w.client.call('models.decline', { sha256 }, { via })
    await this.#w.app.refresh()
  }
  async retire(sha256: string, via: Via): Promise<void> {
    await this.#w.client.call('models.retire', { sha256 }, { via })
    await this.refresh()
  }
  async import(args: CallArgs<'models.import'>, via: Via): Promise<ModelPackage> {
    const made = await this.#w.client.call('models.import', args, { via })
    await this.refresh()
    this.#w.selection.modelHash = made.hash
    return made
  }
}
