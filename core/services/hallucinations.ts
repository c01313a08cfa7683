// Hallucinated faces: made up for a probe, marked, and kept apart from everything that may count as evidence.
import { UserFacingError } from '../contract/errors.ts'
import type { hallucinationCalls } from '../contract/hallucinations.ts'
import type { Handlers } from '../contract/index.ts'
import { activeModel, getCase, getProbe } from '../store/index.ts'
import type { Services } from './context.ts'

export function hallucinationHandlers({ store }: Services): Handlers<keyof typeof hallucinationCalls> {
  const none = (): never => {
    throw new UserFacingError('unavailable', 'There is no hallucinator: install a package of that role first.')
  }
  const unknown = (id: number): never => {
    throw new UserFacingError('not-found', `There is no hallucination ${id}.`)
  }
  return {
    'hallucinations.list'({ caseId }) {
      getCase(store, caseId)
      return []
    },
    'hallucinations.create'({ probeId }) {
      getProbe(store, probeId)
      if (!activeModel(store, 'hallucinator')) none()
      return none()
    },
    'hallucinations.view': ({ id }) => unknown(id),
    'hallucinations.export': ({ id }) => unknown(id),
    'hallucinations.discard': ({ id }) => unknown(id),
  }
}
