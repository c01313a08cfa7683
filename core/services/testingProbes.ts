// Probes for slow tests: an enrolled face at whatever size a test wants it.
import { readFileSync } from 'node:fs'
import type { Box, FivePoints } from '../contract/common.ts'
import { nativeSide } from '../images/align.ts'
import { decodeImage } from '../images/decode.ts'
import { encodePng } from '../images/encode.ts'
import { resize } from '../images/resample.ts'
import type { TestApplication } from './testing.ts'

/** An enrolled face: its photograph and its five points. */
export interface Enrolled {
  readonly file: string
  readonly points: FivePoints
}
const pixels = { alignment: 'arcface-112', size: 112 } as const

/** A box about five points. */
function boxOf([left, right, , , mouth]: FivePoints): Box {
  const eyes = right.x - left.x
  return { x: left.x - 0.6 * eyes, y: left.y - 0.8 * eyes, width: 2.2 * eyes, height: 2.6 * (mouth.y - left.y) }
}

/** The face as a probe whose aligned square has about `side` pixels; without one the photograph as it is. */
export async function addProbeOf(
  app: TestApplication,
  caseId: number,
  { file, points: placed }: Enrolled,
  side?: number,
): Promise<{ id: number; nativeSide: number; points: FivePoints; png: Uint8Array<ArrayBuffer> }> {
  const { image } = await decodeImage(new Uint8Array(readFileSync(file)), 'p.jpg')
  const scale = side === undefined ? 1 : side / nativeSide(placed, pixels)
  const [width, height] = [image.width, image.height].map((n) => Math.round(n * scale)) as [number, number]
  const points = placed.map(({ x, y }) => ({
    x: (x * width) / image.width,
    y: (y * height) / image.height,
  })) as unknown as FivePoints
  const png = (await encodePng(resize(image, width, height, 'bicubic'))) as Uint8Array<ArrayBuffer>
  const { id: evidenceId } = await app.call('evidence.add', { caseId, name: `${side ?? 'original'}.png`, bytes: png })
  const made = await app.call('probes.create', { evidenceId, box: boxOf(points), points })
  if (made.state.kind !== 'template') throw new Error(`no template: ${made.state.kind}`)
  return { id: made.id, nativeSide: nativeSide(points, pixels), points, png }
}
