// Hallucinated faces on the screen: made, walked through, overlaid, saved with their mark, refused as evidence, discarded.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { LANDMARK_LEGEND, PARSING_LEGEND } from '../../core/contract/overlays.ts'
import { provideHallucinator } from './hallucinator.ts'
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
  settled,
  shrunk,
} from './workbench.ts'

const SIZES = [
  [1440, 900],
  [1100, 700],
] as const
const BANNER =
  'Synthetic - not evidence. It is no probe, no gallery image and no exhibit; searching uses the original pixels alone.'
const MEASURED =
  /^(Not measured at this size\.|At \d+ px the hallucinated face is nearer to a different person in .+ of 100 cases \(.+ of 100 for bicubic enlargement\); n\s=\s.+\sfaces(, by .+)?\.)$/

for (const kind of kinds)
  test.describe(kind, () => {
    test.describe.configure({ mode: 'serial', timeout: 240_000 })
    skipWhereMissing(kind)
    const folder = mkdtempSync(path.join(tmpdir(), 'vestige-hallucination-'))
    let host: Host
    let page: Page

    test.beforeAll(async () => {
      const store = path.join(folder, 'store')
      mkdirSync(store)
      await provideHallucinator(store)
      host = await open(kind, { store })
      page = host.page
      page.setDefaultTimeout(20_000)
      await page.emulateMedia({ reducedMotion: 'reduce' })
      await newCase(page, 'Forecourt')
      await drop(page, [{ name: 'camera.png', bytes: await shrunk(2, 220) }])
      await settled(page)
      await list(page, 'Probes').focus()
      await page.keyboard.press('Home')
    })
    test.afterAll(async () => {
      await host?.close()
      rmSync(folder, { recursive: true, force: true })
    })
    const section = () => page.getByRole('region', { name: 'Hallucinated faces' })
    const faces = () => options(page, 'Hallucinated faces')
    /** The picture beside native pixels and bicubic enlargement, by its caption. */
    const large = (name: string) => section().getByRole('img', { name: new RegExp(`^${name}, made up`) })
    const audited = async (action: string) => {
      const [reply] = await rawCalls(page, [{ kind: 'call', id: 1, name: 'audit.list', args: {}, via: 'button' }])
      return (reply!.value as { rows: { action: string; via: string }[] }).rows.filter((row) => row.action === action)
    }
    async function eachSize(look: () => Promise<void>) {
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height })
        await page.waitForTimeout(200)
        await look()
      }
      await page.setViewportSize({ width: 1440, height: 900 })
    }
    /** Nothing of the view lies below its end or over something else of it. */
    async function expectFits() {
      await expectNoSidewaysScroll(page)
      const boxes = await section()
        .locator(':scope > *')
        .evaluateAll((parts) =>
          (parts as { getBoundingClientRect(): { top: number; bottom: number; height: number } }[])
            .map((part) => part.getBoundingClientRect())
            .filter((box) => box.height > 0)
            .map(({ top, bottom }) => ({ top, bottom })),
        )
      const end = await section().evaluate(
        (whole) => (whole as unknown as { getBoundingClientRect(): { bottom: number } }).getBoundingClientRect().bottom,
      )
      const order = [...boxes].sort((a, b) => a.top - b.top)
      for (const [i, box] of order.entries()) expect(box.bottom).toBeLessThanOrEqual((order[i + 1]?.top ?? end) + 1)
    }

    test('before there are any, the view says what they would be and what they are not', async () => {
      await page.keyboard.press('3')
      await expect(section()).toContainText(BANNER)
      await expect(section().getByRole('heading', { name: 'No face was made up for probe 1' })).toBeVisible()
      await expectAccessible(page)
      await eachSize(expectFits)
      await expectPlainWords(page)
    })

    test('one key makes several, shown beside the probe’s own pixels with what was measured', async () => {
      await page.keyboard.press('h')
      await expect(faces()).toHaveCount(10, { timeout: 90_000 })
      await expect(faces().first()).toHaveAttribute('aria-selected', 'true')
      await expect(large('Sample 1 of 8')).toBeVisible()
      await expect(section().getByRole('img', { name: /^Native pixels, shown ×\d+, nearest/ })).toBeVisible()
      await expect(section().getByRole('img', { name: /^Bicubic, shown/ })).toBeVisible()
      await expect(section()).toContainText(BANNER)
      await expect(section().getByTestId('measure')).toHaveText(MEASURED)
      await expect(section().getByRole('list', { name: 'How it was made' })).toContainText(
        /seed 1.*8 samples of 112 px from [\d.]+ px.*\d ms/s,
      )
      expect(await audited('hallucinations.create')).toEqual([expect.objectContaining({ via: 'shortcut' })])
      await eachSize(async () => {
        await expectAccessible(page)
        await expectFits()
      })
      await expectPlainWords(page)
    })

    test('arrow keys go through samples, mean and spread; no two samples are one picture', async () => {
      await list(page, 'Hallucinated faces').focus()
      const seen = new Set<string>()
      for (let i = 1; i <= 8; i++) {
        await expect(large(`Sample ${i} of 8`)).toBeVisible()
        await expect(faces().nth(i - 1)).toHaveAttribute('aria-selected', 'true')
        seen.add(
          await faces()
            .nth(i - 1)
            .locator('canvas')
            .evaluate((tile) => (tile as unknown as { toDataURL(): string }).toDataURL()),
        )
        await page.keyboard.press('ArrowRight')
      }
      expect(seen.size).toBe(8)
      await expect(large('Mean of 8 samples')).toBeVisible()
      await page.keyboard.press('End')
      await expect(large('Spread of 8 samples')).toBeVisible()
      await expect(section()).toContainText('Brighter: the samples differ more')
      await page.keyboard.press('Home')
      await page.keyboard.press('.')
      await expect(large('Sample 2 of 8')).toBeVisible()
    })

    test('overlays lie over the mean with their legend, and taken off give back the sample', async () => {
      const legend = section().getByRole('list', { name: 'Legend' }).getByRole('listitem')
      await page.keyboard.press('l')
      await expect(large('Mean and landmarks')).toBeVisible()
      await expect(legend).toHaveText(LANDMARK_LEGEND.map(({ name }) => name))
      await page.keyboard.press('m')
      await expect(large('Mean and parsing')).toBeVisible()
      await expect(legend).toHaveText(PARSING_LEGEND.filter(({ colour }) => colour).map(({ name }) => name))
      await expect(faces().filter({ hasText: 'Mean' })).toHaveAttribute('aria-selected', 'true')
      await expect(faces()).toHaveCount(10)
      await eachSize(async () => {
        await expectAccessible(page)
        await expectFits()
      })
      await section()
        .getByRole('button', { name: /^Parsing map/ })
        .click()
      await expect(large('Sample 2 of 8')).toBeVisible()
      await expect(legend).toHaveCount(0)
    })

    test('zoom is one for all three views', async () => {
      const scales = async () =>
        Promise.all(
          (await section().locator('figure canvas').all()).map(
            async (view) => /shown (×[\d.]+)/.exec((await view.getAttribute('aria-label')) ?? '')?.[1],
          ),
        )
      const before = await scales()
      await page.keyboard.press('+')
      await expect.poll(async () => (await scales())[0]).not.toBe(before[0])
      const after = await scales()
      expect(new Set(after).size).toBe(1)
      expect(after).toHaveLength(3)
      await page.keyboard.press('0')
    })

    test('nothing can be dragged out, and the menu over a face offers the marked file alone', async () => {
      expect(await section().locator('img, [draggable="true"], a[href]').count()).toBe(0)
      await faces().nth(2).click({ button: 'right' })
      await expect(page.getByRole('menu').getByRole('menuitem')).toHaveText(['Save this synthetic picture, marked…'])
      await page.keyboard.press('Escape')
      await large('Sample 3 of 8').click({ button: 'right' })
      await expect(page.getByRole('menu').getByRole('menuitem')).toHaveText(['Save this synthetic picture, marked…'])
      await page.keyboard.press('Escape')
    })

    test('the saved file says what it is, and is refused where evidence goes', async () => {
      const saving = page.waitForEvent('download')
      await section().getByRole('button', { name: 'Save PNG' }).click()
      const saved = readFileSync(await (await saving).path())
      expect(saved.toString('latin1')).toContain('Vestige-Synthetic')
      const evidence = await options(page, 'Evidence images').count()
      await drop(page, [{ name: 'suspect.png', bytes: saved }])
      await expect(page.getByRole('alert').filter({ hasText: 'suspect.png' })).toContainText(/synthetic|made.up/i)
      await expect(options(page, 'Evidence images')).toHaveCount(evidence)
      await page.getByRole('button', { name: 'Dismiss the list' }).click()
    })

    test('another one stands beside the first; discarding asks, and the audit chain keeps both', async () => {
      const made = section().getByRole('combobox', { name: 'Hallucinations of this probe' })
      await section().getByRole('button', { name: 'Another…' }).click()
      const samples = section().getByRole('spinbutton', { name: 'Samples' })
      await samples.fill('3')
      await expect(section().getByRole('alert')).toHaveText('Samples: write a whole number from 4 to 16.')
      await samples.fill('4')
      await expect(section().getByRole('spinbutton', { name: 'Seed' })).toHaveValue('2')
      await section().getByRole('button', { name: 'Hallucinate this probe' }).click()
      await expect(faces()).toHaveCount(6, { timeout: 90_000 })
      await expect(made.getByRole('option')).toHaveText([/^2 · .* · seed 2 · .* ms$/, /^1 · .* · seed 1 · .* ms$/])
      await made.selectOption({ index: 1 })
      await expect(faces()).toHaveCount(10)
      for (const left of [1, 0]) {
        await section().getByRole('button', { name: 'Discard this hallucination' }).click()
        const asked = page.getByRole('dialog', { name: 'Discard the hallucinated faces' })
        if (left > 0) await expectAccessible(page)
        await asked.getByRole('button', { name: 'Discard' }).click()
        await expect(asked).toHaveCount(0)
        if (left > 0) await expect(made.getByRole('option')).toHaveCount(left)
      }
      await expect(section().getByRole('heading', { name: 'No face was made up for probe 1' })).toBeVisible()
      expect(await audited('hallucinations.discard')).toHaveLength(2)
      expect(await audited('hallucinations.create')).toHaveLength(2)
    })

    test('nothing went wrong in the page', () => expect(host.errors).toEqual([]))
  })
