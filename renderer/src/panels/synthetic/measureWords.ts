// What was measured of made-up faces, as the sentence that stands beside every one of them.
import type { IdentityMeasure } from '../../../../core/contract/hallucinations.ts'
import { count } from '../../format/format.ts'

export function measureWords(measure: IdentityMeasure | null): string {
  if (!measure) return 'Not measured at this size.'
  const { resolution, nearerToOther, bicubicNearerToOther, faces } = measure
  return (
    `At ${resolution} px the hallucinated face is nearer to a different person in ${ofHundred(nearerToOther)} of 100 cases ` +
    `(${ofHundred(bicubicNearerToOther)} of 100 for bicubic enlargement); n\u00a0=\u00a0${count(faces)}\u00a0faces.`
  )
}

/** Whole cases of a hundred; what is not none or all is never rounded to it. */
function ofHundred(share: number): string {
  const whole = Math.round(100 * share)
  if (whole === 0 && share > 0) return 'less than 1'
  return whole === 100 && share < 1 ? 'more than 99' : String(whole)
}
