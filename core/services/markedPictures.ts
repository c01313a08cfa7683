// The pictures of a hallucination as they may be kept and shown: drawn, marked, with a note in each file.
import { encodePng } from '../images/encode.ts'
import type { Image8 } from '../images/pixels.ts'
import { markSynthetic } from '../images/synthetic/mark.ts'
import { withNote, type SyntheticNote } from '../images/synthetic/note.ts'
import { landmarksPicture, parsingPicture, spreadPicture } from '../images/synthetic/pictures.ts'
import type { HallucinatedFaces } from '../jobs/protocol.ts'
import type { HallucinationInput, StoredPart } from '../store/index.ts'

/** How many there are: every sample, their mean, their spread, and both overlays. */
export const picturesOf = (samples: number): number => samples + 4

/** @param software name and version of the program, for the files @throws the signal's reason where it is aborted */
export async function markedPictures(
  made: HallucinatedFaces,
  about: Pick<SyntheticNote, 'model' | 'probe' | 'seed'>,
  software: string,
  progress: (done: number) => void,
  signal: AbortSignal,
): Promise<HallucinationInput['images']> {
  const { size } = made
  const face = (data: Uint8Array): Image8 => ({ width: size, height: size, data })
  const mean = face(made.mean)
  const drawn: { part: StoredPart; index: number; draw: () => Image8 }[] = [
    { part: 'mean', index: 0, draw: () => mean },
    ...made.faces.map((data, index) => ({ part: 'sample' as const, index, draw: () => face(data) })),
    { part: 'spread', index: 0, draw: () => spreadPicture(made.spread, size) },
    { part: 'landmarks', index: 0, draw: () => landmarksPicture(mean, made.landmarks) },
    { part: 'parsing', index: 0, draw: () => parsingPicture(mean, made.parsing) },
  ]
  const images: { part: StoredPart; index: number; png: Uint8Array }[] = []
  for (const { part, index, draw } of drawn) {
    signal.throwIfAborted()
    const png = await encodePng(markSynthetic(draw()))
    images.push({ part, index, png: withNote(png, software, { ...about, part, index }) })
    progress(images.length)
  }
  return images
}
