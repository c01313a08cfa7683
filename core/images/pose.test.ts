// Head pose from five points: exact for the mean head, with the standard's signs.
import { describe, expect, test } from 'vitest'
import type { FivePoints } from '../contract/common.ts'
import { poseOf } from './pose.ts'

const radians = Math.PI / 180
const head = [
  [-0.5, 0, 0],
  [0.5, 0, 0],
  [0, -0.585, 0.43],
  [-0.43, -1.02, 0.03],
  [0.43, -1.02, 0.03],
] as const

/** The mean head turned and seen from afar: pixels, y down. */
function seen(yaw: number, pitch: number, roll: number, size = 40): FivePoints {
  const [cy, sy, cp, sp, cr, sr] = [yaw, pitch, roll].flatMap((v) => [Math.cos(v * radians), Math.sin(v * radians)])
  return head.map(([x, y, z]) => {
    const [y1, z1] = [y * cp! - z * sp!, y * sp! + z * cp!]
    const x2 = x * cy! + z1 * sy!
    return { x: 200 + size * (x2 * cr! - y1 * sr!), y: 150 - size * (x2 * sr! + y1 * cr!) }
  }) as unknown as FivePoints
}

describe('the mean head', () => {
  test.each([
    [0, 0, 0],
    [30, 0, 0],
    [-45, 10, 5],
    [15, -20, -30],
    [60, 25, 80],
  ])('yaw %i, pitch %i, roll %i comes back', (yaw, pitch, roll) => {
    const pose = poseOf(seen(yaw, pitch, roll))!
    expect(pose.yaw).toBeCloseTo(yaw, 6)
    expect(pose.pitch).toBeCloseTo(pitch, 6)
    expect(pose.roll).toBeCloseTo(roll, 6)
  })
  test('size does not matter', () => {
    expect(poseOf(seen(20, 5, 3, 4))!.yaw).toBeCloseTo(20, 6)
  })
})

describe('signs of ISO/IEC 19794-5', () => {
  const frontal: FivePoints = [
    { x: 30, y: 40 },
    { x: 70, y: 40 },
    { x: 50, y: 63 },
    { x: 33, y: 80 },
    { x: 67, y: 80 },
  ]
  const withNose = (x: number, y: number) =>
    [...frontal.slice(0, 2), { x, y }, ...frontal.slice(3)] as unknown as FivePoints
  test('a nose nearer the image-right side: the subject looks to the left, yaw > 0', () => {
    expect(poseOf(withNose(58, 63))!.yaw).toBeGreaterThan(5)
  })
  test('a nose nearer the mouth: looking down, pitch > 0', () => {
    expect(poseOf(withNose(50, 69))!.pitch).toBeGreaterThan(poseOf(withNose(50, 57))!.pitch + 10)
  })
  test('image-right eye higher: the head leans to the right shoulder, roll > 0', () => {
    const tilted = frontal.map(({ x, y }) => ({
      x: x + (y - 60) * 0.2,
      y: y - (x - 50) * 0.2,
    })) as unknown as FivePoints
    expect(poseOf(tilted)!.roll).toBeCloseTo(11.31, 1)
  })
})

test('points on one spot or one line have no pose', () => {
  expect(poseOf(head.map(() => ({ x: 1, y: 1 })) as unknown as FivePoints)).toBeNull()
  expect(poseOf(head.map((_, k) => ({ x: k, y: 2 })) as unknown as FivePoints)).toBeNull()
})
