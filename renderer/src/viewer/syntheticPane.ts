// A hallucination's pictures in one plane, that of the original: so that one camera shows the same place in all of them.
import type { Box } from '../../../core/contract/common.ts'
import type { Hallucination } from '../../../core/contract/hallucinations.ts'
import type { CallOutput } from '../../../core/contract/index.ts'
import type { Delivered } from './picture.ts'
import { imageRecord, type ImageRecord } from './record.ts'
import { partTitle, type SyntheticPart } from './shownFace.ts'

type Answer = CallOutput<'hallucinations.view'>
/** File and hash of the original, where the caller has them. */
export interface Origin {
  readonly file: string
  readonly sha256: string | null
}

/**
 * Where the network's square lies. It was turned upright, and is given around the middle of its bounds in the original,
 * as large as the pixels that went into it. The original's own pixels stay where they are, unturned.
 */
export function planeOf(bounds: Box, nativeSide: number): Box {
  return {
    x: bounds.x + (bounds.width - nativeSide) / 2,
    y: bounds.y + (bounds.height - nativeSide) / 2,
    width: nativeSide,
    height: nativeSide,
  }
}

/** One of the probe's own pictures, which nobody made up. */
export function deliverOwn(part: 'native' | 'bicubic', answer: Answer, of: Hallucination, from: Origin): Delivered {
  const region = part === 'native' ? answer.region : planeOf(answer.region, of.nativeSide)
  const record: ImageRecord = {
    ...from,
    title: part === 'native' ? 'Native pixels' : 'Bicubic',
    region: answer.region,
    face: null,
    kind: part === 'native' ? 'native' : 'input',
    scale: answer.width / region.width,
    model: null,
  }
  return { pixels: answer, region, record: imageRecord(record) }
}

export function deliverSynthetic(part: SyntheticPart, answer: Answer, of: Hallucination): Delivered {
  const region = planeOf(answer.region, of.nativeSide)
  const record: ImageRecord = {
    title: partTitle(part, of.samples),
    file: `made up by ${of.model} with seed ${of.seed}`,
    sha256: null,
    region: null,
    face: null,
    kind: 'synthetic',
    scale: answer.width / region.width,
    model: { name: of.model, sha256: of.modelHash },
  }
  return { pixels: answer, region, record: imageRecord(record) }
}
