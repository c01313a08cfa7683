// What the overlays of a face's prior mean: classes of a parsing map, groups of landmarks, and their colours.

type Colour = readonly [red: number, green: number, blue: number]
export interface LegendEntry {
  readonly name: string
  /** Null: nothing is drawn. */
  readonly colour: Colour | null
}

/**
 * The classes of a parsing map by their labels 0..10; left and right are the picture's. Colours: the "muted" scheme of
 * P. Tol (technical note SRON/EPS/TN/09-002), which stays apart for colour-blind eyes.
 */
export const PARSING_LEGEND = [
  { name: 'background', colour: null },
  { name: 'skin', colour: [221, 204, 119] },
  { name: 'left eyebrow', colour: [136, 34, 85] },
  { name: 'right eyebrow', colour: [170, 68, 153] },
  { name: 'left eye', colour: [51, 34, 136] },
  { name: 'right eye', colour: [136, 204, 238] },
  { name: 'nose', colour: [17, 119, 51] },
  { name: 'upper lip', colour: [204, 102, 119] },
  { name: 'inner mouth', colour: [221, 221, 221] },
  { name: 'lower lip', colour: [153, 153, 51] },
  { name: 'hair', colour: [68, 170, 153] },
] as const satisfies readonly LegendEntry[]

/** Groups of the 68 landmarks with the numbers that belong to them, first and last included. */
export const LANDMARK_LEGEND = [
  { name: 'jaw', colour: [221, 204, 119], points: [0, 16] },
  { name: 'eyebrows', colour: [170, 68, 153], points: [17, 26] },
  { name: 'nose', colour: [17, 119, 51], points: [27, 35] },
  { name: 'eyes', colour: [136, 204, 238], points: [36, 47] },
  { name: 'mouth', colour: [204, 102, 119], points: [48, 67] },
] as const satisfies readonly (LegendEntry & { points: readonly [number, number] })[]
