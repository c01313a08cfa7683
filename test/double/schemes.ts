// Schemes of the application's own, which Chromium cannot be taught over DevTools: app://host stands as https://host.app.test.
type Handler = (request: Request) => Response | Promise<Response>

export const schemes = new Map<string, Handler>()

export function toHttps(url: string): string {
  const { protocol, host, pathname, search } = new URL(url)
  const scheme = protocol.slice(0, -1)
  return schemes.has(scheme) ? `https://${host}.${scheme}.test${pathname}${search}` : url
}
export const fromHttps = (url: string): string =>
  url.replace(
    /^(blob:)?https:\/\/([^/]+)\.([a-z]+)\.test(?=\/|$)/,
    (whole, blob: string | undefined, host: string, scheme: string) =>
      schemes.has(scheme) ? `${blob ?? ''}${scheme}://${host}` : whole,
  )
