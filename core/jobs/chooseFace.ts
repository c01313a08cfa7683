// Which face of a reference photograph is its subject's, where there are several.
import type { Box } from '../contract/common.ts'

/** Faces at least this large, against the largest, compete by how near the middle they are. */
const NEARLY_AS_LARGE = 0.6

/**
 * The face of which a template was made (if of any), among those nearly as large as the largest the one nearest to the
 * middle of the photograph. Portraits are framed on their subject; bystanders are smaller or at the side.
 * @returns null where there is none
 */
export function chooseFace<F extends { readonly box: Box; readonly outcome: { readonly kind: string } }>(
  faces: readonly F[],
  image: { readonly width: number; readonly height: number },
): F | null {
  const usable = faces.filter((face) => face.outcome.kind === 'template')
  const from = usable.length > 0 ? usable : faces
  const largest = Math.max(...from.map((face) => area(face.box)))
  const toMiddle = ({ box }: F): number =>
    Math.hypot(box.x + box.width / 2 - image.width / 2, box.y + box.height / 2 - image.height / 2)
  const [chosen] = from
    .filter((face) => area(face.box) >= NEARLY_AS_LARGE * largest)
    .toSorted((a, b) => toMiddle(a) - toMiddle(b))
  return chosen ?? null
}
const area = (box: Box): number => box.width * box.height

/** What the person should know where the photograph shows more than one face; empty otherwise. */
export const severalFaces = (count: number): string =>
  count > 1
    ? `${count} faces were found; the largest near the middle was enrolled. Check that it is the subject's, or crop the photograph.`
    : ''
