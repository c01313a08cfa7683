// vestige search: one image against one gallery, ranked.
import { probeNetwork } from '../contract/models.ts'
import { exit } from './exit.ts'
import { faceOf, type FaceOptions } from './face.ts'
import { existingGallery, type Session } from './run.ts'
import { table } from './terminal.ts'

export interface SearchOptions extends FaceOptions {
  readonly gallery: string
  readonly top: number
  readonly all?: boolean
}

/** @returns exit code; 3 where no template can be made of the face, with the reason. */
export async function search(session: Session, file: string, options: SearchOptions): Promise<number> {
  const { terminal } = session
  const gallery = await existingGallery(session, options.gallery)
  const { probe, faces, evidence } = await faceOf(session, file, options, 'searched')
  const about = { ...probe, evidence: { id: evidence.id, name: evidence.name, sha256: evidence.sha256 }, faces }
  if (probe.state.kind === 'insufficient') {
    terminal.note(`No template can be made of this face: ${probe.state.reason}`)
    terminal.result({ probe: about, candidates: [], search: null, insufficient: probe.state.reason })
    return exit.input
  }
  const found = await session.call(
    'searches.start',
    { probeId: probe.id, galleryId: gallery.id, top: options.top, perSubject: options.all ? 'all' : 'best' },
    (now) => terminal.progress(now.done, now.total, now.stage === 'second' ? 'second scores' : 'searching'),
  )
  terminal.say(
    `Probe ${probe.number} of "${evidence.name}" against "${gallery.name}" (${found.search.gallerySize} templates), search ${found.search.id}.`,
  )
  const { inference } = found.search
  if (inference && probeNetwork(inference, inference.nativeSide) === 'gallery')
    terminal.say(
      `Probe of ${inference.nativeSide} px, above ${inference.probe?.upTo}: its template is by the gallery's network.`,
    )
  const second = inference?.second
  if (second?.used)
    terminal.say(
      `Probe of ${inference?.nativeSide} px: score = ${(1 - second.weight).toFixed(2)} x cosine + ${second.weight.toFixed(2)} x ` +
        `cosine with the gallery face shrunk to that size, for the best ${second.compared} templates.`,
    )
  const parts = second?.used ? ['cosine', 'shrunk'] : []
  for (const line of table(
    ['rank', 'score', ...parts, 'subject', 'file'],
    found.candidates.map((c) => [
      String(c.rank),
      c.score.toFixed(4),
      ...(c.parts ? [c.parts.cosine.toFixed(4), c.parts.second.toFixed(4)] : []),
      c.subject,
      c.fileName,
    ]),
  ))
    terminal.say(line)
  terminal.say(
    'Investigative lead only. A score is a rank order, not a probability; it is not calibrated at this resolution.',
  )
  terminal.result({
    probe: about,
    candidates: found.candidates,
    search: found.search,
    notice: 'Investigative lead only. Scores are not calibrated at this resolution.',
  })
  return exit.ok
}
