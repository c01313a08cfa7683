// Opens a recogniser for an evaluation: its networks, and the inference its card declares or the command asks for.
import { UserFacingError } from '../contract/errors.ts'
import type { ModelCard, PixelContract } from '../contract/models.ts'
import type { Embed, Embedders, SecondScore } from '../evaluation/embedders.ts'
import { FACE_SIZE } from '../evaluation/faceView.ts'
import { hallucinating } from '../evaluation/hallucinating.ts'
import { createRecogniser } from '../faces/embed.ts'
import { createHallucinator } from '../faces/hallucinator.ts'
import { alignFace, templatePoints } from '../images/align.ts'
import type { Image8 } from '../images/pixels.ts'
import { resize } from '../images/resample.ts'
import { openSession, type OnnxSession } from '../runtime/session.ts'

/** One network with the card that says how pixels become its input. */
export interface Network {
  readonly bytes: Uint8Array
  readonly card: ModelCard
}
export interface EvaluatedModel extends Network {
  /** Makes the references' templates where the inference is a pair; of the same embedding space. */
  readonly gallery: Network | null
  /** Lines of the package's list of the people it was trained on, where it has one. */
  readonly trainedPeople: readonly string[] | null
}

export interface InferenceChoice {
  readonly flip: boolean
  readonly pair: boolean
  /** In a pair: probes above this native side go through the references' network, too. */
  readonly probe: { readonly upTo: number } | null
  readonly second: SecondScore | null
}

/** What the card declares; a gallery network named on the command line makes a pair of any package. */
export const declaredInference = ({ card, gallery }: EvaluatedModel): InferenceChoice => ({
  flip: card.inference?.flip ?? false,
  pair: gallery !== null,
  probe: (gallery && card.inference?.probe) ?? null,
  second: card.inference?.second ?? null,
})

/**
 * `declared`, `plain`, or words with + between them: flip, pair, sized, fused, which switch on that much and nothing else.
 * @param given overrides what the card declares @throws UserFacingError
 */
export function chooseInference(
  model: EvaluatedModel,
  words: string,
  given: Partial<Pick<InferenceChoice, 'probe' | 'second'>> = {},
): InferenceChoice {
  const declared = declaredInference(model)
  const fused = given.second ?? declared.second
  const sized = given.probe ?? declared.probe
  if (given.probe && !model.gallery) throw withoutGallery(model, '--probe-up-to')
  if (words === 'declared') return { ...declared, probe: sized, second: fused }
  const chosen = words.split('+')
  const wrong = chosen.find((word) => !['plain', 'flip', 'pair', 'sized', 'fused'].includes(word))
  if (wrong !== undefined || (chosen.includes('plain') && chosen.length > 1))
    throw new UserFacingError(
      'invalid-input',
      `--inference takes declared, plain, or flip, pair, sized and fused with + between them; got "${words}".`,
    )
  if (chosen.includes('pair') && !model.gallery) throw withoutGallery(model, '--inference pair')
  if (chosen.includes('sized') && !(chosen.includes('pair') && sized))
    throw new UserFacingError(
      'invalid-input',
      chosen.includes('pair')
        ? `The card of ${model.card.name} declares no size above which probes change networks; say which with --probe-up-to <px>.`
        : '--inference sized needs pair beside it: large probes go through the network of the references.',
    )
  if (chosen.includes('fused') && !fused)
    throw new UserFacingError(
      'invalid-input',
      `The card of ${model.card.name} declares no second score; say which with --second <px>,<weight>, e.g. --second 20,0.5.`,
    )
  return {
    flip: chosen.includes('flip'),
    pair: chosen.includes('pair'),
    probe: chosen.includes('sized') ? sized : null,
    second: chosen.includes('fused') ? fused : null,
  }
}

const withoutGallery = ({ card }: EvaluatedModel, option: string): UserFacingError =>
  new UserFacingError(
    'invalid-input',
    `${card.name} has no gallery network for ${option}; name one with --gallery-model.`,
  )

/** The network's own square of an aligned face of 112 px (ArcFace's template). */
export function modelFace(face: Image8, pixels: PixelContract): Image8 {
  if (pixels.alignment !== 'arcface-112') {
    const points = templatePoints('arcface-112', face.width).map(({ x, y }) => ({ x: x + 0.5, y: y + 0.5 }))
    return alignFace(face, points as unknown as Parameters<typeof alignFace>[1], pixels)
  }
  return face.width === pixels.size ? face : resize(face, pixels.size, pixels.size, 'bicubic')
}

export interface OpenedModel {
  readonly embedders: Embedders
  /** Execution provider that holds the networks. */
  readonly provider: string
  release(): Promise<void>
}

/**
 * @param hallucinator makes up the faces that small probes are embedded as
 * @throws UserFacingError as `openSession`, `createRecogniser` and `createHallucinator` do
 */
export async function openModel(
  model: EvaluatedModel,
  choice: InferenceChoice,
  device: { readonly provider: string; readonly threads: number },
  hallucinator: Network | null = null,
): Promise<OpenedModel> {
  const sessions: OnnxSession[] = []
  const release = async (): Promise<void> => {
    for (const session of sessions) await session.release()
  }
  const sessionOf = async ({ bytes }: Network): Promise<OnnxSession> => {
    const session = await openSession(bytes, { threads: device.threads, providers: [device.provider] })
    sessions.push(session)
    return session
  }
  const open = async (network: Network): Promise<Embed> => {
    const { card } = network
    const session = await sessionOf(network)
    const recogniser = createRecogniser(session, card, { augmentation: choice.flip ? 'flip-sum' : 'none' })
    return (faces, sides) =>
      recogniser.templates(
        faces.map((face) => modelFace(face, recogniser.pixels)),
        sides,
      )
  }
  const through = async (embed: Embed, network: Network): Promise<Embed> => {
    const maker = createHallucinator(await sessionOf(network), network.card)
    return hallucinating(embed, network.card.hallucination!.to, async (face, side) => {
      const { image } = await maker.run(modelFace(face, maker.pixels), side)
      return image
    })
  }
  try {
    const plain = await open(model)
    const gallery = choice.pair && model.gallery ? await open(model.gallery) : plain
    const probe = hallucinator ? await through(plain, hallucinator) : plain
    const { pixels } = model.card
    // A hallucinator is shown the protocol's copies, whatever the recogniser takes.
    const smaller = !hallucinator && pixels?.alignment === 'arcface-112' && pixels.size < FACE_SIZE
    const embedders = {
      probe,
      gallery,
      sizes: choice.pair ? choice.probe : null,
      second: choice.second,
      ...(smaller ? { side: pixels.size } : {}),
    }
    return { embedders, provider: sessions[0]!.provider, release }
  } catch (error) {
    await release()
    throw error
  }
}
