// A protocol is data: which faces are compared at which sizes and how; its content hash stands in every result.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { resource } from '../base/root.ts'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import { FORMATS } from '../datasets/types.ts'
import { THRESHOLDS } from './verification.ts'

const Kernel = z.enum(['bicubic', 'bilinear'])
const Resolution = z.number().int().min(4).max(1024)
const Rate = z.number().min(0).max(1)

const common = {
  schema: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/),
  title: z.string().min(1).max(200),
  /** Where the protocol is described, and what in it is our own decision. */
  source: z.string().max(2000),
  /** Tables of resources/anchors.json whose rows belong beside the result. */
  anchors: z.array(z.string()).default([]),
  /** How faces are shrunk and enlarged again, 8 bits in between. */
  down: Kernel.default('bicubic'),
  up: Kernel.default('bicubic'),
  /** Blur, noise and JPEG before shrinking, each with probability 0.5, from this seed; null: clean. */
  degraded: z.strictObject({ seed: z.number().int() }).nullable().default(null),
}

export const PairsProtocol = z.strictObject({
  ...common,
  kind: z.literal('pairs'),
  /** folder: Name/Name_0001.jpg and a pairs.txt; pack: an insightface .bin or .npz with its own pairs. */
  layout: z.enum(['folder', 'pack']),
  /** Pairs file inside the folder of faces or beside it, unless --pairs names one. */
  pairs: z.string().max(200).default('pairs.txt'),
  /** Equal parts that a pack's pairs fall into, in file order. */
  packFolds: z.number().int().min(1).max(1000).default(10),
  resolutions: z.array(Resolution).min(1).max(200),
  mode: z.enum(['lr-hr', 'lr-lr']).default('lr-hr'),
  /** 2: each pair counts twice, with either face as the probe. */
  directions: z.union([z.literal(1), z.literal(2)]).default(1),
  threshold: z.enum(THRESHOLDS).default('exact'),
  fars: z.array(Rate).max(20).default([0.001, 0.01, 0.1]),
})
export type PairsProtocol = z.infer<typeof PairsProtocol>

/** Which samples of a dataset; what is not named may be anything. */
export const Filter = z.strictObject({
  split: z.array(z.string()).min(1).optional(),
  camera: z.array(z.string()).min(1).optional(),
  distance: z.array(z.string()).min(1).optional(),
  index: z.array(z.number().int()).min(1).optional(),
})
export type Filter = z.infer<typeof Filter>
/** A native side, or pictures as they are stored. */
const Side = z.union([Resolution, z.literal('native')])
const dataset = {
  /** Layout of the data; found out by looking where it is not named. */
  format: z.enum(FORMATS).optional(),
  /** Pictures that are not square: refused, or stretched to a square. */
  shape: z.enum(['square', 'stretch']).default('square'),
  resolutions: z.array(Side).min(1).max(200),
}

export const IdentificationProtocol = z.strictObject({
  ...common,
  ...dataset,
  kind: z.literal('identification'),
  /** first: one picture of each person, the first in the dataset's order. */
  gallery: Filter.extend({ pick: z.enum(['all', 'first']).default('all') }),
  /** People without probes who are enrolled as well. */
  distractors: Filter.nullable().default(null),
  /** Probes in named groups; pictures of the gallery are never probes. */
  groups: z.array(z.strictObject({ name: z.string().min(1).max(60), probes: Filter })).min(1),
  /** Part of the people: those whose names lie in a range, and drawn parts for comparison. Null: all. */
  people: z
    .strictObject({
      from: z.string(),
      to: z.string(),
      draws: z
        .strictObject({
          count: z.number().int().min(2).max(100),
          size: z.number().int().min(2),
          seed: z.number().int(),
        })
        .nullable(),
    })
    .nullable()
    .default(null),
  ranks: z.array(z.number().int().min(1).max(1000)).min(1).default([1, 5, 10, 20]),
  /** A drawn share of the people leaves the gallery, so that their probes have no mate. */
  openSet: z
    .strictObject({ share: z.number().gt(0).lt(1), seed: z.number().int() })
    .nullable()
    .default(null),
  fpirs: z.array(Rate).max(20).default([0.01, 0.1]),
})
export type IdentificationProtocol = z.infer<typeof IdentificationProtocol>

export const ClassificationProtocol = z.strictObject({
  ...common,
  ...dataset,
  kind: z.literal('classification'),
  train: Filter,
  test: Filter,
  seed: z.number().int().default(1),
})
export type ClassificationProtocol = z.infer<typeof ClassificationProtocol>

export const Protocol = z.discriminatedUnion('kind', [PairsProtocol, IdentificationProtocol, ClassificationProtocol])
export type Protocol = z.infer<typeof Protocol>

/** JSON with sorted keys: the same content gives the same text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value !== null && typeof value === 'object')
    return `{${Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`)
      .join(',')}}`
  return JSON.stringify(value) ?? 'null'
}
/** SHA-256 of the content, whatever the order of its keys. Numbers that are none become null, as JSON writes them. */
export const contentHash = (value: unknown): string => sha256(canonical(value))

/** Folder of the protocols that come with the application. */
export const protocolFolder = (): string => resource('protocols')
export const protocolNames = (): string[] =>
  existsSync(protocolFolder())
    ? readdirSync(protocolFolder())
        .filter((file) => file.endsWith('.json'))
        .map((file) => file.slice(0, -'.json'.length))
        .sort()
    : []

/** @param given name of a shipped protocol, or path of a JSON file @throws UserFacingError */
export function readProtocol(given: string): Protocol {
  const names = protocolNames()
  const file = names.includes(given) ? path.join(protocolFolder(), `${given}.json`) : given
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw new UserFacingError(
      missing ? 'not-found' : 'unreadable-file',
      missing
        ? `There is no protocol "${given}". Name one of ${names.join(', ')}, or a JSON file.`
        : `The protocol "${given}" cannot be read as JSON.`,
      { subject: given, cause },
    )
  }
  return checkProtocol(json, given)
}

/** @throws UserFacingError with the first thing that is wrong */
export function checkProtocol(json: unknown, label: string): Protocol {
  const parsed = Protocol.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new UserFacingError(
    'unreadable-file',
    `The protocol "${label}" is not valid: ${issue?.path.join('.') || 'protocol'}: ${issue?.message ?? 'unknown'}.`,
    { subject: label },
  )
}
