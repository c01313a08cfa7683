// Table I of WaveResNet (Lu & Ebrahimi, VCIP 2023): wavelet downsampling, degradation, distillation, wavelet similarity.
//
// The paper leaves open the depth, ArcFace's s and m, the temperature and the sizes; see docs/recipes.md.
import { choices, network, phase, steps, term, type RecipeInput, type Row, type Scale, type View } from './parts.ts'

interface Parts {
  readonly wavelet: boolean
  readonly degradation: boolean
  readonly distillation: boolean
  readonly similarity: boolean
}

const paper: Scale = {
  side: 112,
  config: { depth: 50 },
  embedding: 512,
  epochs: 18,
  batch: 128,
  rate: steps(0.1, 10, 13, 16),
  s: 32,
  m: 0.35,
}
/** With a few hundred people and a few hundred steps the paper's margin is never met: it is smaller, and the faces too. */
const small: Scale = {
  side: 32,
  config: { depth: 18, width: 0.25, input: 32, embedding: 128, dropout: 0 },
  embedding: 128,
  epochs: 2,
  batch: 128,
  rate: { kind: 'cosine', init: 0.002, warmup: 20 },
  optimiser: 'adam',
  s: 20,
  m: 0.2,
  start: { epochs: 4, rate: { kind: 'cosine', init: 0.002, warmup: 20 } },
}

function build(row: number, parts: Parts, scale: Scale, isSmall: boolean): RecipeInput {
  const { wavelet, degradation, distillation, similarity } = parts
  const hr: View = { name: 'hr', size: scale.side, flip: 'paired' }
  const lr: View = {
    name: 'lr',
    size: scale.side,
    flip: 'paired',
    ...(degradation ? { degrade: 'surveillance' } : {}),
    resolutions: choices({ 14: 1, 28: 1, 56: 1, 112: 1 }, scale.side),
  }
  const head = { embedding: scale.embedding, margin: 'arcface', s: scale.s, m: scale.m } as const
  const student = [term('arcface', 1, 'classification', { logits: 'hS(student(lr).embedding)' })]
  if (distillation)
    student.push(
      term('kd', 1, 'softTarget', {
        student: 'hS(student(lr).embedding).margin',
        teacher: 'hT(teacher(hr).embedding).margin',
        T: 4,
      }),
    )
  if (similarity)
    student.push(
      term('wave', 0.05, 'waveletSimilarity', {
        student: ['student(lr).s1', 'student(lr).s2'],
        teacher: ['teacher(hr).s1', 'teacher(hr).s2'],
      }),
    )
  const teacherPhase = phase(
    'teacher',
    scale,
    5e-4,
    ['teacher', 'hT'],
    [term('arcface', 1, 'classification', { logits: 'hT(teacher(hr).embedding)' })],
  )
  return {
    schema: 1,
    name: `a-table-1-row-${row}${isSmall ? '-small' : ''}`,
    description: [
      `${wavelet ? 'An IR whose downsampling is the Haar low-pass' : 'A plain IR'} learns people from faces of several sizes`,
      ...(degradation ? ['blurred, noisy and compressed'] : []),
      ...(distillation ? [`with a teacher's soft logits of the sharp face`] : []),
      ...(similarity ? ['and its low frequencies in the first two stages'] : []),
    ]
      .join(', ')
      .concat('.'),
    source: `Lu & Ebrahimi, VCIP 2023 (WaveResNet), Table I, row ${row}${isSmall ? '; scaled down' : ''}`,
    seed: 1,
    views: distillation ? [hr, lr] : [lr],
    models: {
      ...(distillation ? { teacher: network('ir', scale.config) } : {}),
      student: network(wavelet ? 'wave-ir' : 'ir', scale.config),
    },
    heads: { ...(distillation ? { hT: head } : {}), hS: head },
    phases: [...(distillation ? [teacherPhase] : []), phase('student', scale, 1e-4, ['student', 'hS'], student)],
    result: { model: 'student' },
  }
}

const of = (wavelet: boolean, degradation: boolean, distillation: boolean, similarity: boolean): Parts => ({
  wavelet,
  degradation,
  distillation,
  similarity,
})
const rows: readonly Parts[] = [
  of(false, false, false, false),
  of(true, false, false, false),
  of(true, true, false, false),
  of(true, true, true, false),
  of(true, true, true, true),
]

export const rowsOfA: readonly Row[] = rows.map((parts, i) => ({
  file: `table-a1-row-${i + 1}`,
  build: (scale, isSmall) => build(i + 1, parts, scale, isSmall),
  paper,
  small,
  places: [['A-I', i + 1]],
}))
