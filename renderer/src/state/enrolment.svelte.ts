// Handing a folder over for enrolment: by its path where the host can read it, file by file where only a browser can.
import type { CallArgs, Via } from '../../../core/contract/index.ts'
import { folderOf } from '../files/folderOf.ts'
import type { Collection } from '../files/collect.ts'
import { describeError } from './describeError.ts'
import type { Workbench } from './workbench.svelte.ts'

export type NamesFrom = NonNullable<CallArgs<'galleries.enrol'>['namesFrom']>

/** Files that cannot be handed over in one message are refused by the host; a CSV carries the names. */
export const isEnrolFile = (name: string): boolean => /\.(jpe?g|jpe|jfif|png|tiff?|webp|bmp|dib|csv)$/i.test(name)

export class Enrolment {
  readonly #w: Workbench
  /** Null while nothing is handed over. */
  staging = $state.raw<{ done: number; total: number; current: string } | null>(null)
  #abort: AbortController | null = null

  constructor(w: Workbench) {
    this.#w = w
  }
  async fromPath(galleryId: number, path: string, namesFrom: NamesFrom | undefined, via: Via): Promise<void> {
    await this.#start(galleryId, { kind: 'folder', path }, namesFrom, via)
  }
  /** In Electron the files' own folder is enrolled in place; elsewhere they are handed over one by one first. */
  async fromFiles(
    galleryId: number,
    { files, skipped }: Collection,
    namesFrom: NamesFrom | undefined,
    via: Via,
  ): Promise<void> {
    const paths = files.map((f) => this.#w.pathForFile(f.file))
    const folder = folderOf(files.map((f, i) => ({ relative: f.path, absolute: paths[i] ?? null })))
    if (folder !== null) return this.fromPath(galleryId, folder, namesFrom, via)
    const abort = (this.#abort = new AbortController())
    const uploadId = crypto.randomUUID()
    const failed: string[] = []
    try {
      for (const [done, { file, path }] of files.entries()) {
        this.staging = { done, total: files.length, current: path }
        try {
          const bytes = new Uint8Array(await file.arrayBuffer())
          await this.#w.client.call(
            'galleries.stage',
            { uploadId, relativePath: path, bytes },
            { via, signal: abort.signal },
          )
        } catch (thrown) {
          const told = describeError(thrown)
          if (told === null) return
          failed.push(`${path}: ${told.message}`)
        }
      }
      if (failed.length === files.length) throw new Error(failed[0] ?? 'no file was chosen')
      await this.#start(galleryId, { kind: 'staged', uploadId }, namesFrom, via)
    } finally {
      this.staging = null
      this.#abort = null
    }
    if (failed.length > 0) this.#w.notices.error(new Error(`${failed.length} files were not handed over: ${failed[0]}`))
    if (skipped.length > 0)
      this.#w.notices.info(`${skipped.length} files of the folder are no images by their names and were left out.`)
  }
  cancel(): void {
    this.#abort?.abort()
  }
  async #start(
    galleryId: number,
    source: CallArgs<'galleries.enrol'>['source'],
    namesFrom: NamesFrom | undefined,
    via: Via,
  ): Promise<void> {
    const job = await this.#w.client.call(
      'galleries.enrol',
      { galleryId, source, ...(namesFrom && { namesFrom }) },
      { via },
    )
    this.#w.jobs.put(job)
  }
}
