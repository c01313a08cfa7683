// What a set of labelled faces looks like to the rest of the house, whatever its files look like.
import type { Image8 } from '../images/pixels.ts'

export const FORMATS = ['folder', 'lfw', 'csv', 'bin', 'npz', 'scface', 'tinyface', 'helen'] as const
export type Format = (typeof FORMATS)[number]

export interface Sample {
  /** Who it shows. Equal names are one person, in joined sets too. */
  readonly identity: string
  /** Path below the root with `/` between parts, or member name of a pack; shown in errors. */
  readonly name: string
  /** Running number of the photograph, where the file name has one (`Anna_Berg_0002.jpg`: 2). */
  readonly index?: number
  /** Part of the set: `train`, `test`, `probe`, `gallery`, `distractor`, or as a manifest says. */
  readonly split?: string
  /** As the layout names it: `frontal`, `cam1`, … */
  readonly camera?: string
  /** `d1` (far) … `d3` (near), or as a manifest says. */
  readonly distance?: string
}

/** Something of the set that could not be used; never fatal. */
export interface Problem {
  readonly name: string
  readonly reason: string
}

/** Two samples of a verification pack. */
export interface SamplePair {
  readonly a: number
  readonly b: number
  readonly same: boolean
}

/** What people have drawn on the faces of a set. */
export interface FaceLabels {
  /** x0, y0, x1, y1, … in the aligned 112 px frame (pixel centres at +0.5), as many points as the set has; or null. */
  landmarks(i: number): Float32Array | null
  /**
   * Classes of a grid over the aligned face, [grid, grid]: 0..10 as priors/parsing.ts names them, 255 = not known.
   * @returns null where nobody has drawn one
   * @throws UserFacingError 'unreadable-file' or 'too-large'
   */
  parsing(i: number, grid: number): Promise<Uint8Array | null>
}

export interface Dataset {
  readonly format: Format | 'joined'
  /** Folder or file, as an absolute path. */
  readonly root: string
  /** Sorted by code units. */
  readonly identities: readonly string[]
  /** The same order on every machine: by name, or as the pack has them. */
  readonly samples: readonly Sample[]
  /** Pairs that a verification pack declares. */
  readonly pairs?: readonly SamplePair[]
  /** Drawn landmarks and parsing maps, where the set has some. */
  readonly labels?: FaceLabels
  readonly problems: readonly Problem[]
  /**
   * The face as stored: 8-bit RGB, square, any side.
   * @throws UserFacingError 'unreadable-file' or 'too-large'
   */
  decode(i: number): Promise<Image8>
  /** Changes when the sample's bytes do: size and time of the file, place within a pack. */
  stamp(i: number): Promise<string>
  close(): Promise<void>
}
