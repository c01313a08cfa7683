// What the window remembers between starts: pane sizes, the case and gallery last open. Never evidence.

/** The loopback host gets a new port, and so new local storage, at every start; cookies do not know ports. */
const usesCookies = typeof location !== 'undefined' && location.protocol === 'http:'
const name = (key: string) => `vestige-ui-${key.replaceAll(/[^a-z0-9-]/gi, '-')}`

export function getPref(key: string): string | null {
  try {
    if (!usesCookies) return localStorage.getItem(name(key))
    const found = document.cookie.split('; ').find((part) => part.startsWith(`${name(key)}=`))
    return found ? decodeURIComponent(found.slice(name(key).length + 1)) : null
  } catch {
    return null
  }
}

/** Forgetting a pane's size is no failure worth a word to the person. */
export function setPref(key: string, value: string): void {
  try {
    if (usesCookies)
      document.cookie = `${name(key)}=${encodeURIComponent(value)}; max-age=31536000; path=/; samesite=strict`
    else localStorage.setItem(name(key), value)
  } catch {
    return
  }
}

/** For paneforge. */
export const paneStorage = { getItem: getPref, setItem: setPref }
