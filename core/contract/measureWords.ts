// What was measured of made-up faces, as the sentence that stands beside every one of them.
import type { IdentityMeasure } from './hallucinations.ts'

/** Of the measurement at the size nearest to the probe's. */
export function measureWords(measure: IdentityMeasure | null): string {
  if (!measure) return 'Not measured at this size.'
  const { resolution, nearerToOther, bicubicNearerToOther, faces, judge } = measure
  return (
    `At ${resolution} px the hallucinated face is nearer to a different person in ${ofHundred(nearerToOther)} of 100 cases ` +
    `(${ofHundred(bicubicNearerToOther)} of 100 for bicubic enlargement); n\u00a0=\u00a0${grouped(faces)}\u00a0faces, by ${judge}.`
  )
}

/**
 * What the spread is worth: how much samples differ beside how wrong they are.
 * @param spread mean standard deviation over the samples, in 8-bit steps
 */
export function spreadWords(spread: number, measure: IdentityMeasure | null): string {
  const differ = `On average they differ by ${spread.toFixed(1)} of 255 steps`
  return measure ? `${differ}; at this size they are wrong by ${measure.error.toFixed(0)}.` : `${differ}.`
}

/** Whole cases of a hundred; what is not none or all is never rounded to it. */
function ofHundred(share: number): string {
  const whole = Math.round(100 * share)
  if (whole === 0 && share > 0) return 'less than 1'
  return whole === 100 && share < 1 ? 'more than 99' : String(whole)
}

const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, '\u202f')
