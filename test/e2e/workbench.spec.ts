// The workbench as an analyst uses it, on every host: from the first start to ranked candidates, by mouse and by keyboard.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { kinds, open, skipWhereMissing, type Host } from './hosts.ts'
import { rawCalls } from './rawCalls.ts'
import {
  drop,
  expectAccessible,
  expectNoSidewaysScroll,
  expectPlainWords,
  list,
  newCase,
  options,
  paste,
  settled,
  shrunk,
} from './workbench.ts'

/** Where screenshots of the demonstration case go, if anywhere: docs/screenshots when they are to be renewed. */
const screenshots = process.env['VESTIGE_SCREENSHOTS']
const views = [
  ['case', 'Alt+1'],
  ['cases', 'Alt+2'],
  ['galleries', 'Alt+3'],
  ['models', 'Alt+4'],
  ['audit', 'Alt+5'],
] as const

for (const kind of kinds)
  test.describe(kind, () => {
    test.describe.configure({ mode: 'serial' })
    skipWhereMissing(kind)
    const folder = mkdtempSync(path.join(tmpdir(), 'vestige-workbench-'))
    let host: Host
    let page: Page

    test.beforeAll(async () => {
      host = await open(kind)
      page = host.page
      page.setDefaultTimeout(20_000)
      await page.emulateMedia({ reducedMotion: 'reduce' })
    })
    test.afterAll(async () => {
      await host?.close()
      rmSync(folder, { recursive: true, force: true })
    })
    const auditRows = async (text: string) => {
      const [reply] = await rawCalls(page, [{ kind: 'call', id: 1, name: 'audit.list', args: { text }, via: 'button' }])
      return (reply!.value as { rows: { action: string; via: string; subject: string }[] }).rows
    }
    async function picture(name: string, width: number, height: number) {
      if (!screenshots || kind !== 'loopback') return
      await page.setViewportSize({ width, height })
      await page.waitForTimeout(500)
      await page.screenshot({ path: path.join(screenshots, `${name}.png`) })
      await page.setViewportSize({ width: 1440, height: 900 })
    }

    test('the first start offers the demonstration and says what it is not', async () => {
      await expect(page.getByText('It is a demonstration, not a measurement')).toBeVisible()
      await expect(page.getByRole('button', { name: 'New case…' })).toBeVisible()
      await expectAccessible(page)
      await expectPlainWords(page)
    })

    test('the demonstration case is set up with progress, and opens at ranked candidates', async () => {
      test.setTimeout(400_000)
      await page.getByRole('button', { name: 'Set up the demonstration case' }).click()
      await expect(page.getByRole('progressbar', { name: 'Setting up the demonstration case' })).toBeVisible()
      await expect(page.getByRole('heading', { level: 1, name: /^Case Demonstration/ })).toBeAttached({
        timeout: 360_000,
      })
      await expect(page.getByText('demonstration, not a measurement').first()).toBeVisible()
      await expect(options(page, 'Probes').nth(5)).toBeVisible()
      await expect(options(page, 'Candidates by rank').first()).toContainText(/^\s*1\b.*0\.\d{4}\s*$/s)
      await expect(page.getByText('Investigative lead only – not a positive identification')).toBeVisible()
      await expect(page.getByText('the score is a rank order, not a probability')).toBeVisible()
      expect(await page.getByRole('region', { name: 'Candidates' }).innerText()).not.toContain('%')
    })

    test('a probe is chosen, searched and replayed by keyboard alone', async () => {
      await list(page, 'Probes').focus()
      await page.keyboard.press('Home')
      await expect(options(page, 'Probes').first()).toHaveAttribute('aria-selected', 'true')
      await page.keyboard.press('s')
      const first = options(page, 'Candidates by rank').first()
      await expect(first).toHaveAttribute('aria-selected', 'true')
      await page.keyboard.press('Alt+ArrowDown')
      await expect(options(page, 'Candidates by rank').nth(1)).toHaveAttribute('aria-selected', 'true')
      await expect(page.getByRole('heading', { name: /^Rank 2: / })).toBeVisible()
      await list(page, 'Candidates by rank').focus()
      await page.keyboard.press('Home')
      await expect(first).toHaveAttribute('aria-selected', 'true')
      await page.keyboard.press('r')
      await expect(page.getByText('same ranks, largest score difference 0')).toBeVisible()
      expect((await auditRows('searches.start'))[0]).toMatchObject({ via: 'shortcut' })
      await picture('workbench-1440', 1440, 900)
      await picture('workbench-1100', 1100, 700)
    })

    test('every view is accessible, speaks plainly, and fits 1100 x 700', async () => {
      for (const [name, keys] of views) {
        await page.keyboard.press(keys)
        await expect(page.getByRole('navigation').locator('[aria-current="page"]')).toHaveText(
          new RegExp(`^${name}`, 'i'),
        )
        await page.waitForTimeout(200)
        await expectAccessible(page)
        await expectPlainWords(page)
        if (name !== 'case') await picture(name, 1440, 900)
        await page.setViewportSize({ width: 1100, height: 700 })
        await page.waitForTimeout(150)
        await expectNoSidewaysScroll(page)
        await page.setViewportSize({ width: 1440, height: 900 })
      }
    })

    test('the palette finds a command by a few letters, does it, and says so to the audit chain', async () => {
      await newCase(page, 'Forecourt')
      await page.keyboard.press('Control+k')
      const palette = page.getByRole('dialog', { name: 'Command palette' })
      await palette.getByRole('combobox').fill('ngal')
      await expect(palette.getByRole('option').first()).toHaveText(/New gallery…/)
      await expectAccessible(page)
      await page.keyboard.press('Enter')
      await page.getByRole('dialog', { name: 'New gallery' }).getByLabel('Name').fill('References')
      await page.keyboard.press('Enter')
      await expect(page.getByRole('dialog', { name: 'Enrol in “References”' })).toBeVisible()
      await page.keyboard.press('Escape')
      expect((await auditRows('galleries.create'))[0]).toMatchObject({ via: 'palette' })
    })

    test('a picked folder is enrolled, and what could not be read is listed', async () => {
      const people = path.join(folder, 'people')
      for (const [i, name] of ['Ann', 'Bea'].entries()) {
        mkdirSync(path.join(people, name), { recursive: true })
        writeFileSync(path.join(people, name, '1.png'), await shrunk(i + 1, 500))
      }
      writeFileSync(path.join(people, 'Bea', 'broken.png'), 'not a picture')
      await page.keyboard.press('Control+Shift+e')
      const chooser = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: 'Choose a folder…' }).click()
      await (await chooser).setFiles(people)
      await expect(page.getByText('3 files in “people”')).toBeVisible()
      await page.getByRole('button', { name: 'Enrol', exact: true }).click()
      await expect(page.getByRole('contentinfo').getByText('No jobs running')).toBeVisible({ timeout: 120_000 })
      await expect(options(page, 'Subjects')).toHaveText([/^Ann/, /^Bea/])
      await page.getByRole('tab', { name: /^Enrolments/ }).click()
      await page
        .getByText(/to look at$/)
        .last()
        .click()
      await expect(page.getByRole('listitem').filter({ hasText: 'broken.png' })).toBeVisible()
    })

    test('dropped images become evidence and probes; a broken one is named and nothing else is lost', async () => {
      await page.keyboard.press('Alt+1')
      await drop(page, [
        { name: 'cam "3" 📷.png', bytes: await shrunk(3, 220) },
        { name: 'broken.png', bytes: Buffer.from('\x89PNG but not really') },
      ])
      await expect(page.getByRole('alert').filter({ hasText: 'broken.png' })).toBeVisible()
      await expect(options(page, 'Evidence images')).toHaveCount(1)
      await settled(page)
      await expect(options(page, 'Evidence images').first()).toContainText('cam "3" 📷.png')
      await expect(options(page, 'Probes').first()).toBeVisible()
      expect((await auditRows('evidence.add'))[0]).toMatchObject({ via: 'drop' })
      await page.getByRole('button', { name: 'Dismiss the list' }).click()
      await expect(page.getByText('broken.png')).toHaveCount(0)
    })

    test('a pasted picture is evidence too', async () => {
      await paste(page, [{ name: 'image.png', bytes: await shrunk(4, 200) }])
      await expect(options(page, 'Evidence images')).toHaveCount(2)
      await settled(page)
      expect((await auditRows('evidence.add'))[0]).toMatchObject({ via: 'paste' })
    })

    test('undo takes back an exclusion and a retirement, redo does them again', async () => {
      await list(page, 'Evidence images').focus()
      await page.keyboard.press('End')
      await page.keyboard.press('Delete')
      await expect(options(page, 'Evidence images')).toHaveCount(1)
      await page.keyboard.press('Control+z')
      await expect(options(page, 'Evidence images')).toHaveCount(2)
      await page.keyboard.press('Control+Shift+z')
      await expect(options(page, 'Evidence images')).toHaveCount(1)
      await page.keyboard.press('Control+z')
      await expect(options(page, 'Evidence images')).toHaveCount(2)

      const probes = await options(page, 'Probes').count()
      await list(page, 'Probes').focus()
      await page.keyboard.press('Home')
      await page.keyboard.press('Delete')
      await expect(options(page, 'Probes')).toHaveCount(probes - 1)
      await page.getByRole('button', { name: 'Undo' }).last().click()
      await expect(options(page, 'Probes')).toHaveCount(probes)
      expect((await auditRows('probes.restore'))[0]).toMatchObject({ via: 'button' })
    })

    test('the dropped face is searched in the enrolled gallery', async () => {
      await page.getByRole('combobox', { name: 'Gallery to search' }).selectOption({ label: 'References (2)' })
      await list(page, 'Probes').focus()
      await page.keyboard.press('Home')
      await page.keyboard.press('s')
      await expect(options(page, 'Candidates by rank')).toHaveCount(2)
    })

    test('dialogs keep the focus, close on Escape, and give it back', async () => {
      await list(page, 'Probes').focus()
      for (const [keys, name] of [
        ['F1', 'Shortcuts and help'],
        ['Control+,', 'Settings'],
        ['i', 'File facts'],
        ['F2', /^Label probe/],
      ] as const) {
        await page.keyboard.press(keys)
        const dialog = page.getByRole('dialog', { name })
        await expect(dialog).toBeVisible()
        await expectAccessible(page)
        for (let i = 0; i < 12; i++) await page.keyboard.press('Tab')
        const inside = `document.querySelector('[role="dialog"]').contains(document.activeElement)`
        expect(await page.evaluate(inside)).toBe(true)
        await page.keyboard.press('Escape')
        await expect(dialog).toHaveCount(0)
        await expect(list(page, 'Probes')).toBeFocused()
      }
    })

    test('the audit chain is verified on the screen', async () => {
      await page.keyboard.press('Alt+5')
      await page.getByRole('button', { name: 'Verify', exact: true }).click()
      await expect(page.getByText(/^Unchanged: /)).toBeVisible({ timeout: 60_000 })
      await expectAccessible(page)
    })

    test('nothing went wrong in the page', () => expect(host.errors).toEqual([]))

    // Elsewhere the window goes with the host.
    const inBrowser = kind === 'loopback' ? test : undefined
    inBrowser?.('a lost host is said at once', async () => {
      host.main!.kill('SIGKILL')
      await expect(page.getByRole('alertdialog', { name: 'The connection to the application is lost' })).toBeVisible()
    })
  })
