// Tables 4, 5 and 6 of LRFR (Ling et al., AAAI-23 workshop): sizes of the small copy, distance of the pair, its weight.
import {
  choices,
  network,
  phase,
  steps,
  term,
  type Place,
  type RecipeInput,
  type Row,
  type Scale,
  type View,
} from './parts.ts'

/** Weights of the small copy's sizes; null: large faces alone. */
type Sizes = Readonly<Record<number, number>> | null
interface Distance {
  readonly fn: 'logExp' | 'lpDistance'
  readonly p: 1 | 2
  readonly weight: number
}
const AUG: Sizes = { 14: 1 }
const MAUG: Sizes = { 7: 1, 14: 1, 20: 2 }
const PAUG: Sizes = { 7: 1, 14: 1, 28: 1, 56: 1 }
const ours = (p: 1 | 2, weight = 1): Distance => ({ fn: 'logExp', p, weight })
const plain = (p: 1 | 2): Distance => ({ fn: 'lpDistance', p, weight: 1 })

const paper: Scale = {
  side: 112,
  config: { depth: 34 },
  embedding: 512,
  epochs: 28,
  batch: 256,
  rate: steps(0.1, 16, 24),
  s: 48,
  m: 0.4,
}
/** MS1M with ResNet-50, of which the paper has results but no ablation. */
const ms1m: Scale = { ...paper, config: { depth: 50 }, epochs: 16, rate: steps(0.01, 8, 12) }
/** All rows go on from the same network for large faces: two minutes from random weights teach too little to compare. */
const small: Scale = {
  side: 32,
  config: { depth: 18, width: 0.25, input: 32, embedding: 128, dropout: 0 },
  embedding: 128,
  epochs: 1.5,
  batch: 128,
  rate: { kind: 'cosine', init: 0.03 },
  s: 20,
  m: 0.2,
  start: { epochs: 4, rate: { kind: 'cosine', init: 0.1, final: 0.03, warmup: 20 } },
}

const ratio = (sizes: NonNullable<Sizes>): string =>
  `${Object.keys(sizes).join('/')} px in the ratio ${Object.values(sizes).join(':')}`

function build(file: string, sizes: Sizes, distance: Distance | null, scale: Scale, isSmall: boolean): RecipeInput {
  const hr: View = { name: 'hr', size: scale.side, flip: 'independent' }
  const lr: View = {
    name: 'lr',
    size: scale.side,
    flip: 'independent',
    resolutions: choices(sizes ?? { [scale.side]: 1 }, scale.side),
  }
  const cosface = (view: string, weight: number) =>
    term(`cosface-${view}`, weight, 'classification', { logits: `head(student(${view}).embedding)` })
  const terms = sizes ? [cosface('hr', 0.5), cosface('lr', 0.5)] : [cosface('hr', 1)]
  if (distance)
    terms.push(
      term('distance', distance.weight, distance.fn, {
        x: 'student(hr).embedding',
        y: 'student(lr).embedding',
        p: distance.p,
      }),
    )
  const which = distance && `${distance.fn === 'logExp' ? 'LogExp' : `L${distance.p}`}`
  return {
    schema: 1,
    name: `c-${file}${isSmall ? '-small' : ''}`,
    description:
      (sizes
        ? `One ResNet learns people from large faces and from copies of ${ratio(sizes)}`
        : 'A ResNet learns people from large faces alone') +
      (distance
        ? `; the ${which} distance (p = ${distance.p}, weight ${distance.weight}) pulls the two embeddings together.`
        : '.'),
    source: `Ling et al., AAAI-23 workshop (LRFR), ${file.startsWith('ms1m') ? 'ResNet-50 on MS1M' : `Table ${file[7]}`}${isSmall ? '; scaled down' : ''}`,
    seed: 1,
    views: sizes ? [hr, lr] : [hr],
    models: { student: network('lrfr-resnet', scale.config) },
    heads: { head: { embedding: scale.embedding, margin: 'cosface', s: scale.s, m: scale.m } },
    phases: [
      ...(scale.start
        ? [phase('start', { ...scale, ...scale.start }, 5e-4, ['student', 'head'], [cosface('hr', 1)])]
        : []),
      phase('train', scale, 5e-4, ['student', 'head'], terms),
    ],
    result: { model: 'student' },
  }
}

const row = (file: string, sizes: Sizes, distance: Distance | null, ...places: Place[]): Row => ({
  file,
  build: (scale, isSmall) => build(file, sizes, distance, scale, isSmall),
  paper: file.startsWith('ms1m') ? ms1m : paper,
  small,
  places,
})
const lambda = (n: number, weight: number): Row => row(`table-c5-row-${n}`, MAUG, ours(1, weight), ['C-5', n])
const mixed = (n: number, sizes: Sizes): Row => row(`table-c6-row-${n}`, sizes, ours(1), ['C-6', n])

/** A row that stands in several tables is one file, named after the first. */
export const rowsOfC: readonly Row[] = [
  row('table-c4-row-1', null, null, ['C-4', 1], ['C-6', 1]),
  row('table-c4-row-2', AUG, null, ['C-4', 2]),
  row('table-c4-row-3', MAUG, null, ['C-4', 3], ['C-6', 2]),
  row('table-c4-row-4', PAUG, ours(1), ['C-4', 4]),
  row('table-c4-row-5', AUG, plain(1), ['C-4', 5]),
  row('table-c4-row-6', AUG, ours(1), ['C-4', 6]),
  row('table-c4-row-7', MAUG, ours(1), ['C-4', 7], ['C-5', 2], ['C-6', 9]),
  row('table-c4-row-8', AUG, plain(2), ['C-4', 8]),
  row('table-c4-row-9', AUG, ours(2), ['C-4', 9]),
  row('table-c4-row-10', MAUG, ours(2), ['C-4', 10]),
  lambda(1, 0.1),
  lambda(3, 3),
  lambda(4, 5),
  lambda(5, 7),
  lambda(6, 10),
  mixed(3, { 7: 1, 14: 1 }),
  mixed(4, { 14: 1, 20: 1 }),
  mixed(5, { 7: 1, 20: 1 }),
  mixed(6, { 7: 1, 14: 1, 20: 1 }),
  mixed(7, { 7: 1, 14: 2, 20: 1 }),
  mixed(8, { 7: 2, 14: 1, 20: 1 }),
  row('ms1m-resnet-50', MAUG, ours(1), ['C-1', 11], ['C-3', 10]),
  // Not in the paper: L1 and L2 with its own mix of sizes, so that LogExp is compared with nothing else changed.
  row('maug-l1', MAUG, plain(1)),
  row('maug-l2', MAUG, plain(2)),
]
