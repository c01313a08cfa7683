// The panes of the window as places that F6 goes round, and that say which shortcuts are listened to.

const regions = () =>
  [...document.querySelectorAll<HTMLElement>('[data-region]')].filter((r) => r.offsetParent !== null)
const list = ':is([role="listbox"], [role="grid"])[tabindex="0"]'
const focusable =
  '[role="listbox"], [role="application"], button:not(:disabled), input, select, textarea, a[href], [tabindex="0"]'

/** Puts the focus on the next or previous pane: on its list where it has one, else on its first control. */
export function moveRegion(by: 1 | -1): void {
  const all = regions()
  if (all.length === 0) return
  const at = all.findIndex((r) => r.contains(document.activeElement))
  focusRegion(all[(at + by + all.length + (at < 0 && by < 0 ? 1 : 0)) % all.length]!)
}
function focusRegion(region: HTMLElement): void {
  const target = region.querySelector<HTMLElement>(list) ?? region.querySelector<HTMLElement>(focusable)
  target?.focus()
}
/** Puts the focus on the list of a pane. Returns false where it has none. */
export function focusList(region: string): boolean {
  const target = document.querySelector<HTMLElement>(`[data-region="${region}"] ${list}`)
  target?.focus()
  return target !== null
}
/** Name of the pane that holds the element. */
export const regionOf = (element: Element | null): string | null =>
  element?.closest<HTMLElement>('[data-region]')?.dataset['region'] ?? null
