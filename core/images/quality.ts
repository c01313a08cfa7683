// Measures what a face image can bear: facts by component, each with its algorithm and version, never one score.
import type { Box, FivePoints } from '../contract/common.ts'
import type { QualityComponent } from '../contract/probes.ts'
import { nativeSide } from './align.ts'
import { blockiness } from './blockiness.ts'
import { lumaOf, moments } from './luma.ts'
import type { Image8 } from './pixels.ts'
import { poseOf } from './pose.ts'
import { sharpness } from './sharpness.ts'

/** Compression leaves its mark on the neighbourhood, of which a small face alone shows too little. */
const BLOCK_REGION = 96

/** Null for points on one spot. */
function sideOf(points: FivePoints): number | null {
  try {
    return nativeSide(points, { alignment: 'arcface-112', size: 112 })
  } catch {
    return null
  }
}

function atLeast(box: Box, side: number): Box {
  const width = Math.max(box.width, side)
  const height = Math.max(box.height, side)
  return { x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height }
}

/**
 * Facts about one face at its native resolution, before any scaling (components after ISO/IEC 29794-5's approach; the
 * algorithms are our own and named so). A component that cannot be measured (a box outside the image, a region too
 * small, points on one spot) is left out, never guessed.
 *
 * | name | unit | what |
 * |---|---|---|
 * | interEyePx | px | distance of the eye centres |
 * | faceHeightPx | px | height of the box |
 * | nativeSidePx | px | side of the square that becomes an aligned input of 112 px, whole pixels, at least 4 |
 * | sharpness | ratio | variance of the Laplacian / variance of the luma, in the box |
 * | brightness | grey level | mean BT.601 luma in the box, 0..255 |
 * | contrast | grey level | standard deviation of the luma in the box, 0..127.5 |
 * | yaw, pitch, roll | degree | from the five points, see pose.ts |
 * | blockArtefacts | grey level | excess step on the 8-pixel grid in the box and around it (at least 96 px) |
 */
export function measureQuality(image: Image8, box: Box, points: FivePoints): QualityComponent[] {
  const [left, right] = points
  const luma = lumaOf(image, box)
  const around = lumaOf(image, atLeast(box, BLOCK_REGION))
  const pose = poseOf(points)
  const light = luma === null ? null : moments(luma.data)
  const measured: [string, number | null, string, string][] = [
    ['interEyePx', Math.hypot(right.x - left.x, right.y - left.y), 'px', 'eye-centre-distance'],
    ['faceHeightPx', box.height, 'px', 'box-height'],
    ['nativeSidePx', sideOf(points), 'px', 'aligned-square-112'],
    ['sharpness', luma === null ? null : sharpness(luma), 'ratio', 'laplacian-variance-over-variance'],
    ['brightness', light === null ? null : light.mean, 'grey level', 'mean-luma-bt601'],
    ['contrast', light === null ? null : Math.sqrt(light.variance), 'grey level', 'rms-luma-bt601'],
    ['yaw', pose?.yaw ?? null, 'degree', 'five-point-mean-head'],
    ['pitch', pose?.pitch ?? null, 'degree', 'five-point-mean-head'],
    ['roll', pose?.roll ?? null, 'degree', 'five-point-mean-head'],
    ['blockArtefacts', around === null ? null : blockiness(around), 'grey level', 'grid-8-step-excess'],
  ]
  return measured.flatMap(([name, value, unit, algorithm]) =>
    value === null || !Number.isFinite(value) ? [] : [{ name, value, unit, algorithm, version: '1' }],
  )
}
