// vestige compare: how each recogniser ranks one gallery for the same face, side by side.
import type { Comparison } from '../contract/comparisons.ts'
import { agreementWords, NOT_COMPARABLE } from '../contract/comparisonWords.ts'
import { exit } from './exit.ts'
import { faceOf, type FaceOptions } from './face.ts'
import { findModel } from './models.ts'
import { existingGallery, type Session } from './run.ts'
import { table } from './terminal.ts'

export interface CompareOptions extends FaceOptions {
  readonly gallery: string
  readonly top: number
  readonly models?: readonly string[]
  readonly all?: boolean
}

const stages = { references: 'embedding references', shrunk: 'shrinking references', ranking: 'ranking' } as const

/** @param subject an image file, or `probe:12` @returns exit code; 3 where no template can be made of the face */
export async function compare(session: Session, subject: string, options: CompareOptions): Promise<number> {
  const { terminal } = session
  const gallery = await existingGallery(session, options.gallery)
  const packages: string[] = []
  for (const name of options.models ?? []) packages.push((await findModel(session, name)).hash)
  const named = /^probe:(\d+)$/.exec(subject)
  const probeId = named ? Number(named[1]) : (await faceOf(session, subject, options, 'compared')).probe.id
  const compared = await session.call(
    'comparisons.start',
    {
      probeId,
      galleryId: gallery.id,
      top: options.top,
      perSubject: options.all ? 'all' : 'best',
      ...(packages.length > 0 && { packages }),
    },
    (now) => terminal.progress(now.done, now.total, stages[now.stage]),
  )
  terminal.say(`Probe ${compared.probeNumber} against "${gallery.name}", version ${compared.galleryVersion}.`)
  for (const { name, problem } of compared.packages) if (problem !== null) terminal.note(`${name}: ${problem}`)
  for (const line of ranks(compared)) terminal.say(line)
  terminal.say(agreementWords(compared))
  for (const line of pairs(compared)) terminal.say(line)
  terminal.say(`Investigative lead only. ${NOT_COMPARABLE}`)
  terminal.result({ comparison: compared, words: agreementWords(compared), notice: NOT_COMPARABLE })
  return exit.ok
}

/** A line for each candidate: its rank by every model, and that model's own score in brackets. */
const ranks = ({ packages, candidates }: Comparison): string[] =>
  table(
    ['median', ...packages.map(({ name }) => name), 'subject', 'file'],
    candidates.map(({ median, places, subject, fileName }) => [
      String(median),
      ...places.map((place) => (place ? `${place.rank} (${place.score.toFixed(4)})` : '-')),
      subject,
      fileName,
    ]),
  )

const pairs = ({ packages, agreement, top }: Comparison): string[] =>
  agreement.pairs.length === 0
    ? []
    : table(
        ['models', `Jaccard, first ${top}`, 'RBO 0.9', 'tau-b'],
        agreement.pairs.map(({ a, b, jaccard, rbo, tau }) => [
          `${packages[a]!.name} and ${packages[b]!.name}`,
          jaccard.toFixed(3),
          rbo.toFixed(3),
          tau === null ? '-' : tau.toFixed(3),
        ]),
      )
