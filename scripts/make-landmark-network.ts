// Writes resources/landmarks/landmarks68.onnx from the weights in @vladmandic/face-api: run again, it writes the same bytes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { appRoot, resource } from '../core/base/root.ts'
import { sha256 } from '../core/base/sha256.ts'
import { count } from '../core/nets/count.ts'
import { landmarkGraph, landmarkWeights } from '../core/nets/landmarks68.ts'
import type { Manifest } from '../core/nets/manifest.ts'
import { toOnnx } from '../core/nets/onnx/lower.ts'

const from = path.join(appRoot, 'node_modules', '@vladmandic', 'face-api', 'model', 'face_landmark_68_model')
const manifest = JSON.parse(readFileSync(`${from}-weights_manifest.json`, 'utf8')) as Manifest
const graph = landmarkGraph()
const model = toOnnx(graph, landmarkWeights(manifest, readFileSync(`${from}.bin`)), {
  metadata: { source: '@vladmandic/face-api 1.7.15, face_landmark_68_model', licence: 'see THIRD-PARTY-NOTICES.md' },
})
const file = resource('landmarks', 'landmarks68.onnx')
mkdirSync(path.dirname(file), { recursive: true })
writeFileSync(file, model)
const { parameters, macs } = count(graph)
console.log(`${file}: ${model.length} bytes, ${parameters} parameters, ${macs} MACs, SHA-256 ${sha256(model)}`)
