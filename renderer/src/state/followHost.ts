// Follows what the host tells without being asked, and fetches again what it concerns and is in sight.
import type { EventValue } from '../../../core/contract/index.ts'
import type { Workbench } from './workbench.svelte.ts'

/** Returns the way to stop following. */
export function followHost(w: Workbench): () => void {
  const stopRecords = w.client.listen('records.changed', (change) => void follow(w, change))
  const stopJobs = w.client.listen('jobs.changed', (job) => w.jobs.put(job))
  w.client.onClose(() => (w.lost = true))
  return () => {
    stopRecords()
    stopJobs()
  }
}

async function follow(w: Workbench, { domain, caseId }: EventValue<'records.changed'>): Promise<void> {
  const otherCase = caseId !== null && caseId !== w.selection.caseId
  if (domain === 'cases') return w.cases.refresh()
  if (domain === 'evidence') return otherCase ? undefined : w.evidence.refresh()
  if (domain === 'probes') return otherCase ? undefined : w.probes.refresh()
  if (domain === 'searches') return otherCase ? undefined : w.searches.refresh()
  if (domain === 'hallucinations') return otherCase ? undefined : w.hallucinations.refresh()
  if (domain === 'models') return w.models.refresh()
  if (domain === 'audit') return w.selection.view === 'audit' ? w.audit.rows.reset() : undefined
  if (domain === 'galleries') {
    await w.galleries.refresh()
    return w.selection.view === 'galleries' ? w.galleries.refreshContent() : undefined
  }
  return w.app.refresh()
}
