// Guesses what pixels a recogniser wants, and says why: the file states its size, conventions say the rest.
import { UserFacingError } from '../contract/errors.ts'
import type { PixelContract } from '../contract/models.ts'
import { DLIB_MEAN, DLIB_SCALE, DLIB_SIZE } from '../nets/dlib.ts'
import type { OnnxFacts } from '../nets/onnx/check.ts'
import { ownNormalisation } from './normalisation.ts'

type Triple = [number, number, number]
const same = (v: number): Triple => [v, v, v]
/** Mean and deviation of ImageNet's colours in 0..1 (torchvision), times 255. */
const IMAGENET_MEAN: Triple = [0.485 * 255, 0.456 * 255, 0.406 * 255]
const IMAGENET_DEVIATION: Triple = [0.229 * 255, 0.224 * 255, 0.225 * 255]

export interface Guess {
  pixels: PixelContract
  /** One sentence for each part. */
  reasons: string[]
}

interface Convention {
  channelOrder: 'RGB' | 'BGR'
  mean: Triple
  scale: Triple
  reason: string
}

/** Conventions of known families, the most telling first. @param embedding length of the output */
function convention(hint: string, size: number, embedding: number): Convention {
  const rgb = (mean: Triple, scale: Triple, reason: string): Convention => ({
    channelOrder: 'RGB',
    mean,
    scale,
    reason,
  })
  if (/facex|face-x/.test(hint))
    return {
      channelOrder: 'BGR',
      mean: same(127.5),
      scale: same(128),
      reason: 'The name points to FaceX-Zoo, whose models take BGR pixels as (pixel - 127.5) / 128.',
    }
  if (size === DLIB_SIZE && embedding === 128)
    return rgb(
      [...DLIB_MEAN],
      [...DLIB_SCALE],
      "150 px and 128 numbers are dlib's: RGB minus its mean colour, over 255.",
    )
  if (/mobilefacenet/.test(hint) && embedding === 128)
    return rgb(
      IMAGENET_MEAN,
      IMAGENET_DEVIATION,
      "A MobileFaceNet of 128 numbers: the public one takes RGB with ImageNet's mean and deviation.",
    )
  if (size === 160)
    return rgb(same(127.5), same(128), '160 px is the size of FaceNet models: RGB as (pixel - 127.5) / 128.')
  return rgb(
    same(127.5),
    same(127.5),
    /arcface|insightface|glint|webface|w600k|buffalo|ms1m|r50|r100|iresnet|antelope/.test(hint)
      ? 'The name points to ArcFace (insightface), whose models take RGB as (pixel - 127.5) / 127.5.'
      : 'Nothing in the file says how pixels are scaled; most ArcFace-style models take RGB as (pixel - 127.5) / 127.5.',
  )
}

/**
 * @param embedding length of the output, from the file or from a run
 * @throws UserFacingError 'wrong-model' where the declared input is no square
 */
export function guessPixels(facts: OnnxFacts, fileName: string, embedding: number): Guess {
  const reasons: string[] = []
  const [, second, third, fourth] = facts.inputShape
  const layout = fourth === 3 && second !== 3 ? 'NHWC' : 'NCHW'
  const [height, width] = layout === 'NCHW' ? [third, fourth] : [second, third]
  const stated = [height, width].filter((d): d is number => typeof d === 'number' && d > 0)
  if (stated.length === 2 && height !== width)
    throw new UserFacingError(
      'wrong-model',
      `${fileName} takes images of ${width} x ${height} px; only square ones are supported.`,
      {
        subject: fileName,
      },
    )
  const size = stated[0] ?? 112
  reasons.push(
    stated.length
      ? `The file declares an input of ${size} x ${size} px.`
      : 'The file leaves the size open; 112 px is what most recognisers take.',
    layout === 'NHWC' ? 'The colour channels come last in its input.' : 'The colour channels come first in its input.',
  )
  const { model } = facts
  const hint = [fileName, model.graph.name, model.producer, ...Object.values(model.metadata)].join(' ').toLowerCase()
  const { channelOrder, mean, scale, reason } = convention(hint, size, embedding)
  const own = ownNormalisation(model, facts.inputName)
  reasons.push(
    own
      ? `The network itself subtracts ${shown(own.subtract)} and multiplies with ${shown(own.factor)}, so pixels go in as 0 to 255.`
      : reason,
  )
  const alignment = size === DLIB_SIZE ? 'dlib-chip-150' : 'arcface-112'
  reasons.push(
    alignment === 'dlib-chip-150'
      ? "150 px is dlib's padded face chip."
      : "Faces are aligned to ArcFace's five points, which most recognisers were trained with.",
    `Its output has ${embedding} numbers.`,
  )
  const pixels: PixelContract = {
    size,
    channelOrder,
    layout,
    mean: own ? same(0) : mean,
    scale: own ? same(1) : scale,
    resampler: 'vestige-bilinear-warp-1',
    alignment,
  }
  return { pixels, reasons }
}

const shown = (values: number[]): string =>
  [...new Set(values.map((v) => Number(v.toPrecision(5))))].map(String).join(', ')
