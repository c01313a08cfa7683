// Galleries: the list, the one that is managed, its subjects and images, and what may be done to them.
import type { Gallery, GalleryImage, Subject } from '../../../core/contract/galleries.ts'
import type { Via } from '../../../core/contract/index.ts'
import { Paged } from './paged.svelte.ts'
import { refresher } from './refresher.ts'
import type { Workbench } from './workbench.svelte.ts'

export class Galleries {
  readonly #w: Workbench
  open = $state.raw<readonly Gallery[]>([])
  archived = $state.raw<readonly Gallery[]>([])
  loaded = $state(false)
  subjectText = $state('')
  /** Images of one subject only, or of all. */
  subjectId = $state<number | null>(null)
  readonly subjects: Paged<Subject>
  readonly images: Paged<GalleryImage>
  readonly all = $derived([...this.open, ...this.archived])
  /** The gallery that searches go to. */
  readonly chosen = $derived.by(() => this.open.find((g) => g.id === this.#w.selection.galleryId) ?? null)
  /** The gallery opened in the manager. */
  readonly managed = $derived.by(() => this.all.find((g) => g.id === this.#w.selection.managedGalleryId) ?? null)
  readonly refresh: () => Promise<void>
  /** Subjects and images of the opened gallery. */
  readonly refreshContent: () => Promise<void>

  constructor(w: Workbench) {
    this.#w = w
    this.subjects = new Paged(
      (offset, limit) =>
        w.client.call('galleries.subjects', {
          galleryId: w.selection.managedGalleryId ?? 0,
          text: this.subjectText,
          offset,
          limit,
        }),
      w.notices.error,
    )
    this.images = new Paged((offset, limit) => {
      const galleryId = w.selection.managedGalleryId ?? 0
      return w.client.call('galleries.images', {
        galleryId,
        ...(this.subjectId !== null && { subjectId: this.subjectId }),
        offset,
        limit,
      })
    }, w.notices.error)
    this.refreshContent = refresher(async () => {
      if (w.selection.managedGalleryId !== null) await Promise.all([this.subjects.reset(), this.images.reset()])
    }, w.notices.error)
    this.refresh = refresher(async () => {
      const [open, archived] = await Promise.all([
        w.client.call('galleries.list', { archived: false }),
        w.client.call('galleries.list', { archived: true }),
      ])
      this.open = open.filter((g) => g.archivedAt === null)
      this.archived = archived.filter((g) => g.archivedAt !== null)
      this.loaded = true
      if (!this.chosen) this.choose(this.open[0]?.id ?? null)
      if (!this.managed) await this.manage(this.open[0]?.id ?? null)
    }, w.notices.error)
  }
  choose(id: number | null): void {
    this.#w.selection.galleryId = id
    this.#w.selection.remember()
  }
  async manage(id: number | null): Promise<void> {
    this.#w.selection.managedGalleryId = id
    this.subjectText = ''
    this.subjectId = null
    this.subjects.empty()
    this.images.empty()
    if (id !== null) await this.refreshContent()
  }
  async create(name: string, note: string, via: Via): Promise<Gallery> {
    const made = await this.#w.client.call('galleries.create', { name, note }, { via })
    await this.refresh()
    await this.manage(made.id)
    if (!this.chosen || this.chosen.templates === 0) this.choose(made.id)
    return made
  }
  async update(before: Gallery, fields: { name?: string; note?: string }, via: Via): Promise<void> {
    const was = {
      ...(fields.name !== undefined && { name: before.name }),
      ...(fields.note !== undefined && { note: before.note }),
    }
    const set = (to: typeof fields) => (how: Via) =>
      this.#w.client.call('galleries.update', { id: before.id, ...to }, { via: how })
    const label = `Change the details of gallery “${before.name}”`
    await this.#w.change({ label, apply: set(fields), revert: set(was), show: this.refresh }, via)
  }
  async setArchived(gallery: Gallery, archived: boolean, via: Via): Promise<void> {
    const set = (to: boolean) => (how: Via) =>
      this.#w.client.call(to ? 'galleries.archive' : 'galleries.restore', { id: gallery.id }, { via: how })
    const label = `${archived ? 'Archive' : 'Restore'} gallery “${gallery.name}”`
    const change = { label, apply: set(archived), revert: set(!archived), show: this.refresh, offersUndo: true }
    await this.#w.change(change, via)
  }
  async updateSubject(
    before: Subject,
    fields: { name?: string; externalId?: string; note?: string },
    via: Via,
  ): Promise<void> {
    const was: typeof fields = {}
    for (const key of Object.keys(fields) as (keyof typeof fields)[]) was[key] = before[key]
    const set = (to: typeof fields) => (how: Via) =>
      this.#w.client.call('galleries.updateSubject', { id: before.id, ...to }, { via: how })
    const label = `Change subject “${before.name}”`
    await this.#w.change({ label, apply: set(fields), revert: set(was), show: this.refreshContent }, via)
  }
  async reenrolAll(via: Via): Promise<void> {
    for (const gallery of this.open) if (gallery.stale > 0) await this.reenrol(gallery, via)
  }
  async reenrol(gallery: Gallery, via: Via): Promise<void> {
    this.#w.jobs.put(await this.#w.client.call('galleries.reenrol', { galleryId: gallery.id }, { via }))
  }
}
