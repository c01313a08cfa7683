// vestige models: which packages are here, and which recogniser is in use.
import { UserFacingError } from '../contract/errors.ts'
import type { CallOutput } from '../contract/index.ts'
import { follow } from './enrol.ts'
import { exit } from './exit.ts'
import type { Session } from './run.ts'
import { table } from './terminal.ts'

type Package = CallOutput<'models.list'>[number]

/**
 * A package by its name, whatever the case of its letters, with spaces or hyphens, or by the beginning of its hash.
 * @throws UserFacingError 'not-found', 'conflict' (several)
 */
export async function findModel(session: Session, wanted: string): Promise<Package> {
  const all = await session.call('models.list', {})
  const plain = (name: string): string => name.toLowerCase().replaceAll(' ', '-')
  const named = all.filter(({ card }) => plain(card.name) === plain(wanted))
  const found =
    named.length > 0 ? named : all.filter(({ hash }) => /^[0-9a-f]{6,}$/.test(wanted) && hash.startsWith(wanted))
  if (found.length === 1) return found[0]!
  if (found.length > 1)
    throw new UserFacingError('conflict', `${found.length} packages are named "${wanted}"; give the hash of one.`, {
      subject: wanted,
    })
  throw new UserFacingError(
    'not-found',
    `There is no model package "${wanted}"; here are: ${all.map(({ card }) => card.name).join(', ')}.`,
    { subject: wanted },
  )
}

/** Lists them, or puts one to use. @returns exit code */
export async function models(session: Session, options: { use?: string; reenrol?: boolean }): Promise<number> {
  if (options.use !== undefined) {
    const { hash, card } = await findModel(session, options.use)
    await session.call('models.activate', { sha256: hash, reenrol: options.reenrol ?? false })
    session.terminal.say(`"${card.name}" is in use from now on.`)
    if (options.reenrol)
      for (const job of await session.call('jobs.list', { active: true }))
        if (job.kind === 'reenrol') {
          session.terminal.note(job.title)
          await follow(session, job)
        }
  }
  const all = await session.call('models.list', {})
  const stale = (await session.call('galleries.list', {})).filter((gallery) => gallery.stale > 0)
  for (const line of table(
    ['', 'package', 'version', 'role', 'state', 'templates', 'hash'],
    all.map(({ card, hash, active, templates }) => [
      active ? '*' : '',
      card.name,
      card.version,
      card.role,
      card.state,
      String(templates),
      hash.slice(0, 12),
    ]),
  ))
    session.terminal.say(line)
  for (const { name } of stale)
    session.terminal.say(`Gallery "${name}" is stale: vestige reenrol --gallery "${name}" makes it new templates.`)
  session.terminal.result({ models: all, stale: stale.map(({ name }) => name) })
  return exit.ok
}
