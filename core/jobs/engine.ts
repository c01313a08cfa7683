// What the worker can do: its open models, its decoded images, its galleries, and the handler of every call.
import { decodeImage } from '../images/decode.ts'
import { encodePng, thumbnail } from '../images/encode.ts'
import { crop } from '../images/pixels.ts'
import { syntheticNote } from '../images/synthetic/note.ts'
import { openScanner, type Scanner } from '../matching/scan.ts'
import { createAdmission } from './admission.ts'
import { degrade } from './degrade.ts'
import { createGalleryCache } from './galleryCache.ts'
import { createImageCache, type Decoded } from './imageCache.ts'
import { lease, type Lease } from './lease.ts'
import { openModels, type OpenModels } from './openModels.ts'
import type { RankedTemplate, WireImage } from './protocol.ts'
import { comparedPackages } from './comparedPackages.ts'
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
  const admission = createAdmission()
  const galleries = createGalleryCache(GALLERY_BYTES)
  const compared = comparedPackages()
  let threads = 0
  let scanner: Lease<Scanner> | undefined
  // Calls that arrive while models are being opened wait for them; those that use the old ones are let finish.
  let models: Lease<OpenModels> | undefined

  const decoded = (image: WireImage): Promise<Decoded> =>
    images.get(image.sha256, () => {
      if (!image.bytes) throw new Need({ what: 'bytes' })
      const declared = syntheticNote(image.bytes) !== null
      return decodeImage(image.bytes, image.fileName).then((found) => ({ ...found, declared }))
    })
  /** Of whatever becomes evidence, a template or a probe; pictures that are only shown are not looked at. */
  const admitted = async (image: WireImage): Promise<Decoded> => {
    const found = await decoded(image)
    admission.admit(image.sha256, image.fileName, found)
    return found
  }
  const withModels = <R>(work: (models: OpenModels) => Promise<R> | R): Promise<R> => {
    if (!models) throw new Error('a call came before the configuration')
    return models.use(work)
  }

  return {
    ...remoteSessions(),
    async configure(configuration) {
      threads = configuration.threads
      models?.retire()
      compared.retire()
      scanner?.retire()
      scanner = undefined
      models = lease(openModels(configuration), (opened) => opened.release())
      return models.use(({ report }) => report)
    },
    async read({ image }) {
      const { image: pixels, facts } = await admitted(image)
      return { facts, thumbnail: await thumbnail(pixels, THUMBNAIL_SIDE) }
    },
    async analyse({ image, options, templates }, tools) {
      const { image: pixels, facts } = await admitted(image)
      const looked = await withModels((open) => open.analyse(pixels, options, templates, tools))
      for (const { box } of looked.faces) admission.admitFace(image.fileName, pixels, box)
      return { facts, ...looked }
    },
    async embed({ image, box, points, template }) {
      const { image: pixels, facts } = await admitted(image)
      admission.admitFace(image.fileName, pixels, box)
      return { facts, ...(await withModels((open) => open.embed(pixels, box, points, template))) }
    },
    async shrunk({ image, points, side }) {
      const pixels = async () => (await admitted(image)).image
      return withModels((open) => open.shrunk({ sha256: image.sha256, pixels }, points, side))
    },
    async package({ model }) {
      const provider = await withModels(({ report }) => report.device.provider)
      return compared.open(model, { threads, provider })
    },
    time: ({ model }) => compared.time(model),
    async templates({ image, box, points, wanted }) {
      compared.need(wanted.map(({ model }) => model))
      const { image: pixels } = await admitted(image)
      // Of a face that is shrunk there is a template already.
      if (wanted.some(({ as }) => typeof as === 'string')) admission.admitFace(image.fileName, pixels, box)
      return compared.templates(pixels, { box, points }, wanted)
    },
    async thumbnail({ image, side, region }) {
      const { image: pixels } = await decoded(image)
      return thumbnail(region ? crop(pixels, region) : pixels, side)
    },
    async view({ image, view: wanted }) {
      const { image: pixels } = await decoded(image)
      if (wanted.kind !== 'aligned') return view(pixels, wanted, null)
      return withModels(({ recogniser }) => view(pixels, wanted, recogniser))
    },
    async cut({ image, region }) {
      return encodePng(crop((await decoded(image)).image, region))
    },
    async degrade({ image, degradation }) {
      return degrade((await admitted(image)).image, degradation)
    },
    async hallucinate({ image, ...request }, tools) {
      const { image: pixels } = await decoded(image)
      return withModels((open) => open.hallucinate(pixels, request, tools))
    },
    async gallery(announced) {
      await galleries.read(announced)
      return null
    },
    async search({ key, probe, top, perSubject }, { signal, progress }) {
      const gallery = galleries.get(key)
      if (!gallery) throw new Need({ what: 'gallery' })
      scanner ??= lease(openScanner({ threads }), (opened) => opened.release())
      const named = (rows: { row: number; score: number }[]): RankedTemplate[] =>
        rows.map(({ row, score }) => ({ templateId: gallery.templateIds[row]!, score }))
      let told = performance.now()
      return scanner.use(async (opened) => {
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
      })
    },
  }
}
