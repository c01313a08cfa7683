// Measures what a face image can bear: facts by component, each with its algorithm and version, never one score.
import type { Box, FivePoints } from '../contract/common.ts'
import type { QualityComponent } from '../contract/probes.ts'
import type { Image8 } from './pixels.ts'

/** Facts about one face at its native resolution. */
export function measureQuality(_image: Image8, box: Box, points: FivePoints): QualityComponent[] {
  const [left, right] = points
  return [
    {
      name: 'interEyePx',
      value: Math.hypot(right.x - left.x, right.y - left.y),
      unit: 'px',
      algorithm: 'eye-distance',
      version: '1',
    },
    { name: 'faceHeightPx', value: box.height, unit: 'px', algorithm: 'box-height', version: '1' },
  ]
}
