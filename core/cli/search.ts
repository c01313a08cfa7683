// vestige search: one image against one gallery, ranked.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Box, FivePoints } from '../contract/common.ts'
import type { CallOutput } from '../contract/index.ts'
import { UserFacingError } from '../contract/errors.ts'
import { probeNetwork } from '../contract/models.ts'
import { sha256 } from '../base/sha256.ts'
import { chooseFace } from '../jobs/chooseFace.ts'
import { exit } from './exit.ts'
import { findGallery, type Session } from './run.ts'
import { table } from './terminal.ts'

export interface SearchOptions {
  readonly gallery: string
  readonly top: number
  readonly case: string
  readonly face?: number
  readonly box?: Box
  readonly points?: FivePoints
  readonly all?: boolean
}
type Probe = CallOutput<'probes.create'>
type Evidence = CallOutput<'evidence.add'>

async function readImage(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readFile(file)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    const why =
      code === 'ENOENT' ? 'There is no file' : code === 'EISDIR' ? 'A folder, not an image, is' : 'Cannot read'
    throw new UserFacingError('not-found', `${why} "${file}"; name one image file.`, { subject: file, cause })
  }
}

async function openCase(session: Session, name: string): Promise<CallOutput<'cases.get'>> {
  const open = (await session.call('cases.list', {})).find((each) => each.name === name)
  return open ?? (await session.call('cases.create', { name, note: 'Searches made from the command line.' }))
}

/** The same bytes in the same case are one piece of evidence: searching twice does not import twice. */
async function bringIn(session: Session, caseId: number, file: string): Promise<Evidence> {
  const bytes = await readImage(file)
  const hash = sha256(bytes)
  const known = (await session.call('evidence.list', { caseId })).find(
    (each) => each.sha256 === hash && each.excludedAt === null,
  )
  return known ?? (await session.call('evidence.add', { caseId, name: path.basename(file), bytes }))
}

/** All faces of the image that are still in use: first the one that enrolment would take, then the others by size. */
async function facesOf(session: Session, evidence: Evidence): Promise<Probe[]> {
  if (evidence.detectedAt === null)
    await session.call('probes.detect', { evidenceId: evidence.id }, (now) =>
      session.terminal.progress(
        now.done,
        now.total,
        now.stage === 'detecting' ? 'looking for faces' : 'making templates',
      ),
    )
  const all = await session.call('probes.list', { caseId: evidence.caseId })
  const area = (probe: Probe): number => probe.box.width * probe.box.height
  const faces = all
    .filter((probe) => probe.evidenceId === evidence.id && probe.retiredAt === null)
    .map((probe) => ({ probe, box: probe.box, outcome: probe.state }))
  const main = chooseFace(faces, evidence.facts)
  return faces
    .toSorted(
      (a, b) => Number(b === main) - Number(a === main) || area(b.probe) - area(a.probe) || a.probe.id - b.probe.id,
    )
    .map((face) => face.probe)
}

/** A box without points gets the five points of an upright face in it; the person may then move them on the screen. */
const seedPoints = (box: Box): FivePoints =>
  [
    [0.31, 0.41],
    [0.69, 0.41],
    [0.5, 0.61],
    [0.35, 0.79],
    [0.65, 0.79],
  ].map(([x, y]) => ({ x: box.x + (x ?? 0) * box.width, y: box.y + (y ?? 0) * box.height })) as unknown as FivePoints

const boxAround = (points: FivePoints): Box => {
  const xs = points.map((p) => p.x)
  const ys = points.map((p) => p.y)
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const [width, height] = [(right - left) / 0.38, (bottom - top) / 0.38]
  return { x: left - 0.31 * width, y: top - 0.41 * height, width, height }
}

async function chooseProbe(
  session: Session,
  evidence: Evidence,
  options: SearchOptions,
): Promise<{ probe: Probe; faces: number }> {
  if (options.box || options.points) {
    const box = options.box ?? boxAround(options.points as FivePoints)
    const probe = await session.call('probes.create', {
      evidenceId: evidence.id,
      box,
      points: options.points ?? seedPoints(box),
    })
    return { probe, faces: 1 }
  }
  const faces = await facesOf(session, evidence)
  const probe = faces[(options.face ?? 1) - 1]
  if (faces.length === 0)
    throw new UserFacingError(
      'insufficient',
      `No face was found in "${evidence.name}". Give its place with --box x,y,width,height, or place it on the screen.`,
      { subject: evidence.name },
    )
  if (!probe)
    throw new UserFacingError(
      'not-found',
      `"${evidence.name}" has ${faces.length} faces; --face ${options.face} is not one of them.`,
      { subject: evidence.name },
    )
  if (faces.length > 1 && options.face === undefined)
    session.terminal.note(
      `${faces.length} faces were found; the largest near the middle is searched. Choose another with --face 2 … ${faces.length}.`,
    )
  return { probe, faces: faces.length }
}

/** @returns exit code; 3 where no template can be made of the face, with the reason. */
export async function search(session: Session, file: string, options: SearchOptions): Promise<number> {
  const { terminal } = session
  const gallery = await findGallery(session, options.gallery)
  if (!gallery)
    throw new UserFacingError(
      'not-found',
      `There is no gallery "${options.gallery}" in this store; make one with vestige enrol.`,
      { subject: options.gallery },
    )
  const inCase = await openCase(session, options.case)
  const evidence = await bringIn(session, inCase.id, file)
  const { probe, faces } = await chooseProbe(session, evidence, options)
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
