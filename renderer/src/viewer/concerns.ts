// What looks wrong about hand-set marks: said at once, never enforced, for the analyst may be right.
import { contains, grown, interEye, type Marks } from './marks.ts'

/** Sentences about marks that are probably a slip; empty when nothing stands out. */
export function concerns({ box, points }: Marks): string[] {
  const [leftEye, rightEye, nose, leftMouth, rightMouth] = points
  const eyes = { x: (leftEye.x + rightEye.x) / 2, y: (leftEye.y + rightEye.y) / 2 }
  const mouth = { x: (leftMouth.x + rightMouth.x) / 2, y: (leftMouth.y + rightMouth.y) / 2 }
  // Down the face, from the eyes to the mouth; "left" is then judged across it, so that tilted heads are no slip.
  const down = { x: mouth.x - eyes.x, y: mouth.y - eyes.y }
  const across = (a: { x: number; y: number }, b: { x: number; y: number }) =>
    (b.x - a.x) * down.y - (b.y - a.y) * down.x
  const found: string[] = []
  if (interEye(points) < 1) found.push('The eyes are less than 1 px apart.')
  if (Math.hypot(down.x, down.y) < 1) found.push('Eyes and mouth lie on top of each other.')
  else {
    if (across(leftEye, rightEye) < 0) found.push('The eyes seem to be exchanged: image-left comes first.')
    if (across(leftMouth, rightMouth) < 0) found.push('The mouth corners seem to be exchanged: image-left comes first.')
    const along = ((nose.x - eyes.x) * down.x + (nose.y - eyes.y) * down.y) / (down.x ** 2 + down.y ** 2)
    if (along < -0.1 || along > 1.1) found.push('The nose tip does not lie between eyes and mouth.')
  }
  if (points.some((point) => !contains(grown(box, 0.25), point))) found.push('A point lies far outside the box.')
  return found
}
