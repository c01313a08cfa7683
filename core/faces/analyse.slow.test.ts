// The shipped detector and recogniser on real photographs (face-api's samples), full size, shrunk, and cut out.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appRoot, resource } from '../base/root.ts'
import { ModelCard } from '../contract/models.ts'
import { decodeImage } from '../images/decode.ts'
import { crop, type Image8 } from '../images/pixels.ts'
import { resize } from '../images/resample.ts'
import { openSession, type OnnxSession } from '../runtime/session.ts'
import { analyse } from './analyse.ts'
import { createDetector, type Detector } from './detect.ts'
import { createRecogniser, type Recogniser } from './embed.ts'
import { iou } from './geometry.ts'

let detector: Detector
let recogniser: Recogniser
let photo: Image8
const sessions: OnnxSession[] = []
/** The five women of sample5.jpg, checked by eye. */
const women = [
  { x: 1400, y: 385, width: 205, height: 286 },
  { x: 592, y: 417, width: 180, height: 249 },
  { x: 373, y: 868, width: 210, height: 300 },
  { x: 1112, y: 210, width: 172, height: 230 },
  { x: 784, y: 105, width: 172, height: 238 },
]

async function open(name: string): Promise<OnnxSession> {
  const session = await openSession(resource('models', name, 'model.onnx'), { threads: 2 })
  sessions.push(session)
  return session
}

beforeAll(async () => {
  detector = createDetector(await open('retinaface-mnet025'))
  const card: unknown = JSON.parse(readFileSync(resource('models', 'dlib-resnet', 'card.json'), 'utf8'))
  recogniser = createRecogniser(await open('dlib-resnet'), ModelCard.parse(card))
  const file = path.join(appRoot, 'node_modules/@vladmandic/face-api/demo/sample5.jpg')
  photo = (await decodeImage(readFileSync(file), 'sample5.jpg')).image
})
afterAll(() => Promise.all(sessions.map((s) => s.release())))

/** How many of the five are among the faces, at this scale of the photograph. */
const found = (faces: { box: (typeof women)[0] }[], scale: number) =>
  women.filter((w) => {
    const box = { x: w.x * scale, y: w.y * scale, width: w.width * scale, height: w.height * scale }
    return faces.some((f) => iou(f.box, box) > 0.4)
  }).length

test('all five at full size, each with a template', async () => {
  const faces = await analyse(photo, { detector, recogniser, maxEnlargement: 1 })
  expect(found(faces, 1)).toBe(5)
  expect(faces.every((f) => f.outcome?.kind === 'template')).toBe(true)
})

test.each([
  [24, 5],
  [16, 4],
  [12, 4],
])('shrunk until faces are %i px high, at least %i of five', async (height, least) => {
  const scale = height / 249
  const small = resize(photo, Math.round(photo.width * scale), Math.round(photo.height * scale), 'bicubic')
  const faces = await analyse(small, { detector, recogniser })
  expect(found(faces, small.width / photo.width)).toBeGreaterThanOrEqual(least)
  expect(faces.every((f) => f.outcome !== null)).toBe(true)
})

test.each([7, 9, 12, 16, 24, 48, 96])(
  'cut out and shrunk to %i px, each is one face with a template',
  async (height) => {
    for (const woman of women) {
      const width = Math.max(4, Math.round((height * woman.width) / woman.height))
      const faces = await analyse(resize(crop(photo, woman), width, height, 'bicubic'), { detector, recogniser })
      expect(faces.map((f) => f.outcome?.kind)).toEqual(['template'])
    }
  },
)
