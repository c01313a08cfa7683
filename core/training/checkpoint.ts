// Checkpoints: one folder each, with a manifest and the SHA-256 of every file, complete or not there at all.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'

/** Values by name, float32; what a run must remember of its variables. */
export type Tensors = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>

const Hash = z.string().regex(/^[0-9a-f]{64}$/)
const Manifest = z.strictObject({
  version: z.literal(1),
  /** SHA-256 of the recipe's canonical JSON and of the set that is trained on: a run is resumed with nothing else. */
  run: Hash,
  phase: z.int().min(0),
  /** Steps done within the phase. */
  step: z.int().min(0),
  /** Steps made by each inner step's optimiser. */
  optimiserSteps: z.array(z.int().min(0)),
  skipped: z.int().min(0),
  /** Seconds of training so far. */
  seconds: z.number().min(0),
  groups: z.record(
    z.string().regex(/^[a-z]+$/),
    z.strictObject({
      sha256: Hash,
      tensors: z.array(z.strictObject({ name: z.string(), shape: z.array(z.int().min(0)), offset: z.int().min(0) })),
    }),
  ),
})
type Manifest = z.infer<typeof Manifest>
export interface Checkpoint extends Omit<Manifest, 'version' | 'groups'> {
  /** `variables`, `average`, `slots`: one little-endian float32 file each. */
  readonly groups: Readonly<Record<string, Tensors>>
}

const NAME = /^step-(\d+)-(\d+)$/
const nameOf = ({ phase, step }: Pick<Checkpoint, 'phase' | 'step'>): string =>
  `step-${phase}-${String(step).padStart(8, '0')}`

/** Finished checkpoints in a folder, newest first. */
export function listCheckpoints(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => NAME.test(name))
    .sort((a, b) => order(b) - order(a))
    .map((name) => path.join(folder, name))
}
const order = (name: string): number => {
  const [, phase, step] = NAME.exec(name)!
  return Number(phase) * 1e9 + Number(step)
}

/**
 * Writes a checkpoint beside the others and removes all but the newest `keep`. It appears under its name by one rename.
 * @returns its folder
 */
export function writeCheckpoint(folder: string, checkpoint: Checkpoint, keep = 2): string {
  const { groups, ...rest } = checkpoint
  const draft = path.join(folder, `.${process.pid}.tmp`)
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true })
  const described: Manifest['groups'] = {}
  for (const [group, tensors] of Object.entries(groups)) {
    const parts: Buffer[] = []
    let offset = 0
    const index = [...tensors].map(([name, { shape, data }]) => {
      parts.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength))
      const entry = { name, shape: [...shape], offset }
      offset += data.length
      return entry
    })
    const bytes = Buffer.concat(parts)
    writeFileSync(path.join(draft, `${group}.f32`), bytes, { flush: true })
    described[group] = { sha256: sha256(bytes), tensors: index }
  }
  const manifest: Manifest = { version: 1, ...rest, groups: described }
  writeFileSync(path.join(draft, 'manifest.json'), JSON.stringify(manifest), { flush: true })
  const target = path.join(folder, nameOf(checkpoint))
  rmSync(target, { recursive: true, force: true })
  renameSync(draft, target)
  for (const old of listCheckpoints(folder).slice(keep)) rmSync(old, { recursive: true, force: true })
  return target
}

/**
 * Reads one checkpoint, verifying every file.
 * @throws UserFacingError 'integrity' where a file is not what was written, 'conflict' where it belongs to another run
 */
export function readCheckpoint(folder: string, run: string): Checkpoint {
  const damaged = (why: string, cause?: unknown): UserFacingError =>
    new UserFacingError('integrity', `The checkpoint ${path.basename(folder)} is damaged: ${why}.`, {
      subject: folder,
      cause,
    })
  let manifest: Manifest
  try {
    manifest = Manifest.parse(JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')))
  } catch (cause) {
    throw damaged('its manifest cannot be read', cause)
  }
  if (manifest.run !== run)
    throw new UserFacingError(
      'conflict',
      `The run in ${path.dirname(path.dirname(folder))} was started with another recipe or other data; choose another folder for this one.`,
      { subject: folder },
    )
  const groups: Record<string, Tensors> = {}
  for (const [group, { sha256: hash, tensors }] of Object.entries(manifest.groups)) {
    const file = path.join(folder, `${group}.f32`)
    if (!existsSync(file)) throw damaged(`${group}.f32 is not there`)
    const bytes = readFileSync(file)
    if (sha256(bytes) !== hash) throw damaged(`${group}.f32 is not what was written`)
    const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
    groups[group] = new Map(
      tensors.map(({ name, shape, offset }) => {
        const size = shape.reduce((a, b) => a * b, 1)
        if (offset + size > all.length) throw damaged(`${group}.f32 is too short for ${name}`)
        return [name, { shape, data: all.slice(offset, offset + size) }]
      }),
    )
  }
  const { version: _version, groups: _groups, ...rest } = manifest
  return { ...rest, groups }
}

/** The newest checkpoint that is whole, or null; damaged ones are passed over and reported. */
export function newestCheckpoint(folder: string, run: string, damaged: (reason: string) => void): Checkpoint | null {
  for (const each of listCheckpoints(folder))
    try {
      return readCheckpoint(each, run)
    } catch (error) {
      if (!(error instanceof UserFacingError) || error.code !== 'integrity') throw error
      damaged(error.message)
    }
  return null
}
