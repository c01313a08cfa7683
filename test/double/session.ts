// The double's session: keeps what the application denies, and refuses to open a window that denies nothing.
type Answer = (allowed: boolean) => void
type RequestHandler = (contents: unknown, permission: string, answer: Answer) => void
type Filter = (details: { url: string }, answer: (result: { cancel?: boolean }) => void) => void

let request: RequestHandler | undefined
let check: ((contents: unknown, permission: string) => boolean) | undefined
let filter: Filter | undefined

export const defaultSession = {
  setPermissionRequestHandler: (handler: RequestHandler) => void (request = handler),
  setPermissionCheckHandler: (handler: typeof check) => void (check = handler),
  setDevicePermissionHandler: () => {},
  webRequest: { onBeforeRequest: (listener: Filter) => void (filter = listener) },
  /** The double's side: whether the application's filter stops a request. */
  cancels(url: string): boolean {
    let cancel = false
    filter?.({ url }, (result) => (cancel = result.cancel === true))
    return cancel
  },
}
export const session = { defaultSession }

const PERMISSIONS = ['media', 'geolocation', 'notifications', 'clipboard-read', 'fileSystem', 'openExternal']

/** @throws Error when a permission is granted or nobody was asked */
export function requireDenied(): void {
  for (const permission of PERMISSIONS) {
    let granted = true
    request?.({}, permission, (allowed) => (granted = allowed))
    if (granted || check?.({}, permission) !== false)
      throw new Error(`double: the permission ${permission} is not denied`)
  }
  if (!defaultSession.cancels('https://example.org/')) throw new Error('double: requests to the network are not denied')
}
