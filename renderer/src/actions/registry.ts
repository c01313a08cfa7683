// All actions, once: menus, buttons, shortcuts, the palette and the help page are made from this list.
import { caseActions } from './caseActions.ts'
import { compareActions } from './compareActions.ts'
import { evidenceActions } from './evidenceActions.ts'
import { galleryActions } from './galleryActions.ts'
import { hallucinationActions } from './hallucinationActions.ts'
import { modelActions } from './modelActions.ts'
import { probeActions } from './probeActions.ts'
import { searchActions } from './searchActions.ts'
import type { Action } from './types.ts'
import { viewActions } from './viewActions.ts'
import { viewerActions } from './viewerActions.ts'

export const actions: readonly Action[] = [
  ...caseActions,
  ...evidenceActions,
  ...probeActions,
  ...hallucinationActions,
  ...searchActions,
  ...compareActions,
  ...galleryActions,
  ...modelActions,
  ...viewerActions,
  ...viewActions,
]

const byId = new Map(actions.map((action) => [action.id, action]))

/** @throws Error for an id that no action has: a misspelt button must not ship. */
export function actionById(id: string): Action {
  const action = byId.get(id)
  if (!action) throw new Error(`no action is called "${id}"`)
  return action
}
