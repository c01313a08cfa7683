// The shell on every host: what the page can reach, what it cannot, and that calls, progress and cancelling work.
import path from 'node:path'
import { spawn } from 'node:child_process'
import { expect, test, type Page } from '@playwright/test'
import { appRoot } from '../../core/base/root.ts'
import { exit, kinds, open, skipWhereMissing, startDouble, type Host } from './hosts.ts'
import { rawCalls } from './rawCalls.ts'

const call = (id: number, name: string, args: object) => ({ kind: 'call', id, name, args, via: 'button' })
/** Runs in the page; strings keep the page's globals out of this program's types. */
const inPage = <T>(page: Page, expression: string): Promise<T> => page.evaluate(expression)

for (const kind of kinds)
  test.describe(kind, () => {
    skipWhereMissing(kind)
    let host: Host
    test.beforeAll(async () => {
      host = await open(kind)
    })
    test.afterAll(async () => {
      await host?.close()
    })

    test('the page has nothing of Node.js and no more of the host than it is given', async () => {
      const names = ['require', 'process', 'module', 'Buffer', 'global', '__dirname']
      const types = await inPage<string[]>(host.page, `${JSON.stringify(names)}.map((name) => typeof window[name])`)
      expect(types).toEqual(names.map(() => 'undefined'))
      const bridge = await inPage(host.page, 'window.vestige ? Object.keys(window.vestige).sort() : null')
      expect(bridge).toEqual(kind === 'loopback' ? null : ['kind', 'pathForFile'])
      // The page keeps its own preferences in cookies; the one that lets it in is not for scripts to see.
      expect(await inPage(host.page, 'document.cookie')).not.toMatch(/vestige-\d/)
    })

    test('the page runs under a policy that no script text, no other origin and no popup gets past', async () => {
      const policy = await inPage<string>(
        host.page,
        `fetch(location.href).then((answer) => answer.headers.get('content-security-policy'))`,
      )
      expect(policy).toContain("default-src 'none'")
      await inPage(
        host.page,
        `{ const script = document.createElement('script'); script.textContent = 'window.planted = 1'; document.head.append(script) }`,
      )
      expect(await inPage(host.page, 'window.planted')).toBeUndefined()
      const fetched = `fetch('https://example.org/').then(() => 'reached', () => 'refused')`
      expect(await inPage(host.page, fetched)).toBe('refused')
      expect(await inPage(host.page, `window.open('about:blank') === null`)).toBe(true)
      expect(host.page.context().pages()).toHaveLength(1)
    })

    // A browser follows its address bar, and the other page has no way back in: this is the desktop window's alone.
    const inWindow = kind === 'loopback' ? undefined : test
    inWindow?.('the page cannot be led elsewhere', async () => {
      const before = host.page.url()
      for (const target of ['https://example.org/', 'app://evil/', 'https://evil.app.test/', 'file:///etc/passwd'])
        await inPage(host.page, `location.href = ${JSON.stringify(target)}`)
      await host.page.waitForTimeout(300)
      expect(host.page.url()).toBe(before)
      await expect(host.page.locator('#app > *').first()).toBeVisible()
    })

    test('calls change the store, are validated, and name their errors', async () => {
      const replies = await rawCalls(host.page, [
        call(1, 'cases.create', { name: `Case on ${kind}` }),
        call(2, 'cases.create', { name: '' }),
        call(3, 'cases.explode', {}),
      ])
      const by = (id: number) => replies.find((frame) => frame.id === id)
      expect(by(1)).toMatchObject({ kind: 'result', value: { name: `Case on ${kind}`, archivedAt: null } })
      expect(by(2)).toMatchObject({ kind: 'error', error: { code: 'invalid-input' } })
      expect(by(3)).toMatchObject({ kind: 'error', error: { code: 'not-found' } })
      const [list] = await rawCalls(host.page, [call(1, 'cases.list', {})])
      expect(list?.value).toEqual([expect.objectContaining({ name: `Case on ${kind}` })])
    })

    test('progress streams before the result; a cancelled call stays silent and the next one works', async () => {
      const verified = await rawCalls(host.page, [call(1, 'audit.verify', {})])
      expect(verified.at(-1)).toMatchObject({ kind: 'result', value: { ok: true } })
      expect(verified.slice(0, -1).map((frame) => frame.kind)).toContain('progress')
      const frames = [call(1, 'audit.verify', {}), { kind: 'cancel', id: 1 }, call(2, 'cases.list', {})]
      const replies = await rawCalls(host.page, frames, 2)
      expect(replies.filter((frame) => frame.kind === 'result').map((frame) => frame.id)).toEqual([2])
    })

    test('events reach whoever listens', async () => {
      const frames = [{ kind: 'listen', id: 9, name: 'records.changed' }, call(1, 'cases.create', { name: 'Another' })]
      const replies = await rawCalls(host.page, frames, 2)
      expect(replies).toContainEqual(
        expect.objectContaining({ kind: 'event', id: 9, value: expect.objectContaining({ domain: 'cases' }) }),
      )
    })

    test('a frame outside the grammar ends that connection and nothing else', async () => {
      expect(
        await rawCalls(host.page, [{ kind: 'call', id: 1, name: 'cases.list' }, call(2, 'cases.list', {})]),
      ).toEqual([])
      expect(await rawCalls(host.page, [call(1, 'cases.list', {})])).toHaveLength(1)
    })

    test('a reload comes back', async () => {
      await host.page.reload()
      await expect(host.page.locator('#app > *').first()).toBeVisible()
      expect(await rawCalls(host.page, [call(1, 'app.status', {})])).toMatchObject([
        { kind: 'result', value: { host: kind === 'loopback' ? 'loopback' : 'electron', storePath: host.store } },
      ])
    })

    test('a second start on the same store is turned away', async () => {
      if (kind === 'loopback') {
        const stranger = await host.page.context().browser()!.newContext()
        const answer = await (await stranger.newPage()).goto(host.link!)
        expect(answer!.status()).toBe(403)
        await stranger.close()
      } else if (kind === 'double') {
        expect(await exit(startDouble(host.store).main)).toBe(0)
      }
      const words = ['cases', '--json', '--store', host.store]
      const second = spawn(process.execPath, [path.join(appRoot, 'dist/core/cli/main.js'), ...words])
      let output = ''
      second.stdout.on('data', (text: Buffer) => (output += text.toString()))
      expect(await exit(second)).not.toBe(0)
      expect(JSON.parse(output)).toMatchObject({ error: { code: 'store-locked' } })
    })

    test('no errors on the console but those provoked here', () => {
      const provoked = /Content Security Policy|example\.org|window\.open|sandboxed|ERR_|Not allowed to load|Blocked/
      expect(host.errors.filter((error) => !provoked.test(error))).toEqual([])
    })
  })

test.describe('a start that cannot be', () => {
  skipWhereMissing('double')
  test('says why in one sentence and ends with code 1', async () => {
    const { main } = startDouble('/dev/null/store')
    let output = ''
    main.stderr?.on('data', (text: Buffer) => (output += text.toString()))
    expect(await exit(main)).toBe(1)
    expect(output).toMatch(/\[dialog\] Vestige cannot start: .*\/dev\/null\/store.*\./)
  })
})
