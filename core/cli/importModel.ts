// vestige import-model: an ArcFace-style ONNX file becomes a model package, after a look at it and a self-test.
import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import { UserFacingError } from '../contract/errors.ts'
import type { CallOutput } from '../contract/index.ts'
import { exit } from './exit.ts'
import { findModel } from './models.ts'
import type { Session } from './run.ts'

export interface ImportOptions {
  readonly name?: string
  readonly order?: 'RGB' | 'BGR'
  readonly layout?: 'NCHW' | 'NHWC'
  readonly mean?: [number, number, number]
  readonly scale?: [number, number, number]
  readonly size?: number
  readonly alignment?: 'arcface-112' | 'dlib-chip-150'
  readonly licence?: string
  readonly source?: string
  readonly yes?: boolean
  readonly galleryNetworkOf?: string
  readonly activate?: boolean
}
type Inspection = CallOutput<'models.inspect'>
type Pixels = Inspection['guess']
type Package = CallOutput<'models.import'>

/** Nothing on this machine can tell whether two networks answer in one space. */
const SHARED = 'Both networks must share one embedding space; that is yours to measure before a score is read.'

const describe = (pixels: Pixels): string =>
  `${pixels.size} px, ${pixels.channelOrder}, ${pixels.layout}, (pixel - ${pixels.mean.join('/')}) / ${pixels.scale.join('/')}, aligned ${pixels.alignment}`

async function agreed(
  session: Session,
  inspection: Inspection,
  pixels: Pixels,
  base: Package | null,
  options: ImportOptions,
): Promise<boolean> {
  session.terminal.say(
    `${inspection.fileName}: input ${inspection.inputName} [${inspection.inputShape.join(', ')}], embedding of ${inspection.embedding}`,
  )
  for (const reason of inspection.reasons) session.terminal.say(`  ${reason}`)
  session.terminal.say(`Pixels will be given as: ${describe(pixels)}`)
  if (base) session.terminal.say(`It will make gallery templates, "${base.card.name}" those of probes. ${SHARED}`)
  if (options.yes || session.terminal.json) return true
  if (!process.stdin.isTTY)
    throw new UserFacingError(
      'invalid-input',
      'Nobody is here to confirm the pixel contract: add --yes, and --size, --order, --mean or --scale where the guess is wrong.',
    )
  const ask = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test(await ask.question('Is this right? [y/N] ', { signal: session.signal }))
  } finally {
    ask.close()
  }
}

/** @returns exit code; nothing is kept of a file that fails its checks. */
export async function importModel(session: Session, file: string, options: ImportOptions): Promise<number> {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) return importFolder(session, file, options)
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UserFacingError('not-found', `Cannot read "${file}"; name one ONNX file.`, { subject: file, cause })
  })
  const fileName = path.basename(file)
  const inspection = await session.call('models.inspect', { fileName, bytes })
  const base = options.galleryNetworkOf === undefined ? null : await findModel(session, options.galleryNetworkOf)
  const { guess } = inspection
  const pixels: Pixels = {
    ...guess,
    size: options.size ?? guess.size,
    channelOrder: options.order ?? guess.channelOrder,
    layout: options.layout ?? guess.layout,
    mean: options.mean ?? guess.mean,
    scale: options.scale ?? guess.scale,
    alignment: options.alignment ?? guess.alignment,
  }
  if (!(await agreed(session, inspection, pixels, base, options))) {
    session.terminal.note('Nothing was imported.')
    return exit.ok
  }
  const made = await session.call('models.import', {
    fileName,
    bytes,
    pixels,
    name: options.name ?? nameOf(file, base),
    licence: options.licence ?? 'unknown',
    source: options.source ?? file,
    ...(base && { galleryNetworkOf: base.hash }),
  })
  if (options.activate) await session.call('models.activate', { sha256: made.hash })
  session.terminal.say(
    `Package "${made.card.name}" (${made.hash.slice(0, 12)}) was imported${options.activate ? ' and is in use; galleries need re-enrolment' : ''}.`,
  )
  session.terminal.result({ package: made, inspection })
  return exit.ok
}

/** A finished package, e.g. of vestige train: what its pixels are stands in its card. */
async function importFolder(session: Session, folder: string, options: ImportOptions): Promise<number> {
  const read = (name: string): Promise<Uint8Array<ArrayBuffer>> =>
    readFile(path.join(folder, name)).catch((cause: unknown) => {
      throw new UserFacingError('not-found', `"${folder}" is no package: it has no ${name}.`, {
        subject: folder,
        cause,
      })
    })
  const pair = statSync(path.join(folder, 'gallery.onnx'), { throwIfNoEntry: false }) !== undefined
  const made = await session.call('models.importPackage', {
    card: await read('card.json'),
    model: await read('model.onnx'),
    gallery: pair ? await read('gallery.onnx') : null,
  })
  if (options.activate) await session.call('models.activate', { sha256: made.hash })
  session.terminal.say(
    `Package "${made.card.name}" (${made.hash.slice(0, 12)}) was imported${options.activate ? ' and is in use; galleries need re-enrolment' : ''}.`,
  )
  session.terminal.result({ package: made })
  return exit.ok
}

const nameOf = (file: string, base: Package | null): string => {
  const own = path.basename(file, path.extname(file))
  return base ? `${base.card.name} with ${own}` : own
}
