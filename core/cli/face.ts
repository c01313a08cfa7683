// The face that a command is about: an image brought into a case as evidence, and one of its faces as a probe.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { sha256 } from '../base/sha256.ts'
import type { Box, FivePoints } from '../contract/common.ts'
import { UserFacingError } from '../contract/errors.ts'
import type { CallOutput } from '../contract/index.ts'
import { chooseFace } from '../jobs/chooseFace.ts'
import type { Session } from './run.ts'

export interface FaceOptions {
  /** Name of the case that keeps the evidence; made where it is not there. */
  readonly case: string
  readonly face?: number
  readonly box?: Box
  readonly points?: FivePoints
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
  options: FaceOptions,
  verb: string,
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
      `${faces.length} faces were found; the largest near the middle is ${verb}. Choose another with --face 2 … ${faces.length}.`,
    )
  return { probe, faces: faces.length }
}

/** @param verb what becomes of the face, for messages @throws UserFacingError where the image or the face is not there */
export async function faceOf(
  session: Session,
  file: string,
  options: FaceOptions,
  verb: string,
): Promise<{ probe: Probe; faces: number; evidence: Evidence }> {
  const inCase = await openCase(session, options.case)
  const evidence = await bringIn(session, inCase.id, file)
  return { ...(await chooseProbe(session, evidence, options, verb)), evidence }
}
