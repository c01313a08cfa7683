// Who may talk to the loopback host: whoever followed the one-time link, from the host's own page, and nobody else.
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Admission to one host at one address. */
export interface Gate {
  /** The link that lets one browser in, once. */
  readonly link: string
  /** Takes the key of the link; true the first time alone. */
  admit(key: string | null): boolean
  /** The Set-Cookie value of the admitted browser. */
  readonly cookie: string
  /** True when the request names this host and carries the cookie. */
  knows(request: IncomingMessage): boolean
  /** True when the request was made for this very address: stops DNS rebinding. */
  addressed(request: IncomingMessage): boolean
  /** True when the request was made by our own page: stops other pages from opening a socket. */
  ownOrigin(request: IncomingMessage): boolean
}

/** @param host address with port, e.g. 127.0.0.1:5000 */
export function createGate(host: string): Gate {
  let key: string | undefined = secret()
  const session = secret()
  // Browsers share cookies between ports of one address: the port in the name keeps two instances apart.
  const name = `vestige-${host.split(':')[1] ?? ''}`
  const addressed = (request: IncomingMessage) => request.headers.host === host
  return {
    link: `http://${host}/?key=${key}`,
    admit(given) {
      if (key === undefined || given === null || !same(given, key)) return false
      key = undefined
      return true
    },
    cookie: `${name}=${session}; HttpOnly; SameSite=Strict; Path=/`,
    knows: (request) => addressed(request) && cookies(request, name).some((value) => same(value, session)),
    addressed,
    ownOrigin: (request) => request.headers.origin === `http://${host}`,
  }
}

const secret = () => randomBytes(32).toString('base64url')
function cookies(request: IncomingMessage, name: string): string[] {
  const all = (request.headers.cookie ?? '').split(';').map((part) => part.trim())
  return all.filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1))
}
/** Takes the same time wherever the two differ. */
function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
