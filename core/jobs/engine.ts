// What the worker can do: its open models, its decoded images, its galleries, and the handler of every call.
import { decodeImage } from '../images/decode.ts'
import { encodePng, thumbnail } from '../images/encode.ts'
import { crop } from '../images/pixels.ts'
import { openScanner, type Scanner } from '../matching/scan.ts'
import { degrade } from './degrade.ts'
import { createGalleryCache } from './galleryCache.ts'
import { createImageCache, type Decoded } from './imageCache.ts'
import { openModels, type OpenModels } from './openModels.ts'
import type { RankedTemplate, WireImage } from './protocol.ts'
import { remoteSessions } from './remoteSessions.ts'
import { view } from './view.ts'
import { Need, type WorkerHandlers } from './workerServe.ts'

const MIB = 2 ** 20
const IMAGE_BYTES = 384 * MIB
const GALLERY_BYTES = 2048 * MIB
/** At most this often a search's best rows so far are sent. */
const SEARCH_PROGRESS_MS = 50
/** Longer side of the thumbnail that is made when a file is read for the first time. */
const THUMBNAIL_SIDE = 256

/** State and handlers of one worker process. */
export function createEngine(): WorkerHandlers {
  const images = createImageCache(IMAGE_BYTES)
  const galleries = createGalleryCache(GALLERY_BYTES)
  let threads = 0
  let scanner: Promise<Scanner> | undefined
  // Calls that arrive while models are being opened wait for them.
  let models: Promise<OpenModels | null> = Promise.resolve(null)

  const decoded = (image: WireImage): Promise<Decoded> =>
    images.get(image.sha256, () => {
      if (!image.bytes) throw new Need('bytes')
      return decodeImage(image.bytes, image.fileName)
    })
  const open = async (): Promise<OpenModels> => {
    const opened = await models
    if (!opened) throw new Error('a call came before the configuration')
    return opened
  }

  return {
    ...remoteSessions(),
    async configure(configuration) {
      const before = models
      threads = configuration.threads
      const next = before.then(async (old) => {
        await old?.release()
        return openModels(configuration)
      })
      models = next
      if (scanner) await (await scanner).release()
      scanner = undefined
      return (await next).report
    },
    async read({ image }) {
      const { image: pixels, facts } = await decoded(image)
      return { facts, thumbnail: await thumbnail(pixels, THUMBNAIL_SIDE) }
    },
    async analyse({ image, options }, tools) {
      const { image: pixels, facts } = await decoded(image)
      return { facts, ...(await (await open()).analyse(pixels, options, tools)) }
    },
    async embed({ image, box, points }) {
      const { image: pixels, facts } = await decoded(image)
      return { facts, ...(await (await open()).embed(pixels, box, points)) }
    },
    async thumbnail({ image, side, region }) {
      const { image: pixels } = await decoded(image)
      return thumbnail(region ? crop(pixels, region) : pixels, side)
    },
    async view({ image, view: wanted }) {
      const { image: pixels } = await decoded(image)
      const { recogniser } = wanted.kind === 'aligned' ? await open() : { recogniser: null }
      return view(pixels, wanted, recogniser)
    },
    async cut({ image, region }) {
      return encodePng(crop((await decoded(image)).image, region))
    },
    async degrade({ image, degradation }) {
      return degrade((await decoded(image)).image, degradation)
    },
    async gallery(announced) {
      await galleries.read(announced)
      return null
    },
    async search({ key, probe, top, perSubject }, { signal, progress }) {
      const gallery = galleries.get(key)
      if (!gallery) throw new Need('gallery')
      const opened = await (scanner ??= openScanner({ threads }))
      const named = (rows: { row: number; score: number }[]): RankedTemplate[] =>
        rows.map(({ row, score }) => ({ templateId: gallery.templateIds[row]!, score }))
      let told = performance.now()
      const ranked = await opened.scan(gallery, probe, {
        top,
        perSubject,
        signal,
        progress(done, total, best) {
          if (done < total && performance.now() - told < SEARCH_PROGRESS_MS) return
          told = performance.now()
          progress({ stage: 'searching', done, total, ranked: named(best()) })
        },
      })
      return { ranked: named(ranked), count: gallery.count, provider: opened.provider }
    },
  }
}
