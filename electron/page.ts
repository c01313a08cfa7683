// The page's address and its rules: which file an app:// request gets, and which frames and addresses are trusted.
import { pageFile, pageHeaders } from '../core/loopback/page.ts'

export const SCHEME = 'app'
export const ORIGIN = `${SCHEME}://bundle`

/** Answers a request of the page. @param root folder of the built workbench */
export function answerPage(request: { readonly url: string; readonly method: string }, root: string): Response {
  const url = new URL(request.url)
  const file = url.host === 'bundle' && request.method === 'GET' ? pageFile(root, url.pathname) : undefined
  return file
    ? new Response(file.bytes, { headers: { ...pageHeaders(), 'content-type': file.type } })
    : new Response('There is nothing here.', { status: 404, headers: pageHeaders() })
}

/**
 * True for the page's own addresses. The prefix decides, not URL.origin: that is "null" for every scheme of one's own,
 * so that app://evil would equal app://bundle.
 */
export const isOwn = (url: string): boolean => url.startsWith(`${ORIGIN}/`)

/** True for the page itself: not a frame in it, not a page that took its place, not a frame that is gone already. */
export const isTrusted = (frame: { readonly url: string; readonly parent: unknown } | null): boolean =>
  frame !== null && frame.parent === null && isOwn(frame.url)

/** Nothing but the page itself is ever loaded: the application works offline and tells nobody anything. */
export const mayLoad = (url: string): boolean => isOwn(url) || /^(blob:app:\/\/bundle\/|data:|devtools:)/.test(url)
