// The magnified view: native pixels exactly, faces placed and moved by hand, probe and candidate under one camera.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, test, type Locator, type Page } from '@playwright/test'
import sharp from 'sharp'
import { appRoot } from '../../core/base/root.ts'
import type { Probe } from '../../core/contract/probes.ts'
import { kinds, open, skipWhereMissing, type Host } from './hosts.ts'
import { rawCalls } from './rawCalls.ts'

const PHOTOGRAPHS = path.join(appRoot, 'node_modules/@vladmandic/face-api/demo')
/** Footage of the test: a photograph shrunk until its faces are about 30 px high. */
const SHRUNK = 240

for (const kind of kinds)
  test.describe(kind, () => {
    skipWhereMissing(kind)
    const folder = mkdtempSync(path.join(tmpdir(), 'vestige-viewer-'))
    const footage = path.join(folder, 'footage.png')
    let host: Host
    let page: Page

    test.beforeAll(async () => {
      const photograph = sharp(path.join(PHOTOGRAPHS, 'sample1.jpg'))
      writeFileSync(footage, await photograph.clone().resize(SHRUNK).png().toBuffer())
      const gallery = path.join(folder, 'gallery')
      mkdirSync(gallery)
      writeFileSync(path.join(gallery, 'reference.jpg'), await photograph.clone().resize(640).jpeg().toBuffer())
      const store = path.join(folder, 'store')
      const command = path.join(appRoot, 'dist/core/cli/main.js')
      const enrolled = spawnSync(process.execPath, [
        command,
        'enrol',
        gallery,
        '--gallery',
        'Persons',
        '--store',
        store,
        '--json',
      ])
      expect(enrolled.status, String(enrolled.stderr)).toBe(0)

      host = await open(kind, { store })
      page = host.page
      await page.emulateMedia({ reducedMotion: 'reduce' })
      await page.getByRole('button', { name: 'New case…' }).click()
      await page.getByLabel('Name').fill('Forecourt')
      await page.keyboard.press('Enter')
      const chooser = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: 'Add images…' }).first().click()
      await (await chooser).setFiles(footage)
      await expect(figure(page, 'Probe').getByText('nearest')).toBeVisible({ timeout: 60_000 })
    })
    test.afterAll(async () => {
      await host?.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    })

    test('nearest shows the very pixels of the original, each as one square of screen pixels', async () => {
      await press('Box and points', false)
      const { scale, region, data, width } = await shownPixels(page)
      expect(scale).toBeGreaterThanOrEqual(2)
      const original = await sharp(footage).removeAlpha().raw().toBuffer()
      const wrong: string[] = []
      for (let y = region.y; y < region.y + region.height; y++)
        for (let x = region.x; x < region.x + region.width; x++)
          for (let dy = 0; dy < scale; dy++)
            for (let dx = 0; dx < scale; dx++) {
              const at = 4 * (((y - region.y) * scale + dy) * width + (x - region.x) * scale + dx)
              for (let c = 0; c < 3; c++)
                if (data[at + c] !== original[3 * (y * SHRUNK + x) + c]) wrong.push(`${x},${y} channel ${c}`)
            }
      expect(wrong.slice(0, 5)).toEqual([])
      await press('Box and points', true)
    })

    test('the grid is drawn between native pixels and leaves their middles alone', async () => {
      await press('Box and points', false)
      const without = await shownPixels(page)
      await press('Pixel grid', true)
      const withGrid = await shownPixels(page)
      await press('Pixel grid', false)
      await press('Box and points', true)
      expect(without.scale).toBeGreaterThanOrEqual(6)
      const differs = (x: number, y: number) => {
        const at = 4 * (y * without.width + x)
        return [0, 1, 2].some((c) => without.data[at + c] !== withGrid.data[at + c])
      }
      // Away from the coordinates along the upper and left edge.
      const [row, middle] = [5 * without.scale, Math.floor(without.scale / 2)]
      for (let pixel = 6; pixel < 12; pixel++) {
        expect(differs(pixel * without.scale, row + middle), `line ${pixel}`).toBe(true)
        expect(differs(pixel * without.scale + middle, row + middle), `middle ${pixel}`).toBe(false)
      }
    })

    test('a point moves by keys, is undone within the edit, saved, and undone by the workbench', async () => {
      const before = (await probes(page))[0]!
      await page.getByRole('button', { name: 'Edit box and points' }).click()
      const nose = page.getByRole('button', { name: /^nose tip/ })
      await nose.focus()
      for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowDown']) await page.keyboard.press(key)
      await expect(nose).toHaveAccessibleName(nameAt(before.points[2], 2, 0.1))
      await page.keyboard.press('Control+z')
      await expect(nose).toHaveAccessibleName(nameAt(before.points[2], 0, 0))
      await page.keyboard.press('Control+Shift+z')
      await page.keyboard.press('Enter')
      await expect(page.getByRole('group', { name: 'Edit of the marks' })).toHaveCount(0)
      await expect.poll(async () => (await probes(page))[0]!.pointsBy).toBe('analyst')
      const saved = (await probes(page))[0]!
      expect(saved.points[2].x).toBeCloseTo(before.points[2].x + 2, 1)
      expect(saved.box).toEqual(before.box)
      await page.keyboard.press('Control+z')
      await expect.poll(async () => (await probes(page))[0]!.points[2].x).toBeCloseTo(before.points[2].x, 1)
    })

    test('a point is dragged below the pixel, and Escape leaves nothing behind', async () => {
      await page.getByRole('button', { name: 'Edit box and points' }).click()
      const eye = page.getByRole('button', { name: /^image-left eye/ })
      const start = await middleOf(eye)
      const before = await eye.getAttribute('aria-label')
      await page.mouse.move(start.x, start.y)
      await page.mouse.down()
      await page.mouse.move(start.x + 9, start.y + 5, { steps: 3 })
      await page.mouse.up()
      const after = await eye.getAttribute('aria-label')
      const [from, to] = [before, after].map((name) => Number(/x ([\d.-]+)/.exec(name!)![1]))
      const scale = Number(/×(\d+)/.exec((await magnification(page))!)![1])
      expect(to! - from!).toBeCloseTo(9 / scale, 1)
      await page.keyboard.press('Escape')
      await expect(eye).toHaveAccessibleName(before!)
      await page.keyboard.press('Escape')
      await expect(page.getByRole('group', { name: 'Edit of the marks' })).toHaveCount(0)
    })

    test('a face is placed from nothing with the mouse', async () => {
      const count = (await probes(page)).length
      await page
        .getByRole('button', { name: /^Image/ })
        .first()
        .click()
      await page.getByRole('button', { name: 'Place a face by hand' }).click()
      const view = (await page.getByRole('application').boundingBox())!
      const [x, y] = [view.x + view.width * 0.45, view.y + view.height * 0.55]
      await page.mouse.move(x, y)
      await page.mouse.down()
      await page.mouse.move(x + 60, y + 70, { steps: 4 })
      await page.mouse.up()
      await expect(page.getByRole('button', { name: /^image-left eye/ })).toBeFocused()
      await page.getByRole('button', { name: 'Add face' }).click()
      await expect.poll(async () => (await probes(page)).length).toBe(count + 1)
      expect((await probes(page)).at(-1)).toMatchObject({ boxBy: 'analyst', pointsBy: 'analyst' })
    })

    test('a face is placed from nothing with the keyboard alone', async () => {
      const count = (await probes(page)).length
      await page
        .getByRole('button', { name: /^Image/ })
        .first()
        .click()
      await page.getByRole('button', { name: 'Place a face by hand' }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('application').focus()
      await page.keyboard.press('Enter')
      const eye = page.getByRole('button', { name: /^image-left eye/ })
      await expect(eye).toBeFocused()
      const before = await eye.getAttribute('aria-label')
      await page.keyboard.press('ArrowLeft')
      await expect(eye).not.toHaveAccessibleName(before!)
      await page.keyboard.press('Tab')
      await expect(page.getByRole('button', { name: /^image-right eye/ })).toBeFocused()
      await page.keyboard.press('Enter')
      await expect.poll(async () => (await probes(page)).length).toBe(count + 1)
    })

    test('probe and candidate zoom as one, and blink with eyes on eyes only when asked under reduced motion', async () => {
      await page.getByRole('listbox', { name: 'Probes' }).getByRole('option').first().click()
      await page
        .getByRole('button', { name: /^Search/ })
        .first()
        .click()
      await page.getByRole('listbox', { name: 'Candidates by rank' }).getByRole('option').first().click()
      await page.getByRole('button', { name: 'Side by side' }).click()
      const both = () => Promise.all(['Probe', 'Rank 1'].map((title) => enlargement(figure(page, title))))
      const [probe, candidate] = await both()
      await page.getByRole('button', { name: 'Zoom in' }).click()
      await page.getByRole('button', { name: 'Zoom in' }).click()
      const [nearer, candidateNearer] = await both()
      expect(nearer!).toBeGreaterThan(probe!)
      expect(candidateNearer! / candidate!).toBeCloseTo(nearer! / probe!, 1)
      await page.getByRole('button', { name: 'Blink', exact: true }).click()
      await expect(page.getByRole('button', { name: 'Start blinking' })).toBeEnabled()
      const application = page.getByRole('application')
      await expect(application.getByRole('img')).toHaveAccessibleName(/^Probe/)
      const still = await application.getAttribute('data-origin')
      await application.focus()
      await page.keyboard.press('Space')
      await expect(application.getByRole('img')).toHaveAccessibleName(/^Rank 1/)
      // Nothing moves but the face: a caption that changed the view's height would.
      expect(await application.getAttribute('data-origin')).toBe(still)
      await page.getByRole('button', { name: 'Start blinking' }).click()
      await expect(application.getByRole('img')).toHaveAccessibleName(/^Probe/)
      await expect(application.getByRole('img')).toHaveAccessibleName(/^Rank 1/)
      await page.getByRole('button', { name: 'Stop blinking' }).click()
      await page.getByRole('button', { name: 'Side by side' }).click()
    })

    test('the view has no accessibility faults, nor errors on the console', async () => {
      await page.getByRole('button', { name: 'Edit box and points' }).click()
      const found = await new AxeBuilder({ page }).setLegacyMode().include('[aria-label="Magnified probe"]').analyze()
      expect(found.violations.map((fault) => `${fault.id}: ${fault.nodes[0]?.html}`)).toEqual([])
      await page.keyboard.press('Escape')
      expect(host.errors).toEqual([])
    })

    /** Presses a toggle of the viewer's bar until it is so. */
    async function press(name: string, on: boolean) {
      const button = page.getByRole('toolbar', { name: 'Magnified view' }).getByRole('button', { name, exact: true })
      if ((await button.getAttribute('aria-pressed')) !== String(on)) await button.click()
      await expect(button).toHaveAttribute('aria-pressed', String(on))
    }
  })

const figure = (page: Page, title: string): Locator =>
  page.getByLabel('Magnified probe').locator('figure').filter({ hasText: title })
const nameAt = (from: { x: number; y: number }, dx: number, dy: number) =>
  `nose tip, x ${(Math.round((from.x + dx) * 100) / 100).toFixed(2)}, y ${(Math.round((from.y + dy) * 100) / 100).toFixed(2)} px`
const magnification = (page: Page) => page.getByLabel('Magnification').textContent()
async function enlargement(of: Locator): Promise<number> {
  const text = await of.locator('figcaption').textContent()
  return Number(/shown ×([\d.]+)/.exec(text ?? '')![1])
}
async function middleOf(of: Locator): Promise<{ x: number; y: number }> {
  const box = (await of.boundingBox())!
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}
/** Probes of the one case, as the host has them. */
async function probes(page: Page): Promise<Probe[]> {
  const [reply] = await rawCalls(page, [
    { kind: 'call', id: 1, name: 'probes.list', args: { caseId: 1 }, via: 'button' },
  ])
  return (reply?.value as Probe[]).sort((a, b) => a.number - b.number)
}

interface Pixels {
  /** Screen pixels per native pixel. */
  readonly scale: number
  /** Native pixels that are wholly in view. */
  readonly region: { x: number; y: number; width: number; height: number }
  /** Screen pixels of just that region, RGBA, `width` to a row. */
  readonly data: Buffer
  readonly width: number
}
/** What the probe's canvas really shows, read back from it. */
async function shownPixels(page: Page): Promise<Pixels> {
  // A frame for what was pressed last.
  await page.waitForTimeout(300)
  const caption = (await figure(page, 'Probe').locator('figcaption').textContent())!
  const scale = Number(/shown ×(\d+)/.exec(caption)![1])
  const [, width, height, x, y] = /(\d+) × (\d+) px at \((\d+), (\d+)\)/.exec(caption)!.map(Number)
  const seen = await page.evaluate(
    ([whole, scale]) => {
      // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the page's globals have no types in this program
      const here = globalThis as any
      const view = here.document.querySelector('[aria-label="Magnified probe"] [data-origin]')
      const canvas = view.querySelector('canvas')
      const [left, top] = view.dataset.origin.split(' ').map(Number)
      const from = { x: Math.max(whole.x, Math.ceil(-left / scale)), y: Math.max(whole.y, Math.ceil(-top / scale)) }
      const toX = Math.min(whole.x + whole.width, Math.floor((canvas.width - left) / scale))
      const toY = Math.min(whole.y + whole.height, Math.floor((canvas.height - top) / scale))
      const region = { ...from, width: toX - from.x, height: toY - from.y }
      const width = region.width * scale
      const origin = [left + from.x * scale, top + from.y * scale]
      const { data } = canvas.getContext('2d').getImageData(...origin, width, region.height * scale)
      let text = ''
      for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192))
      return { scale, region, width, data: here.btoa(text) as string }
    },
    [{ x: x!, y: y!, width: width!, height: height! }, scale] as const,
  )
  return { ...seen, data: Buffer.from(seen.data, 'base64') }
}
