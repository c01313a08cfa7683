// vestige hallucinate: a made-up face for one face of an image, as a marked PNG.
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import { measureWords } from '../contract/measureWords.ts'
import { findHallucinator } from './evaluateModel.ts'
import { exit } from './exit.ts'
import { faceOf, type FaceOptions } from './face.ts'
import type { Session } from './run.ts'

export interface HallucinateOptions extends FaceOptions {
  readonly out: string
  readonly store: string
  readonly model?: string
  readonly samples: number
  readonly seed: number
  /** One of the samples, from 1, in place of their mean. */
  readonly sample?: number
}

const NOTICE =
  'Synthetic - not evidence. The picture is marked, and is refused as a probe, as evidence and in galleries.'

/** @returns exit code @throws UserFacingError where the image, the face or a hallucinator is not there */
export async function hallucinate(session: Session, file: string, options: HallucinateOptions): Promise<number> {
  const { terminal } = session
  if (options.sample !== undefined && options.sample > options.samples)
    throw new UserFacingError(
      'invalid-input',
      `There is no sample ${options.sample} of ${options.samples}: ask for more with --samples.`,
    )
  const model = options.model === undefined ? {} : { model: findHallucinator(options.model, options.store).hash }
  const { probe, evidence } = await faceOf(session, file, options, 'used')
  const made = await session.call(
    'hallucinations.create',
    { probeId: probe.id, samples: options.samples, seed: options.seed, ...model },
    ({ done, total }) => terminal.progress(done, total, 'faces made up'),
  )
  const part =
    options.sample === undefined ? { part: 'mean' as const } : { part: 'sample' as const, index: options.sample - 1 }
  const { png } = await session.call('hallucinations.export', { id: made.id, ...part })
  write(options.out, png)
  terminal.say(
    `${options.out}: ${part.part === 'mean' ? `mean of ${made.samples} faces` : `sample ${options.sample} of ${made.samples}`} made up by ${made.model} for probe ${probe.number} of "${evidence.name}" (${made.nativeSide} px).`,
  )
  terminal.say(measureWords(made.measure))
  terminal.say(NOTICE)
  terminal.result({
    hallucination: made,
    probe: { ...probe, evidence: { id: evidence.id, name: evidence.name, sha256: evidence.sha256 } },
    out: { file: options.out, sha256: sha256(png), ...part },
    notice: NOTICE,
  })
  return exit.ok
}

/** Whole or not at all. */
function write(file: string, bytes: Uint8Array): void {
  const draft = `${file}.part`
  try {
    writeFileSync(draft, bytes, { flush: true })
    renameSync(draft, file)
  } catch (cause) {
    rmSync(draft, { force: true })
    const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC'
    throw new UserFacingError(
      full ? 'disk-full' : 'forbidden',
      `"${file}" cannot be written${full ? ': the disk is full' : ''}. Name another file with --out.`,
      { subject: file, cause },
    )
  }
}
