// Cut-outs: one face in any case, with the detector's points where they say more than the cut-out's shape does.
import { describe, expect, test } from 'vitest'
import { blank } from '../images/pixels.ts'
import { templatePoints } from '../images/align.ts'
import { mapPoints, type Detection } from './geometry.ts'
import { expectedPoints, tightCrop } from './tightCrop.ts'

const seen = (width: number, height: number, share: number, shift = 0): Detection => ({
  box: { x: (width * (1 - share)) / 2, y: (height * (1 - share)) / 2, width: width * share, height: height * share },
  points: mapPoints(expectedPoints(blank(width, height)), (p) => ({ x: p.x + shift, y: p.y })),
  score: 0.9,
})

describe('a cut-out in which nothing is seen', () => {
  test.each([7, 12, 112, 200])('is one face as a whole, aligned as recognisers align, at %i px', (size) => {
    const face = tightCrop(blank(size, size), [])!
    expect(face).toMatchObject({ boxBy: 'tight-crop', pointsBy: 'tight-crop', score: null })
    expect(face.box).toEqual({ x: 0, y: 0, width: size, height: size })
    // template points are pixel indices; the contract's pixel centres lie at +0.5
    const eye = templatePoints('arcface-112', 112)[0]
    expect(face.points[0].x).toBeCloseTo(((eye.x + 0.5) * size) / 112, 9)
  })

  test('taller than wide has its points where a detector’s box has them', () => {
    const [left, right, , mouth] = tightCrop(blank(30, 40), [])!.points
    expect(left.y / 40).toBeCloseTo(0.41, 2)
    expect((right.x - left.x) / 30).toBeCloseTo(0.38, 2)
    expect(mouth.y / 40).toBeCloseTo(0.7, 2)
  })

  test('larger than any tight crop, or shaped like a figure, is no face', () => {
    expect(tightCrop(blank(201, 201), [])).toBeNull()
    expect(tightCrop(blank(40, 90), [])).toBeNull()
  })
})

describe('a cut-out in which a face is seen', () => {
  test('near the aligned points is taken for an aligned crop: its own points are exact', () => {
    const face = tightCrop(blank(20, 20), [seen(20, 20, 0.9, 0.5)])!
    expect(face).toMatchObject({ pointsBy: 'tight-crop', score: 0.9 })
    expect(face.points).toEqual(expectedPoints(blank(20, 20)))
  })

  test('elsewhere keeps the points that were seen', () => {
    const detection = seen(20, 20, 0.6, 3)
    expect(tightCrop(blank(20, 20), [detection])).toMatchObject({
      box: detection.box,
      points: detection.points,
      boxBy: 'detector',
      pointsBy: 'detector',
    })
  })

  test('that fills it is as high as the cut-out: no 7 px crop is lost for a box of 6', () => {
    const face = tightCrop(blank(6, 7), [seen(6, 7, 1)])!
    expect(face.box.height).toBe(7)
  })

  test('that is small beside it is a scene, and left to the detector', () => {
    expect(tightCrop(blank(100, 100), [seen(100, 100, 0.3)])).toBeNull()
  })

  test('with points outside the cut-out is not believed', () => {
    const face = tightCrop(blank(9, 11), [seen(9, 11, 0.9, 8)])
    expect(face).toMatchObject({ pointsBy: 'tight-crop', score: null })
  })

  test('lower than any usable face is not believed', () => {
    expect(tightCrop(blank(14, 14), [seen(14, 14, 0.4)])).toMatchObject({ pointsBy: 'tight-crop', score: null })
  })
})
