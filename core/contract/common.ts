// Shapes that several domains share: identifiers, times, hashes, geometry, pixels.
import { z } from 'zod'

export const Id = z.number().int().positive().max(Number.MAX_SAFE_INTEGER)
/** ISO 8601 in UTC with milliseconds, e.g. 2026-11-22T10:15:00.000Z. */
export const Time = z.iso.datetime()
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)
export const Name = z.string().trim().min(1).max(200)
export const Note = z.string().max(20_000)
export const FileName = z.string().min(1).max(1000)
/** Bytes; travel as binary, never as text. */
export const Bytes = z.instanceof(Uint8Array)
export const Page = {
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(10_000).default(200),
}

/** Coordinates are pixels of the oriented original; pixel centres lie at +0.5; may lie outside the image. */
const Coordinate = z.number().min(-1e6).max(1e6)
export const Box = z.object({
  x: Coordinate,
  y: Coordinate,
  width: z.number().positive().max(1e6),
  height: z.number().positive().max(1e6),
})
export type Box = z.infer<typeof Box>
export const Point = z.object({ x: Coordinate, y: Coordinate })
export type Point = z.infer<typeof Point>
/** Image-left eye, image-right eye, nose tip, image-left mouth corner, image-right mouth corner. */
export const FivePoints = z.tuple([Point, Point, Point, Point, Point])
export type FivePoints = z.infer<typeof FivePoints>

/** Raw 8-bit sRGB pixels, row by row, four bytes each (alpha last). */
export const Rgba = z.object({
  width: z.number().int().min(1).max(16_384),
  height: z.number().int().min(1).max(16_384),
  data: Bytes,
})
export type Rgba = z.infer<typeof Rgba>

export const Sex = z.enum(['female', 'male', 'unknown'])
