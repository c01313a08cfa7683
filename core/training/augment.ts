// Changes a face before its views are made: moved a little, lit otherwise, mixed with another face. All views share it.
import type { Image8 } from '../images/pixels.ts'
import type { Random } from '../images/random.ts'
import { invert, type Affine } from '../images/similarity.ts'
import { warpHeld } from '../images/warpHeld.ts'
import type { AugmentSpec } from './recipe.ts'

/** Side in pixels that shifts are given for. */
const FRAME = 112

/**
 * A face as another photograph might have shown it, and so one that a teacher has to be asked about anew.
 * @param face square @param other another face of the set, of the same side; asked for where the two are mixed
 */
export function augment(face: Image8, spec: AugmentSpec, draw: Random, other: () => Image8): Image8 {
  const mixed = draw.chance(spec.mix) ? mix(face, other(), draw.uniform(0.2, 0.5)) : face
  const moved =
    spec.shift + spec.turn + spec.scale > 0 ? warpHeld(mixed, invert(motion(face.width, spec, draw))) : mixed
  return spec.contrast + spec.brightness + spec.colour > 0 ? lit(moved, spec, draw) : moved
}

function mix(a: Image8, b: Image8, share: number): Image8 {
  return { ...a, data: a.data.map((value, i) => Math.round(value * (1 - share) + b.data[i]! * share)) }
}

/** Turned and scaled about the middle, then shifted. */
function motion(side: number, { shift, turn, scale }: AugmentSpec, draw: Random): Affine {
  const angle = (draw.normal() * turn * Math.PI) / 180
  const size = Math.exp(draw.normal() * scale)
  const [dx, dy] = [draw.normal() * shift, draw.normal() * shift].map((d) => (d * side) / FRAME) as [number, number]
  const [cos, sin] = [Math.cos(angle) * size, Math.sin(angle) * size]
  const middle = (side - 1) / 2
  return [cos, -sin, middle + dx - cos * middle + sin * middle, sin, cos, middle + dy - sin * middle - cos * middle]
}

/** (p - 128) · contrast · colour + 128 + brightness, per channel. */
function lit(face: Image8, { contrast, brightness, colour }: AugmentSpec, draw: Random): Image8 {
  const gain = Math.exp(draw.normal() * contrast)
  const offset = draw.normal() * brightness
  const tables = [0, 1, 2].map(() => {
    const own = Math.exp(draw.normal() * colour) * gain
    return Uint8ClampedArray.from({ length: 256 }, (_, p) => (p - 128) * own + 128 + offset)
  })
  return { ...face, data: face.data.map((value, i) => tables[i % 3]![value]!) }
}
