// vestige cases, audit verify and doctor: what is in a store, whether it is unchanged, and what runs here.
import { exit } from './exit.ts'
import type { Session } from './run.ts'
import { table } from './terminal.ts'

export async function cases(session: Session, options: { archived?: boolean }): Promise<number> {
  const list = await session.call('cases.list', { archived: options.archived ?? false })
  if (list.length === 0) session.terminal.say('This store has no cases yet.')
  else
    for (const line of table(
      ['id', 'case', 'reference', 'evidence', 'probes', 'searches', 'created'],
      list.map((c) => [
        String(c.id),
        c.name,
        c.reference,
        String(c.evidenceCount),
        String(c.probeCount),
        String(c.searchCount),
        c.createdAt.slice(0, 10),
      ]),
    ))
      session.terminal.say(line)
  session.terminal.result({ cases: list })
  return exit.ok
}

export async function createCase(
  session: Session,
  name: string,
  options: { reference?: string; authorisation?: string },
): Promise<number> {
  const made = await session.call('cases.create', {
    name,
    reference: options.reference ?? '',
    authorisation: options.authorisation ?? '',
  })
  session.terminal.say(`Case ${made.id} "${made.name}" was created.`)
  session.terminal.result({ case: made })
  return exit.ok
}

/** Exit code 1 where any byte of the chain, of a record it covers or of a blob was changed. */
export async function verifyAudit(session: Session): Promise<number> {
  const report = await session.call('audit.verify', {}, (now) =>
    session.terminal.progress(now.done, now.total, `checking ${now.stage}`),
  )
  session.terminal.say(
    report.ok
      ? `Unchanged: ${report.rows} audit rows and ${report.blobs} files (${report.bytes} bytes) were checked in ${(report.ms / 1000).toFixed(1)} s.`
      : `CHANGED: ${report.problems.length} findings in ${report.rows} audit rows and ${report.blobs} files.`,
  )
  for (const problem of report.problems) session.terminal.say(`  ${problem.where}: ${problem.message}`)
  session.terminal.say(`Head of the chain: ${report.head}`)
  session.terminal.result(report)
  return report.ok ? exit.ok : exit.finding
}

export async function doctor(session: Session): Promise<number> {
  const lines = await session.call('app.doctor', {})
  const mark = { ok: 'ok     ', note: 'note   ', problem: 'PROBLEM' } as const
  for (const line of lines) session.terminal.say(`${mark[line.state]}  ${line.topic}: ${line.message}`)
  session.terminal.result({ lines })
  return lines.some((line) => line.state === 'problem') ? exit.finding : exit.ok
}
