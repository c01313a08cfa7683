// GDRD (Zhang et al. 2024): a backbone that follows a generative teacher, then a head that follows a discriminative one.
import { network, phase, steps, term, type Place, type RecipeInput, type Row, type Scale, type View } from './parts.ts'

/** Networks of the two sizes; the paper's side is that of its small faces. */
const SIDE = 16
const paper: Scale = {
  side: SIDE,
  config: { input: SIDE },
  embedding: 512,
  epochs: 30,
  batch: 96,
  rate: steps(0.05, 15, 25),
  s: 30,
  m: 0,
}
const small: Scale = {
  side: SIDE,
  config: { input: SIDE, width: 32, hidden: 128, embedding: 128 },
  embedding: 128,
  epochs: 4,
  batch: 96,
  rate: { kind: 'cosine', init: 0.002, warmup: 20 },
  optimiser: 'adam',
  s: 30,
  m: 0,
}
const DECAY = 5e-4

type Term = ReturnType<typeof term>
type Models = RecipeInput['models']
type Heads = NonNullable<RecipeInput['heads']>

const lr: View = { name: 'lr', size: SIDE, from: 112, flip: 'paired' }
/** Large faces, for the discriminative teacher. */
const hr: View = { name: 'hr', size: 112, flip: 'paired' }
/** The small face as large as the generative teacher's own faces. */
const enlarged: View = {
  name: 'enlarged',
  size: 64,
  from: 112,
  flip: 'paired',
  resolutions: { kind: 'choices', choices: [{ r: SIDE, p: 1 }] },
}

interface Parts {
  /** Backbone by regression of the generative teacher's maps, then frozen. */
  readonly generative: boolean
  /** Relations and soft logits of the discriminative teacher. */
  readonly discriminative: boolean
  /** Faces are made large by the generative model first, and recognised without any teacher. */
  readonly superResolved?: boolean
}

const last = ({ config }: Scale): number => 4 * (typeof config['width'] === 'number' ? config['width'] : 128)
/** Channels of the generative teacher's map, 4 x 4. */
const FEATURES = 512

/** What the regression compares; where the shapes differ a 1x1 convolution stands between them. */
function regression(scale: Scale): { models: Models; train: string[]; terms: Term[] } {
  const own = 'student(lr).features'
  const fits = last(scale) === FEATURES
  return {
    models: {
      generative: { kind: 'onnx', role: 'generative', standardise: true },
      ...(fits ? {} : { adapter: network('gdrd-adapter', { channels: last(scale), filters: FEATURES }) }),
    },
    train: ['student/backbone', ...(fits ? [] : ['adapter'])],
    terms: [
      term('generative', 1, 'meanSquare', {
        x: fits ? own : `adapter(${own}).features`,
        y: 'generative(enlarged).features',
      }),
    ],
  }
}

/** Classes, soft logits and relations, with the weights of the paper. */
function distillation(scale: Scale): { models: Models; heads: Heads; train: string[]; terms: Term[] } {
  const { embedding, s } = scale
  const relation = network('gdrd-relation', { embedding })
  return {
    models: {
      teacher: { kind: 'onnx', role: 'teacher', mirrored: true },
      ofTeacher: relation,
      mixed: relation,
    },
    heads: { hT: { embedding, margin: 'none', s, m: 0 } },
    train: ['ofTeacher', 'mixed'],
    terms: [
      term('kd', 0.25, 'softTarget', {
        student: 'softmax(student(lr).embedding)',
        teacher: 'hT(teacher(hr).embedding)',
        T: 4,
      }),
      term('relational', 4, 'relational', {
        student: 'student(lr).embedding',
        teacher: 'teacher(hr).embedding',
        ofTeacher: 'ofTeacher',
        mixed: 'mixed',
        tau: 0.4,
        nOverM: 0.5,
      }),
    ],
  }
}

const sentence = ({ generative, discriminative }: Parts): string =>
  `A network for faces of 16 px ${
    generative
      ? "whose backbone first learns a generative teacher's features of the enlarged face, without names, and is then frozen; its head learns people"
      : 'learns people, all of it at once'
  }${discriminative ? ", and how they differ in a discriminative teacher's eyes" : ''}.`

function build(file: string, parts: Parts, scale: Scale, isSmall: boolean): RecipeInput {
  const { generative, discriminative } = parts
  const { embedding, s } = scale
  const gen = generative ? regression(scale) : null
  const dis = discriminative ? distillation(scale) : null
  const classes = [
    term('classes', 1, 'classification', { logits: 'softmax(student(lr).embedding)' }),
    ...(dis?.terms ?? []),
  ]
  const head = phase(
    'head',
    scale,
    DECAY,
    [generative ? 'student/head' : 'student', 'softmax', ...(dis?.train ?? [])],
    classes,
  )
  return {
    schema: 1,
    name: `d-${file}${isSmall ? '-small' : ''}`,
    description: sentence(parts),
    source: `Zhang et al. 2024 (GDRD), eq. 1-4${isSmall ? '; scaled down' : ''}`,
    seed: 7,
    views: [lr, ...(dis ? [hr] : []), ...(gen ? [enlarged] : [])],
    models: { ...gen?.models, ...dis?.models, student: network('gdrd-student', scale.config) },
    heads: { ...dis?.heads, softmax: { embedding, margin: 'linear', s, m: 0 } },
    ...(gen ? { remember: 'float32' } : {}),
    phases: [
      // The teacher knows other people: a head on its fixed embeddings gives the logits that are distilled.
      ...(dis
        ? [
            phase(
              'teacher-head',
              { ...scale, epochs: isSmall ? 4 : 10, rate: isSmall ? scale.rate : steps(0.05, 5, 8) },
              DECAY,
              ['hT'],
              [term('teacher', 1, 'classification', { logits: 'hT(teacher(hr).embedding)' })],
            ),
          ]
        : []),
      ...(gen ? [phase('backbone', scale, DECAY, gen.train, gen.terms)] : []),
      generative ? { ...head, batchNorm: 'frozen' } : head,
    ],
    result: { model: 'student' },
  }
}

/** Super-resolution instead of distillation: a network of large faces learns people from made-up ones. */
function superResolved(scale: Scale, isSmall: boolean): RecipeInput {
  const { embedding, s } = scale
  const config = { depth: 18, input: 64, embedding, dropout: 0, ...(isSmall ? { width: 0.25 } : {}) }
  return {
    schema: 1,
    name: `d-sr${isSmall ? '-small' : ''}`,
    description:
      'A network for faces of 64 px learns people, without a teacher, from what a generative model makes of faces of 16 px.',
    source: `Zhang et al. 2024 (GDRD), Figure 3, SR${isSmall ? '; scaled down' : ''}`,
    seed: 7,
    views: [enlarged],
    models: { faces: { kind: 'onnx', role: 'faces' }, student: network('lrfr-resnet', config) },
    heads: { softmax: { embedding, margin: 'linear', s, m: 0 } },
    remember: 'float16',
    phases: [
      phase(
        'train',
        scale,
        DECAY,
        ['student', 'softmax'],
        [term('classes', 1, 'classification', { logits: 'softmax(student(faces(enlarged).image).embedding)' })],
      ),
    ],
    result: { model: 'student' },
  }
}

const row = (file: string, parts: Parts, ...places: Place[]): Row => ({
  file,
  build: (scale, isSmall) => (parts.superResolved ? superResolved(scale, isSmall) : build(file, parts, scale, isSmall)),
  paper,
  small,
  places,
})

/** What a finished student learns of a new set of faces; it takes the package by `--role start`. */
function tuned(
  file: string,
  about: string,
  train: string[],
  { epochs, rate }: Pick<Scale, 'epochs' | 'rate'>,
  place: Place,
): Row {
  const large: Scale = { ...paper, epochs, rate }
  return {
    file,
    paper: large,
    small: { ...large, config: small.config, embedding: small.embedding },
    places: [place],
    build: (scale, isSmall) => {
      const { embedding, s } = scale
      const terms = [term('classes', 1, 'classification', { logits: 'softmax(student(lr).embedding)' })]
      const only = phase('tune', scale, DECAY, train, terms)
      const whole = train.includes('student')
      return {
        schema: 1,
        name: `d-${file}${isSmall ? '-small' : ''}`,
        description: about,
        source: `Zhang et al. 2024 (GDRD), ${whole ? 'Table 3' : 'Table 2'}${isSmall ? '; scaled down' : ''}`,
        seed: 7,
        views: [lr],
        models: { student: network('gdrd-student', scale.config, 'start') },
        heads: { softmax: { embedding, margin: 'linear', s, m: 0 } },
        ...(whole ? {} : { remember: 'float32' }),
        phases: [whole ? only : { ...only, batchNorm: 'frozen' }],
        result: { model: 'student' },
      }
    },
  }
}

export const rowsOfD: readonly Row[] = [
  row('without-distillation', { generative: false, discriminative: false }, ['D-5', 1]),
  row('sr', { generative: false, discriminative: false, superResolved: true }, ['D-5', 2]),
  row('gen', { generative: true, discriminative: false }, ['D-5', 3]),
  row('dis', { generative: false, discriminative: true }, ['D-5', 4]),
  row('gdrd', { generative: true, discriminative: true }, ['D-1', 16], ['D-5', 5]),
  tuned(
    'uccs',
    'A finished student as it is, and a new softmax over the people of UCCS.',
    ['softmax'],
    { epochs: 30, rate: steps(0.05, 15, 25) },
    ['D-2', 11],
  ),
  tuned(
    'tinyface',
    'A finished student goes on learning, all of it, on the training part of TinyFace.',
    ['student', 'softmax'],
    { epochs: 10, rate: { kind: 'constant', init: 0.005 } },
    ['D-3', 9],
  ),
]
