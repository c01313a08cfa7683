// What a view and those who draw or grasp on it tell each other.
import type { View } from './camera.ts'
import type { Project } from './hit.ts'
import type { ProbePoint, ScreenPoint } from './units.ts'

export type { Project }
/** A place under the pointer, on the screen and in the image. */
export interface At {
  readonly screen: ScreenPoint
  readonly image: ProbePoint
  readonly project: Project
  readonly element: HTMLElement
}
/** What a press of the pointer has grasped; without one the view itself is dragged. */
export interface Grasp {
  move(at: At, from: At): void
  end(): void
  cancel(): void
}
/** For what is drawn over a view. */
export interface Scaffold {
  readonly project: Project
  readonly view: View
}
