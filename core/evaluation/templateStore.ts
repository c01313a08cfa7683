// Embeds each picture once per view and network, batch by batch, and forgets views that are done with.
import { UserFacingError } from '../contract/errors.ts'
import type { Image8 } from '../images/pixels.ts'
import type { Embed } from './embedders.ts'

export type FaceKey = string | number
export type Template = Float32Array | null
export type Load = (key: FaceKey) => Promise<Image8>

/** Faces that are decoded and shrunk at a time; the recogniser makes network runs of its own size of them. */
const BATCH = 32

export interface TemplateStore {
  /**
   * Makes the templates of these faces that are not there yet.
   * @param view name of the view, part of the store's key @param make the view's pixels of one face
   * @param side native side of the view's faces
   */
  need(
    embed: Embed,
    view: string,
    faces: Iterable<FaceKey>,
    make: (key: FaceKey) => Promise<Image8>,
    side: number,
    signal?: AbortSignal,
  ): Promise<void>
  /** @throws Error where it was not asked for with `need` */
  get(embed: Embed, view: string, face: FaceKey): Template
  forget(view: string): void
  /** Faces that were embedded so far, and those of them that gave no template. */
  readonly made: number
  readonly failed: number
}

/** @param done is called with the number of faces embedded so far */
export function createTemplateStore(done: (made: number) => void = () => undefined): TemplateStore {
  const views = new Map<string, Map<Embed, Map<FaceKey, Template>>>()
  let made = 0
  let failed = 0
  return {
    async need(embed, view, faces, make, side, signal) {
      const networks = views.get(view) ?? new Map<Embed, Map<FaceKey, Template>>()
      views.set(view, networks)
      const kept = networks.get(embed) ?? new Map<FaceKey, Template>()
      networks.set(embed, kept)
      const missing = [...new Set(faces)].filter((key) => !kept.has(key))
      for (let first = 0; first < missing.length; first += BATCH) {
        signal?.throwIfAborted()
        const keys = missing.slice(first, first + BATCH)
        const templates = await embed(await Promise.all(keys.map(make)), side)
        if (templates.length !== keys.length) throw new Error('the recogniser did not answer for every face')
        for (const [i, key] of keys.entries()) kept.set(key, templates[i]!)
        made += keys.length
        failed += templates.filter((t) => t === null).length
        done(made)
      }
    },
    get(embed, view, face) {
      const template = views.get(view)?.get(embed)?.get(face)
      if (template === undefined) throw new Error(`no template of ${face} was made for the view ${view}`)
      return template
    },
    forget: (view) => void views.delete(view),
    get made() {
      return made
    },
    get failed() {
      return failed
    },
  }
}

/** A loader that keeps decoded pictures until `megabytes` are full; what does not fit is decoded again. */
export function remembering(load: Load, megabytes = 128): Load {
  const kept = new Map<FaceKey, Image8>()
  let left = megabytes * 1e6
  return async (key) => {
    const known = kept.get(key)
    if (known) return known
    const image = await load(key)
    if (image.data.length <= left && !kept.has(key)) {
      left -= image.data.length
      kept.set(key, image)
    }
    return image
  }
}

/** @throws UserFacingError where nothing at all could be embedded: then scores would mean nothing. */
export function insistOnSome(store: TemplateStore): void {
  if (store.made > 0 && store.failed === store.made)
    throw new UserFacingError('wrong-model', 'The model gave no usable numbers for any face; evaluate another one.')
}
