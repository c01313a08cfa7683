// Prepared statements, kept by their text, whose faults are sentences for the person.
import type { Database } from 'better-sqlite3'
import { guarded, toFault } from './faults.ts'
import type { Query, Store } from './store.ts'

export function queries(db: Database, folder: string): Store['sql'] {
  const known = new Map<string, Query<never>>()
  return <Row>(text: string): Query<Row> => {
    const cached = known.get(text)
    if (cached) return cached as unknown as Query<Row>
    const statement = guarded(folder, () => db.prepare<unknown[], Row>(text))
    const query: Query<Row> = {
      get: (...values) => guarded(folder, () => statement.get(...values)),
      all: (...values) => guarded(folder, () => statement.all(...values)),
      run: (...values) => guarded(folder, () => statement.run(...values)),
      *iterate(...values) {
        try {
          yield* statement.iterate(...values)
        } catch (error) {
          throw toFault(error, folder)
        }
      },
    }
    known.set(text, query as unknown as Query<never>)
    return query
  }
}
