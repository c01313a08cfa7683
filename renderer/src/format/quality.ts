// Names and short explanations of the measured quality components, in the order a person reads them.
import type { Probe, QualityComponent } from '../../../core/contract/probes.ts'
import { px } from './format.ts'

const known: Record<string, { label: string; digits: number; means: string }> = {
  interEyePx: { label: 'Between eyes', digits: 1, means: 'Distance of the two eye points in pixels of the original.' },
  faceHeightPx: { label: 'Face height', digits: 1, means: 'Height of the face box in pixels of the original.' },
  nativeSidePx: {
    label: 'Native side',
    digits: 0,
    means: 'Side, in pixels of the original, of the square that a recogniser sees of this face.',
  },
  sharpness: {
    label: 'Sharpness',
    digits: 2,
    means: 'Energy of fine detail; low where the face is out of focus or moved.',
  },
  brightness: { label: 'Brightness', digits: 0, means: 'Mean luminance of the face.' },
  contrast: { label: 'Contrast', digits: 1, means: 'Spread of luminance over the face.' },
  yaw: { label: 'Yaw', digits: 0, means: 'Turn to the side, estimated from the five points.' },
  pitch: { label: 'Pitch', digits: 0, means: 'Nod, estimated from the five points.' },
  roll: { label: 'Roll', digits: 0, means: 'Tilt, estimated from the two eye points.' },
  blockArtefacts: { label: 'Block edges', digits: 2, means: 'Strength of the 8-pixel grid that compression leaves.' },
}
const order = Object.keys(known)

export interface QualityFact {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly title: string
}

/** Components in a fixed order; one that is not known here is shown under its own name, never hidden. Pixels and degrees
 * stand beside the value, other units in its explanation. */
export function qualityFacts(components: readonly QualityComponent[]): QualityFact[] {
  const place = (c: QualityComponent) => (order.includes(c.name) ? order.indexOf(c.name) : order.length)
  return [...components]
    .sort((a, b) => place(a) - place(b))
    .map((c) => {
      const unit = /^deg|^°/.test(c.unit) ? '°' : c.unit === 'px' ? ' px' : ''
      return {
        name: c.name,
        label: known[c.name]?.label ?? c.name,
        value: `${c.value.toFixed(known[c.name]?.digits ?? 2).replace('-', '−')}${unit}`,
        title:
          `${known[c.name]?.means ?? ''} ${unit ? '' : `In ${c.unit || 'no unit'}. `}${c.algorithm}, version ${c.version}`.trim(),
      }
    })
}

/** Height of a probe's face in pixels of the original. */
export const faceHeight = (probe: Probe): string =>
  px(probe.quality.find((c) => c.name === 'faceHeightPx')?.value ?? probe.box.height)
