// A hallucination's pictures in one plane, that of the original: so that one camera shows the same place in all of them.
import type { Box } from '../../../core/contract/common.ts'
import type { Hallucination, HallucinationPart } from '../../../core/contract/hallucinations.ts'
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
 * Where a picture lies. The original's own pixels lie where they were taken from. The network's square was turned upright
 * first: it lies around the same middle, as large as the pixels that went into it.
 */
export function planeOf(part: HallucinationPart, { width, height, region }: Answer, nativeSide: number): Box {
  if (part === 'native') return { x: Math.floor(region.x), y: Math.floor(region.y), width, height }
  return {
    x: region.x + (region.width - nativeSide) / 2,
    y: region.y + (region.height - nativeSide) / 2,
    width: nativeSide,
    height: nativeSide,
  }
}

/** One of the probe's own pictures, which nobody made up. */
export function deliverOwn(part: 'native' | 'bicubic', answer: Answer, of: Hallucination, from: Origin): Delivered {
  const region = planeOf(part, answer, of.nativeSide)
  return {
    pixels: answer,
    region,
    record: imageRecord({
      ...from,
      title: part === 'native' ? 'Native pixels' : 'Bicubic',
      region: answer.region,
      face: null,
      kind: part === 'native' ? 'native' : 'input',
      scale: answer.width / region.width,
      model: null,
    }),
  }
}

export function deliverSynthetic(part: SyntheticPart, answer: Answer, of: Hallucination): Delivered {
  const region = planeOf(part.part, answer, of.nativeSide)
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
