// The student of GDRD (Zhang et al. 2024), which sees faces of 8, 16 or 32 px, and the small networks it is taught with.
//
// "Convolutional layers of ResNet18 with channels of 128, 256, 512 along with ReLU fully-connected layers": no strided
// stem, no pooling, three stages of two basic blocks; the relation modules follow public code of the loss they cite.
import { build } from './build.ts'
import { oneOf, readConfig, whole, type ConfigOf } from './config.ts'
import type { Graph } from './graph.ts'
import { block } from './lrfr.ts'

export const gdrdStudentSettings = {
  /** Side of the square input in pixels; the last map has a quarter of it. */
  input: oneOf([8, 16, 32], 16),
  /** Channels of the first stage; the second has twice, the third four times as many. */
  width: whole(8, 256, 128, 8),
  /** How the last map becomes a vector: as it is, or averaged. */
  head: oneOf(['flatten', 'gap'], 'flatten'),
  /** Of the layer between map and embedding. */
  hidden: whole(8, 4096, 512),
  embedding: whole(8, 4096, 512),
}

/**
 * Taps embedding (linear, no unit length), features (a quarter of the input's side, four times the width) and s1 … s3,
 * of which s3 is features. What is named backbone/… makes the map, head/… the embedding of it. @throws UserFacingError
 */
export function gdrdStudent(config: Partial<ConfigOf<typeof gdrdStudentSettings>> = {}): Graph {
  const { input, width, head, hidden, embedding } = readConfig('gdrd-student', gdrdStudentSettings, config)
  const g = build(`gdrd-student${width === 128 ? '' : `-w${width}`}-${input}px-${head}`)
  let x = g.conv('backbone/stem/conv', g.input([input, input, 3]), { filters: width, kernel: 3, pad: 1 })
  x = g.relu('backbone/stem/act', g.batchNorm('backbone/stem/norm', x))
  let channels = width
  const taps: Record<string, string> = {}
  for (const stage of [1, 2, 3]) {
    const out = width * 2 ** (stage - 1)
    for (const unit of [1, 2]) {
      const id = `backbone/stage${stage}/${unit}`
      x = block(g, x, { id, from: channels, inner: out, out, halves: stage > 1 && unit === 1 })
      channels = out
    }
    taps[`s${stage}`] = x
  }
  const vector = head === 'gap' ? g.globalAvgPool('head/pool', x) : g.flatten('head/flat', x, 'chw')
  const inner = g.relu('head/act', g.dense('head/dense1', vector, { units: hidden }))
  return g.done({ embedding: g.dense('head/dense2', inner, { units: embedding }), features: x, ...taps })
}

export const gdrdRelationSettings = {
  /** Length of the two embeddings. */
  embedding: whole(2, 4096, 512),
  hidden: whole(2, 4096, 256),
  /** Length of the relation. */
  relation: whole(2, 4096, 128),
}

/**
 * The relation of two embeddings a and b, shown as a - b: F = W2 relu(W1 (a - b) + b1) + b2, tap relation; and h of it,
 * dense and of unit length, tap unit. Weights are named f/… and h/…. @throws UserFacingError
 */
export function gdrdRelation(config: Partial<ConfigOf<typeof gdrdRelationSettings>> = {}): Graph {
  const { embedding, hidden, relation } = readConfig('gdrd-relation', gdrdRelationSettings, config)
  const g = build('gdrd-relation')
  const inner = g.relu('f/act', g.dense('f/dense1', g.input([embedding]), { units: hidden }))
  const f = g.dense('f/dense2', inner, { units: relation })
  return g.done({ unit: g.l2Normalise('h/unit', g.dense('h/dense', f, { units: relation })), relation: f })
}

export const gdrdAdapterSettings = {
  /** Side and channels of the student's map. */
  side: whole(1, 64, 4),
  channels: whole(8, 4096, 512),
  /** Its map is averaged over squares of that side, until it has the side of the teacher's. */
  pool: whole(1, 16, 1),
  /** Channels of the teacher's map. */
  filters: whole(1, 4096, 512),
}

/** Average pooling and a 1x1 convolution: a student's map in the shape of a teacher's; tap features. @throws UserFacingError */
export function gdrdAdapter(config: Partial<ConfigOf<typeof gdrdAdapterSettings>> = {}): Graph {
  const { side, channels, pool, filters } = readConfig('gdrd-adapter', gdrdAdapterSettings, config)
  const g = build('gdrd-adapter')
  const map = g.input([side, side, channels])
  const pooled = pool === 1 ? map : g.avgPool('pool', map, { kernel: pool })
  return g.done({ features: g.conv('conv', pooled, { filters, kernel: 1, bias: true }) })
}
