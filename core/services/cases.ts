// Cases: created, changed, archived; never deleted.
import type { caseCalls } from '../contract/cases.ts'
import type { Handlers } from '../contract/index.ts'
import { createCase, getCase, listCases, setCaseArchived, updateCase } from '../store/index.ts'
import { actorOf, changed, type Services } from './context.ts'

export function caseHandlers(services: Services): Handlers<keyof typeof caseCalls> {
  const { store } = services
  const told = <T extends { id: number }>(record: T): T => {
    changed(services, 'cases', record.id, record.id)
    return record
  }
  return {
    'cases.list': ({ archived }) => listCases(store, { archived }),
    'cases.get': ({ id }) => getCase(store, id),
    'cases.create': (input, context) => told(createCase(store, actorOf(services, 'cases.create', context), input)),
    'cases.update': ({ id, ...changes }, context) =>
      told(updateCase(store, actorOf(services, 'cases.update', context), id, changes)),
    'cases.archive': ({ id }, context) =>
      told(setCaseArchived(store, actorOf(services, 'cases.archive', context), id, true)),
    'cases.restore': ({ id }, context) =>
      told(setCaseArchived(store, actorOf(services, 'cases.restore', context), id, false)),
  }
}
