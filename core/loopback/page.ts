// The built workbench as a host serves it: which files there are, and under which rules the page runs.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
}

export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
}

/**
 * The file behind an address of the page. Only files that a listing of the folder names are ever opened, so that no
 * spelling of "..", of a drive or of a link can reach another.
 * @param root folder of the built workbench
 * @param pathname path of the address, still percent-encoded; "/" is index.html
 */
export function pageFile(root: string, pathname: string): PageFile | undefined {
  const name = decoded(pathname === '/' ? '/index.html' : pathname)
  if (name === undefined || !existsSync(root)) return undefined
  const file = filesBelow(root).find((one) => `/${path.relative(root, one).split(path.sep).join('/')}` === name)
  if (file === undefined) return undefined
  return { bytes: new Uint8Array(readFileSync(file)), type: TYPES[path.extname(file)] ?? 'application/octet-stream' }
}

/** Step by step, because not every archive that stands for a folder lists itself recursively. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(full) : entry.isFile() ? [full] : []
  })
}

function decoded(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return undefined
  }
}

/**
 * Headers of every answer to the page: nothing is loaded from elsewhere, nothing is framed, the page is isolated.
 * Inline styles are allowed because panes and virtual lists set them; scripts never are.
 * @param connect where the page may connect besides its own origin, e.g. ws://127.0.0.1:5000
 */
export function pageHeaders(connect = ''): Record<string, string> {
  const policy = {
    'default-src': "'none'",
    'script-src': "'self' 'wasm-unsafe-eval'",
    'style-src': "'self' 'unsafe-inline'",
    'img-src': "'self' blob: data:",
    'font-src': "'self'",
    'media-src': "'self' blob:",
    'connect-src': `'self' ${connect}`.trim(),
    'worker-src': "'self' blob:",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    // Above all no popups: a page in a browser has no window-open handler. Forms are allowed to tell the page that they
    // were submitted (Enter in a dialog); form-action keeps them from going anywhere.
    sandbox: 'allow-same-origin allow-scripts allow-downloads allow-forms',
  }
  return {
    'content-security-policy': Object.entries(policy)
      .map(([directive, sources]) => `${directive} ${sources}`)
      .join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), usb=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  }
}
