// What an action is: one record from which menus, buttons, shortcuts and the command palette are made.
import type { Via } from '../../../core/contract/index.ts'
import type { IconName } from '../ui/icons.ts'
import type { Workbench } from '../state/workbench.svelte.ts'

/** Everything an action may look at or change. */
export type Context = Workbench

/** Where a shortcut is listened to. `anywhere` collides with every other scope. */
export const scopes = [
  'anywhere',
  'case',
  'evidence',
  'probes',
  'viewer',
  'candidates',
  'compare',
  'galleries',
  'models',
  'audit',
] as const
export type Scope = (typeof scopes)[number]

/** Menus of the menu bar, in their order; the palette shows the group beside the label. */
export const groups = ['Case', 'Edit', 'Evidence', 'Probe', 'Search', 'Gallery', 'Model', 'View', 'Help'] as const
export type Group = (typeof groups)[number]

export interface Action {
  /** `domain.verb`, unique. */
  readonly id: string
  readonly label: string | ((context: Context) => string)
  readonly icon: IconName
  readonly group: Group
  /** Shortcuts such as `mod+k`; see keys.ts. The first one is shown. */
  readonly keys?: readonly string[]
  /** Default `anywhere`. */
  readonly scope?: Scope
  /** A line above this action in its menu. */
  readonly startsSection?: boolean
  /** Left out of the menu bar (the palette and shortcuts keep it). */
  readonly hidden?: boolean
  /** True where it can be done now; otherwise the sentence that says why not. */
  readonly when?: (context: Context) => true | string
  /** Does it. Errors it throws are shown to the person; `via` reaches the audit chain. */
  readonly perform: (context: Context, via: Via) => unknown
}

/** The action's words in this moment. */
export const labelOf = (action: Action, context: Context): string =>
  typeof action.label === 'string' ? action.label : action.label(context)
/** True, or the sentence that says why it cannot be done now. */
export const whyNot = (action: Action, context: Context): true | string => action.when?.(context) ?? true
