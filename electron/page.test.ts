// What the page's process may ask of the main process, address by address.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { answerPage, isOwn, isTrusted, mayLoad } from './page.ts'

describe('trust', () => {
  it.each([
    'app://evil/',
    'app://bundle.evil/',
    'app://bundle@evil/',
    'https://bundle/',
    'file:///etc/passwd',
    'about:blank',
    '',
  ])('not for %s', (url) => {
    expect(isOwn(url)).toBe(false)
    expect(isTrusted({ url, parent: null })).toBe(false)
  })
  it('not for a frame in the page, nor for one that is gone', () => {
    expect(isTrusted({ url: 'app://bundle/', parent: {} })).toBe(false)
    expect(isTrusted(null)).toBe(false)
  })
  it('for the page', () => expect(isTrusted({ url: 'app://bundle/index.html', parent: null })).toBe(true))
})

describe('loading', () => {
  it.each(['https://example.org/', 'http://127.0.0.1/', 'ws://127.0.0.1/', 'file:///etc/passwd', 'blob:https://x/1'])(
    'nothing from %s',
    (url) => expect(mayLoad(url)).toBe(false),
  )
  it.each(['app://bundle/assets/a.js', 'blob:app://bundle/1', 'data:,'])('from %s', (url) =>
    expect(mayLoad(url)).toBe(true),
  )
})

describe('app://', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vestige-app-'))
  writeFileSync(path.join(folder, 'index.html'), '<title>Vestige</title>')
  const get = (url: string, method = 'GET') => answerPage({ url, method }, folder)
  it('serves the page with its policy', async () => {
    const answer = get('app://bundle/')
    expect(await answer.text()).toContain('Vestige')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  })
  it.each(['app://evil/', 'app://bundle/..%2f..%2fetc/passwd', 'app://bundle/none.js'])('serves nothing at %s', (url) =>
    expect(get(url).status).toBe(404),
  )
  it('only reads', () => expect(get('app://bundle/', 'POST').status).toBe(404))
})
