// Models compared on a case, on every host: cost told, ranks side by side, all probes, by keyboard; galleries untouched.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { writeTestPackage } from '../../core/models/testModels.ts'
import { randomRecogniser } from '../../core/services/testingPhotos.ts'
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

/** Knows nothing of faces: it is there to disagree. */
const ODD = 'Odd one'
const PEOPLE = ['Ann', 'Bea', 'Cleo']

for (const kind of kinds)
  test.describe(kind, () => {
    test.describe.configure({ mode: 'serial', timeout: 400_000 })
    skipWhereMissing(kind)
    const folder = mkdtempSync(path.join(tmpdir(), 'vestige-compare-'))
    const people = path.join(folder, 'people')
    let host: Host
    let page: Page
    let gallery: { id: number; version: number }

    const call = async <T>(name: string, args: object, quietMs = 5000): Promise<T> => {
      const replies = await rawCalls(page, [{ kind: 'call', id: 1, name, args, via: 'button' }], 1, quietMs)
      const reply = replies.find((frame) => frame.kind !== 'progress')
      if (reply?.kind !== 'result') throw new Error(`${name}: ${reply?.error?.message ?? 'no answer'}`)
      return reply.value as T
    }
    const view = () => page.getByRole('region', { name: 'Compare models' })
    const grid = (name: string) => page.getByRole('grid', { name })
    const rows = (name: string) => grid(name).locator('tbody tr')
    async function expectFit() {
      await page.setViewportSize({ width: 1100, height: 700 })
      await page.waitForTimeout(200)
      await expectNoSidewaysScroll(page)
      await expectAccessible(page)
      await expectPlainWords(page)
      await page.setViewportSize({ width: 1440, height: 900 })
    }
    test.beforeAll(async () => {
      const store = path.join(folder, 'store')
      mkdirSync(store)
      const { bytes, pixels } = randomRecogniser(3)
      writeTestPackage(path.join(store, 'models'), { model: bytes }, { name: ODD, embedding: 64, pixels })
      for (const [i, name] of PEOPLE.entries()) {
        mkdirSync(path.join(people, name), { recursive: true })
        writeFileSync(path.join(people, name, '1.png'), await shrunk(i + 1, 500))
      }
      host = await open(kind, { store })
      page = host.page
      page.setDefaultTimeout(30_000)
      await page.emulateMedia({ reducedMotion: 'reduce' })
    })
    test.afterAll(async () => {
      await host?.close()
      rmSync(folder, { recursive: true, force: true })
    })

    test('without a gallery or a probe the view says what is missing', async () => {
      await newCase(page, 'Forecourt')
      await page.keyboard.press('Alt+6')
      await expect(view().getByText('No gallery yet', { exact: true }).last()).toBeVisible()
      await expect(
        view()
          .getByRole('button', { name: /^Compare/ })
          .last(),
      ).toHaveAttribute('aria-disabled', 'true')
      await expectFit()
      gallery = await call('galleries.create', { name: 'Staff' })
      const job = await call<{ id: number }>('galleries.enrol', {
        galleryId: gallery.id,
        source: { kind: 'folder', path: people },
      })
      await call('jobs.wait', { id: job.id }, 60_000)
      gallery = await call('galleries.get', { id: gallery.id })
      await expect(view().getByText('No probe yet', { exact: true }).last()).toBeVisible()
    })

    test('the cost stands there before anything is done, and a search makes no comparison', async () => {
      await page.keyboard.press('Alt+1')
      await drop(page, [{ name: 'camera.png', bytes: await shrunk(2, 300) }])
      await settled(page)
      await list(page, 'Probes').focus()
      await page.keyboard.press('Home')
      await page.keyboard.press('Alt+6')
      await expect(view().getByText(/3 references to embed by .*Odd one.*about \d+ (s|min) in all/)).toBeVisible({
        timeout: 90_000,
      })
      await expect(view().getByText('The gallery and its own templates stay as they are')).toBeVisible()
      await expect(view().getByText('Not compared yet')).toBeVisible()
      await expect(view().getByText('Ranks, not scores.')).toBeVisible()
    })

    test('every model’s ranks stand side by side, and the chain notes the look', async () => {
      await page.keyboard.press('s')
      await expect(rows('Candidates by median rank')).toHaveCount(PEOPLE.length, { timeout: 180_000 })
      const models = await call<{ hash: string; card: { name: string; role: string } }[]>('models.list', {})
      const recognisers = models.filter(({ card }) => card.role === 'recogniser')
      await expect(grid('Candidates by median rank').locator('thead th.model')).toHaveCount(recognisers.length)
      await expect(view().getByText(/models (agree|disagree) on rank 1/)).toBeVisible()
      await expect(view().getByText('RBO, p = 0.9')).toBeVisible()
      await expect(view().getByText(/references to embed/)).toHaveCount(0)
      expect(await call('galleries.get', { id: gallery.id })).toEqual(gallery)
      const { rows: noted } = await call<{
        rows: { action: string; via: string; subject: string; parameters: string }[]
      }>('audit.list', { text: 'agreement' })
      expect(noted[0]).toMatchObject({ action: 'comparisons.start', via: 'shortcut' })
      expect(noted[0]!.subject).toMatch(/^probe:/)
      for (const { hash } of recognisers) expect(noted[0]!.parameters).toContain(hash)
      expect(await call<object[]>('searches.list', { caseId: 1 })).toEqual([])
      await expectFit()
    })

    test('rows are walked through by keyboard, the probe beside the candidate', async () => {
      await grid('Candidates by median rank').focus()
      await page.keyboard.press('End')
      const last = rows('Candidates by median rank').last()
      await expect(last).toHaveAttribute('aria-selected', 'true')
      const name = (await last.locator('th').innerText()).split('\n')[0]!.trim()
      const beside = page.getByRole('complementary', { name: 'Probe beside the candidate' })
      await expect(beside.getByText(name, { exact: true })).toBeVisible()
      await expect(beside.getByRole('img', { name: /^Probe 1, enlarged/ })).toBeVisible()
      await page.getByText('Models two by two').click()
      await expect(
        view()
          .getByRole('rowheader', { name: new RegExp(`and ${ODD}$|^${ODD} and`) })
          .first(),
      ).toBeVisible()
      await expectAccessible(page)
    })

    test('all probes in one table; opening one leads to its ranks', async () => {
      await page.keyboard.press('2')
      await page.keyboard.press('s')
      const probes = rows('Rank 1 of every model by probe')
      await expect(probes.first()).toContainText(/\d of \d/, { timeout: 60_000 })
      await expect(view().getByRole('button', { name: /^Compare all probes/ })).toBeVisible({ timeout: 180_000 })
      await expect(probes.filter({ hasText: 'Not compared yet' })).toHaveCount(0)
      await expect(view().getByText(/The models agree on rank 1 for \d+ of \d+ probe/)).toBeVisible()
      await expectFit()
      await grid('Rank 1 of every model by probe').focus()
      await page.keyboard.press('End')
      await page.keyboard.press('Enter')
      await expect(rows('Candidates by median rank').first()).toBeVisible()
    })

    test('fewer than two models cannot be compared, and the view says so', async () => {
      const boxes = view().getByRole('group', { name: 'Models to compare' }).getByRole('checkbox')
      for (const box of (await boxes.all()).slice(1)) await box.uncheck()
      await expect(view().getByText('Fewer than two models are chosen')).toBeVisible()
      for (const box of await boxes.all()) await box.check()
      await expect(rows('Candidates by median rank').first()).toBeVisible()
    })

    test('it is reached by menu and by palette', async () => {
      await page.keyboard.press('Alt+1')
      await page.getByRole('menubar').getByText('Search', { exact: true }).click()
      await page.getByRole('menuitem', { name: 'Compare models on this case' }).click()
      await expect(view()).toBeVisible()
      await page.keyboard.press('Alt+1')
      await page.keyboard.press('Control+k')
      await page.keyboard.type('compare models on this case')
      await page.keyboard.press('Enter')
      await expect(view()).toBeVisible()
    })

    test('the list of models names recipe and evidence of each', async () => {
      await page.keyboard.press('Alt+4')
      const own = options(page, 'Model packages').filter({ hasText: 'Vestige S' })
      await expect(own).toContainText('Recipe: vestige-s, vestige-s-long, vestige-gallery')
      await expect(own).toContainText(/Measured: Verification accuracy \(N 600\): 7 px 0\.\d+ ± 0\.\d+ · /)
      await expect(options(page, 'Model packages').filter({ hasText: ODD })).toContainText('Measured: nothing measured')
      await own.click()
      const facts = page.getByRole('region', { name: 'Training and evidence' })
      await expect(facts).toContainText(/Run records\s*vestige-s, vestige-s-long, vestige-gallery/)
      await expect(facts).toContainText('N 600, value ± standard error')
      await expectFit()
    })

    test('nothing went wrong in the page', () => expect(host.errors).toEqual([]))
  })
