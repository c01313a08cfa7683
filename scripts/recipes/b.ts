// RIM (Kong et al. 2019): the face hallucination network with its critic, and residual distillation on what it makes.
import {
  choices,
  network,
  phase,
  term,
  type Config,
  type Place,
  type RecipeInput,
  type Row,
  type Scale,
  type View,
} from './parts.ts'

type Phases = RecipeInput['phases']
type Term = ReturnType<typeof term>

/** The released program's optimiser; its rate is halved after 50 epochs. */
const rmsprop = { kind: 'rmsprop', alpha: 0.99, decay: 1e-5 } as const
const paper: Scale = {
  side: 224,
  config: { size: 224, width: 64, prior: 128 },
  embedding: 512,
  epochs: 200,
  batch: 6,
  rate: { kind: 'steps', init: 1e-3, at: [50], factor: 0.5 },
  s: 64,
  m: 0.5,
}
const small: Scale = {
  side: 64,
  config: { size: 64, width: 16, prior: 32, rounds: 1, embedding: 64 },
  embedding: 64,
  epochs: 2,
  batch: 8,
  rate: { kind: 'cosine', init: 1e-3, final: 2e-5 },
  s: 20,
  m: 0.2,
}
/** Faces of an eighth of the side, as in the paper: 28 px for 224. */
const factor = 8

const COARSE = 'coarse(lr).image'
const MADE = `generator(${COARSE})`
/** Weights of the released program, in mean form. */
const HALLUCINATION = { domain: 1, pixel: 970, coarse: 1164, landmarks: 97, parsing: 1 } as const

const views = ({ side }: Scale): View[] => [
  { name: 'hr', size: side, flip: 'paired' },
  { name: 'lr', size: side, flip: 'paired', resolutions: choices({ [side / factor]: 1 }, side) },
]
const generators = ({ config }: Scale): RecipeInput['models'] => ({
  coarse: network('rim-coarse', config),
  generator: network('rim-generator', config),
})

/** Critic first, against the generator's features as they are; then coarse network, generator and integrator together. */
function hallucination(identity: boolean) {
  return (scale: Scale, isSmall: boolean): RecipeInput => {
    const { side, config, epochs, batch, rate } = scale
    const domains = { embeddings: `critic(${MADE}.features + generator(hr).features).embedding` }
    const weight = HALLUCINATION
    const made: Term[] = [
      term('domain', weight.domain, 'discrepancy', domains),
      term('coarse', weight.coarse, 'meanSquare', { x: COARSE, y: 'hr' }),
      term('pixel', weight.pixel, 'meanSquare', { x: `${MADE}.image`, y: 'hr' }),
      term('landmarks', weight.landmarks, 'heatmaps', {
        predicted: `${MADE}.landmarks`,
        target: 'hr.landmarks',
        variant: 'summed',
      }),
      term('parsing', weight.parsing, 'parsing', { logits: `${MADE}.parsing`, labels: 'hr.parsing' }),
    ]
    // As much as the pixel loss at 25 dB, where a cosine of 0.6 is reached.
    if (identity)
      made.push(
        term('identity', 30, 'cosine', {
          student: `judge(${side > JUDGED ? `half(${MADE}.image).image` : `${MADE}.image`}).embedding`,
          teacher: 'teacher(large).embedding',
        }),
      )
    const phases: Phases = [
      {
        name: 'faces',
        epochs,
        batch,
        steps: [
          { train: ['critic'], terms: [term('critic', -1, 'discrepancy', domains)] },
          { train: ['coarse', 'generator'], terms: made },
        ],
        optimiser: rmsprop,
        rate,
      },
    ]
    return {
      schema: 1,
      name: `b-${identity ? 'faces-identity' : 'faces'}${isSmall ? '-small' : ''}`,
      description: `Makes faces of ${side} px of faces of ${side / factor} px, guided by landmarks and parsing maps, with features that a critic cannot tell from large faces'${identity ? ", and a teacher's embedding" : ''}.`,
      source: `Kong et al. 2019 (RIM), eq. 1-8${identity ? '; the identity term is ours' : ''}${isSmall ? '; scaled down' : ''}`,
      seed: 1,
      views: [...views(scale), ...(identity ? [{ name: 'large', size: JUDGED, flip: 'paired' } as const] : [])],
      priors: { grid: side / 4, sigma: 1 },
      models: {
        ...(identity ? judges(scale) : {}),
        ...generators(scale),
        critic: network('rim-critic', config),
      },
      phases,
      result: {
        taps: { image: `${MADE}.image`, landmarks: `${MADE}.landmarks`, parsing: `${MADE}.parsing` },
      },
    }
  }
}

/** Side of the faces that the judge knows. */
const JUDGED = 112
/** A recogniser of large faces, asked twice: as a finished network about true faces, and as layers about made-up ones. */
const judges = ({ side }: Scale): RecipeInput['models'] => ({
  teacher: { kind: 'onnx', role: 'teacher', mirrored: true },
  judge: network('mobilefacenet', { activation: 'relu6', norm: 'folded' }, 'teacher'),
  ...(side > JUDGED ? { half: network('shrink', { size: side, factor: side / JUDGED }) } : {}),
})

interface Parts {
  /** Whether small faces come through the hallucination network. */
  readonly made: boolean
  readonly assistant: boolean
}

/** Made-up faces are this many times as large as what recognises them; averaged in between. */
const HALF = 2

function recognition(file: string, { made, assistant }: Parts) {
  return (scale: Scale, isSmall: boolean): RecipeInput => {
    const { epochs, rate, embedding, s, m } = scale
    const side = scale.side / HALF
    const config: Config = { ...(isSmall ? { depth: 18, width: 0.25 } : { depth: 34 }), input: side, embedding }
    const seen = made ? `half(${MADE}.image).image` : 'lr'
    const blocks = (model: string, view: string, taps: string[]): string[] =>
      taps.map((tap) => `${model}(${view}).${tap}`)
    const last = ['s4', 'embedding']
    const all = ['s1', 's2', 's3', 's4', 'embedding']
    const teacher = isSmall ? network('ir', config) : network('ir', { ...config, depth: 50 }, 'teacher')
    const frozen = (name: string) => network(`rim-${name}`, scale.config, 'faces')
    const studentStep = {
      train: ['student'],
      terms: [
        term('student', 1, 'residualStudent', {
          teacher: blocks('teacher', 'hr', last),
          student: blocks('student', seen, last),
        }),
      ],
    }
    const assistantStep = {
      train: ['assistant'],
      terms: [
        term('assistant', 1, 'residualAssistant', {
          teacher: blocks('teacher', 'hr', all),
          student: blocks('student', seen, all),
          assistant: blocks('assistant', seen, all),
        }),
      ],
    }
    const fit = { epochs: isSmall ? 6 : epochs, batch: isSmall ? 64 : 32, rate, optimiser: rmsprop }
    const phases: Phases = [
      ...(isSmall
        ? [
            phase(
              'teacher',
              { epochs: 8, batch: 128, rate: { kind: 'cosine', init: 0.1, final: 1e-3, warmup: 20 } },
              5e-4,
              ['teacher', 'head'],
              [term('arcface', 1, 'classification', { logits: 'head(teacher(hr).embedding)' })],
            ),
          ]
        : []),
      { ...fit, name: 'student', steps: assistant ? [studentStep, assistantStep] : [studentStep] },
      // "After both reach their optima": the assistant alone.
      ...(assistant ? [{ ...fit, name: 'assistant', epochs: isSmall ? 1 : 10, steps: [assistantStep] }] : []),
    ]
    const parts = assistant ? ['student', 'assistant'] : ['student']
    return {
      schema: 1,
      name: `b-${file}${isSmall ? '-small' : ''}`,
      description: `A student follows a teacher of large faces ${made ? 'on made-up faces' : 'on small faces as they are'}${assistant ? ', and an assistant learns what it still lacks; what is used is their sum' : ''}.`,
      source: `Kong et al. 2019 (RIM), eq. 11${assistant ? ' and 12' : ''}${isSmall ? '; scaled down' : ''}`,
      seed: 1,
      views: [
        { name: 'hr', size: side, flip: 'paired' },
        {
          name: 'lr',
          size: made ? scale.side : side,
          flip: 'paired',
          resolutions: choices({ [scale.side / factor]: 1 }, scale.side),
        },
      ],
      models: {
        teacher,
        ...(made
          ? {
              coarse: frozen('coarse'),
              generator: frozen('generator'),
              half: network('shrink', { size: scale.side, factor: HALF }),
            }
          : {}),
        student: network('rim-resnet', config),
        ...(assistant ? { assistant: network('rim-resnet', config) } : {}),
      },
      heads: isSmall ? { head: { embedding, margin: 'arcface', s, m } } : {},
      phases,
      result: { taps: { embedding: parts.map((part) => `${part}(${seen}).embedding`) } },
    }
  }
}

const row = (file: string, build: Row['build'], places: readonly Place[] = []): Row => ({
  file,
  build,
  paper,
  small,
  places,
})
export const rowsOfB: readonly Row[] = [
  row('faces', hallucination(false), [['B-1', 4]]),
  {
    ...row('faces-identity', hallucination(true)),
    small: { ...small, side: JUDGED, config: { ...small.config, size: JUDGED } },
  },
  row('student-small-faces', recognition('student-small-faces', { made: false, assistant: false }), [['B-1', 2]]),
  row('student', recognition('student', { made: true, assistant: false }), [['B-1', 5]]),
  row('rim', recognition('rim', { made: true, assistant: true }), [
    ['B-1', 6],
    ['B-2', 2],
  ]),
]
