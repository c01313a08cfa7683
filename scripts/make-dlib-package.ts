// Writes resources/models/dlib-resnet from the weights in @vladmandic/face-api: run again, it writes the same bytes.
import { readFileSync, writeFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import { appRoot, resource } from '../core/base/root.ts'
import { sha256 } from '../core/base/sha256.ts'
import { ModelCard, type PixelContract } from '../core/contract/models.ts'
import { patternImage } from '../core/models/pattern.ts'
import { embedOne } from '../core/models/selfTest.ts'
import { count } from '../core/nets/count.ts'
import { DLIB_MEAN, DLIB_SCALE, DLIB_SIZE, dlibGraph, dlibWeights } from '../core/nets/dlib.ts'
import { toOnnx } from '../core/nets/onnx/lower.ts'
import { openSession } from '../core/runtime/session.ts'

const from = path.join(appRoot, 'node_modules', '@vladmandic', 'face-api', 'model', 'face_recognition_model')
const manifest = JSON.parse(readFileSync(`${from}-weights_manifest.json`, 'utf8')) as Parameters<typeof dlibWeights>[0]
const graph = dlibGraph()
const model = toOnnx(graph, dlibWeights(manifest, readFileSync(`${from}.bin`)), {
  metadata: { source: '@vladmandic/face-api 1.7.15, face_recognition_model', licence: 'see THIRD-PARTY-NOTICES.md' },
})

const pixels: PixelContract = {
  size: DLIB_SIZE,
  channelOrder: 'RGB',
  layout: 'NCHW',
  mean: [...DLIB_MEAN],
  scale: [...DLIB_SCALE],
  resampler: 'vestige-bilinear-warp-1',
  alignment: 'dlib-chip-150',
}
const session = await openSession(model, { threads: 1 })
const embedding = await embedOne(session, patternImage(DLIB_SIZE), pixels)
await session.release()
const { parameters, macs } = count(graph)

/** Printed by bench/nets.ts: size, area, standard error. */
const measured = [
  [112, 0.999, 0.0013],
  [32, 0.9976, 0.002],
  [16, 0.9416, 0.01],
] as const

const card = ModelCard.parse({
  schema: 1,
  name: 'dlib ResNet-29',
  role: 'recogniser',
  version: '1',
  state: 'experimental',
  description:
    'General-purpose recogniser of Davis King, 128 numbers per face, made for high-resolution photographs. Ships as ' +
    'an interim model: it was never trained on very small faces.',
  network: '29 convolutions with scale layers, 150x150 RGB in, 128 out, no normalisation of the output',
  parameters,
  macs,
  sha256: sha256(model),
  embedding: 128,
  pixels,
  trainedOn:
    'About 3 million faces of 7,485 people: FaceScrub, VGG Face and images collected from the internet, cleaned by ' +
    'its author, who avoided people of LFW (statement of the dlib-models repository)',
  recipe:
    'Taken from @vladmandic/face-api 1.7.15 (8-bit weights left as they are), written as ONNX by scripts/make-dlib-package.ts',
  licence: 'Public domain (author of the weights); MIT (package that carries them)',
  source: 'https://github.com/davisking/dlib-models, through npm package @vladmandic/face-api 1.7.15',
  validatedFrom: null,
  measurements: measured.map(([px, value, standardError]) => ({
    what:
      'Area under the ROC curve, aligned LFW photograph shrunk to this size (bicubic, no noise, no compression) ' +
      'against one of 112 px; View 2, fold 1',
    value,
    standardError,
    n: 600,
    resolution: `${px} px`,
    command: 'node bench/nets.ts',
  })),
  limits: [
    'Not trained for low resolution: even on clean, shrunk photographs the area under the ROC curve falls from 0.999 ' +
      'at 112 px to 0.94 at 16 px; footage is worse.',
    'Not validated here and not calibrated: scores are for ordering candidates only.',
    'Cosines of different people lie high (0.83 on average); they are not probabilities.',
    'Trained on photographs of public figures, unevenly by sex, age and origin: error rates differ between groups.',
  ],
  selfTest: { image: 'pattern-1', embedding: [...embedding].map((v) => Number(v.toPrecision(7))) },
})
const folder = resource('models', 'dlib-resnet')
mkdirSync(folder, { recursive: true })
writeFileSync(path.join(folder, 'model.onnx'), model)
const cardFile = path.join(folder, 'card.json')
const style = { ...(await resolveConfig(cardFile)), parser: 'json', plugins: [] }
writeFileSync(cardFile, await format(JSON.stringify(card), style))
console.log(`dlib-resnet: ${model.length} bytes, ${parameters} parameters, SHA-256 ${card.sha256}`)
