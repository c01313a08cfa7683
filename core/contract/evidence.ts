// Evidence: originals exactly as they were handed in, and what was found out at import.
import { z } from 'zod'
import { Bytes, FileName, Id, Rgba, Sha256, Time } from './common.ts'
import { calls } from './define.ts'

export const ImportFacts = z.object({
  format: z.string(),
  /** Pixels of the oriented image. */
  width: z.number().int(),
  height: z.number().int(),
  /** EXIF orientation 1..8 that was applied. */
  orientation: z.number().int().min(1).max(8),
  bitDepth: z.number().int(),
  colour: z.string(),
  /** ICC profile's description, where there was one; pixels are converted to sRGB. */
  icc: z.string().nullable(),
  frames: z.number().int(),
  /** EXIF as name → printable value. */
  exif: z.record(z.string(), z.string()),
  /** Sentences the person should read, e.g. "animated: the first of 12 frames is used". */
  warnings: z.array(z.string()),
})
export type ImportFacts = z.infer<typeof ImportFacts>

export const Evidence = z.object({
  id: Id,
  caseId: Id,
  name: FileName,
  sha256: Sha256,
  bytes: z.number().int(),
  facts: ImportFacts,
  addedAt: Time,
  addedBy: z.string(),
  /** Taken out of sight by the analyst; the original stays. */
  excludedAt: Time.nullable(),
  /** null until detection ran. */
  detectedAt: Time.nullable(),
  probeCount: z.number().int(),
  /** An earlier evidence item of this case with the same bytes. */
  duplicateOf: Id.nullable(),
})
export type Evidence = z.infer<typeof Evidence>

export const evidenceCalls = calls({
  'evidence.list': { in: z.object({ caseId: Id }), out: z.array(Evidence) },
  'evidence.add': { in: z.object({ caseId: Id, name: FileName, bytes: Bytes }), out: Evidence },
  'evidence.exclude': { in: z.object({ id: Id }), out: Evidence },
  'evidence.restore': { in: z.object({ id: Id }), out: Evidence },
  /** The oriented image for the screen, at most maxSide on its longer side; never enlarged. scale = shown / original. */
  'evidence.view': {
    in: z.object({ id: Id, maxSide: z.number().int().min(16).max(8192).default(2048) }),
    out: Rgba.extend({ scale: z.number() }),
  },
  /** WebP thumbnail. */
  'evidence.thumbnail': { in: z.object({ id: Id }), out: z.object({ type: z.string(), bytes: Bytes }) },
  /** The untouched original, checked against its hash. */
  'evidence.original': { in: z.object({ id: Id }), out: z.object({ name: FileName, bytes: Bytes, sha256: Sha256 }) },
})
