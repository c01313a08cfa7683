// The panes of the window as places that F6 goes round, and that say which shortcuts are listened to.

const regions = () =>
  [...document.querySelectorAll<HTMLElement>('[data-region]')].filter((r) => r.offsetParent !== null)
const focusable =
  '[role="listbox"], [role="application"], button:not(:disabled), input, select, textarea, a[href], [tabindex="0"]'

/** Puts the focus on the next or previous pane: on its list where it has one, else on its first control. */
export function moveRegion(by: 1 | -1): void {
  const all = regions()
  if (all.length === 0) return
  const at = all.findIndex((r) => r.contains(document.activeElement))
  focusRegion(all[(at + by + all.length + (at < 0 && by < 0 ? 1 : 0)) % all.length]!)
}
export function focusRegion(region: HTMLElement | string): void {
  const place = typeof region === 'string' ? document.querySelector<HTMLElement>(`[data-region="${region}"]`) : region
  const target =
    place?.querySelector<HTMLElement>('[role="listbox"][tabindex="0"]') ?? place?.querySelector<HTMLElement>(focusable)
  target?.focus()
}
/** Name of the pane that holds the element. */
export const regionOf = (element: Element | null): string | null =>
  element?.closest<HTMLElement>('[data-region]')?.dataset['region'] ?? null
