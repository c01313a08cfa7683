// Model packages on the screen: a recommended one taken up with one action, its second score, and the way back.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { openHere } from '../../core/models/inspect.ts'
import { patternImage } from '../../core/models/pattern.ts'
import { embedOne, storedAnswer } from '../../core/models/selfTest.ts'
import { writeTestPackage } from '../../core/models/testModels.ts'
import { randomRecogniser } from '../../core/services/testingPhotos.ts'
import { offerRecogniser, openStore } from '../../core/store/index.ts'
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

/** Far above the faces of this test, so that every probe goes through the probe network and gets a second score. */
const UP_TO = 300
const NAME = 'Test pair'
const THIRD = 'Third'
const FOURTH = 'Fourth'

/** A store in which a pair was installed after it was made, and nobody has chosen yet. */
async function prepare(folder: string): Promise<void> {
  const { bytes, pixels } = randomRecogniser(1)
  const hash = writeTestPackage(
    path.join(folder, 'models'),
    { model: bytes, gallery: randomRecogniser(2).bytes },
    {
      name: NAME,
      embedding: 64,
      pixels: { ...pixels, resampler: 'vestige-bicubic-warp-1' },
      inference: { flip: true, gallery: null, probe: { upTo: UP_TO }, second: { upTo: UP_TO, weight: 0.35 } },
    },
  )
  for (const [i, name] of [THIRD, FOURTH].entries()) {
    const { bytes: model, pixels: plain } = randomRecogniser(3 + i)
    const session = await openHere(model)
    const embedding = storedAnswer(await embedOne(session, patternImage(112), plain))
    await session.release()
    const selfTest = { image: 'pattern-1' as const, embedding }
    writeTestPackage(path.join(folder, 'models'), { model }, { name, embedding: 64, pixels: plain, selfTest })
  }
  const store = openStore({ folder, appVersion: 'test' })
  offerRecogniser(store, { account: 'test', via: 'system', action: 'app.start' }, hash)
  store.close()
}

for (const kind of kinds)
  test.describe(kind, () => {
    test.describe.configure({ mode: 'serial' })
    skipWhereMissing(kind)
    const folder = mkdtempSync(path.join(tmpdir(), 'vestige-packages-'))
    const people = path.join(folder, 'people')
    let host: Host
    let page: Page
    let before: string

    const call = async <T>(name: string, args: object, quietMs = 1000): Promise<T> => {
      const replies = await rawCalls(page, [{ kind: 'call', id: 1, name, args, via: 'button' }], 1, quietMs)
      const reply = replies.find((frame) => frame.kind !== 'progress')
      if (reply?.kind !== 'result') throw new Error(`${name}: ${reply?.error?.message ?? 'no answer'}`)
      return reply.value as T
    }
    test.beforeAll(async () => {
      const store = path.join(folder, 'store')
      mkdirSync(store)
      await prepare(store)
      for (const [i, name] of ['Ann', 'Bea', 'Cleo'].entries()) {
        mkdirSync(path.join(people, name), { recursive: true })
        writeFileSync(path.join(people, name, '1.png'), await shrunk(i + 1, 500))
      }
      host = await open(kind, { store })
      page = host.page
      page.setDefaultTimeout(20_000)
      await page.emulateMedia({ reducedMotion: 'reduce' })
      before = (await call<{ recogniser: { name: string } }>('app.status', {})).recogniser.name
    })
    test.afterAll(async () => {
      await host?.close()
      rmSync(folder, { recursive: true, force: true })
    })
    const hashOf = async (name: string): Promise<string> =>
      (await call<{ hash: string; card: { name: string } }[]>('models.list', {})).find((m) => m.card.name === name)!
        .hash
    const noJobs = () =>
      expect(page.getByRole('contentinfo').getByText('No jobs running')).toBeVisible({ timeout: 90_000 })

    test('a recommended recogniser is offered once, calmly, and taken up with one action', async () => {
      const gallery = await call<{ id: number }>('galleries.create', { name: 'References' })
      const source = { kind: 'folder', path: people }
      const job = await call<{ id: number }>('galleries.enrol', { galleryId: gallery.id, source })
      await call('jobs.wait', { id: job.id }, 90_000)
      const offer = page.getByRole('region', { name: 'A better recogniser was installed' })
      await expect(offer).toContainText(`“${NAME}” was installed`)
      await expect(offer.getByRole('button', { name: `Keep “${before}”` })).toBeVisible()
      await expectAccessible(page)
      await expectPlainWords(page)
      await page.setViewportSize({ width: 1100, height: 700 })
      await expectNoSidewaysScroll(page)
      await page.setViewportSize({ width: 1440, height: 900 })
      await offer.getByRole('button', { name: 'Use it and re-enrol' }).click()
      await expect(offer).toHaveCount(0)
      await noJobs()
      expect((await call<{ recogniser: { name: string } }>('app.status', {})).recogniser.name).toBe(NAME)
      await page.keyboard.press('Alt+3')
      await expect(options(page, 'Galleries').first()).toContainText('3 templates')
      await expect(options(page, 'Galleries').first()).not.toContainText('stale')
    })

    test('its card says in plain words how templates and scores are made', async () => {
      await page.keyboard.press('Alt+4')
      await options(page, 'Model packages').filter({ hasText: NAME }).click()
      const card = page.getByRole('region', { name: 'Model card' })
      await expect(card).toContainText('made of the face and its mirror image')
      await expect(card).toContainText(
        `of at most ${UP_TO} px by a network for small faces, larger ones by that of galleries`,
      )
      await expect(card).toContainText('made by a network of their own')
      await expect(card).toContainText(`for probes of at most ${UP_TO} px: 35 % of the score`)
      await expect(card.getByText('Gallery network', { exact: true })).toBeVisible()
      await expectAccessible(page)
      await expectPlainWords(page)
    })

    test('a candidate shows both parts of its score, and the record what was used', async () => {
      await page.keyboard.press('Alt+2')
      await newCase(page, 'Forecourt')
      await drop(page, [{ name: 'camera.png', bytes: await shrunk(2, 300) }])
      await settled(page)
      await list(page, 'Probes').focus()
      await page.keyboard.press('Home')
      await page.keyboard.press('s')
      await expect(options(page, 'Candidates by rank')).toHaveCount(3)
      const selected = page.getByRole('region', { name: 'Selected candidate' })
      await expect(selected).toContainText(
        /Score\s*[−\d.]+.*Cosine\s*[−\d.]+.*Second score\s*[−\d.]+\s*shrunk to \d+ px, weight 0.35/s,
      )
      await expect(selected).toContainText(/Probe’s template\s*by the network for small faces \(at most 300 px\)/)
      const candidates = page.getByRole('region', { name: 'Candidates' })
      await expect(candidates).toContainText(
        /probe \d+ px, by the network for small faces \(at most 300 px\) · with mirror images · gallery by a network of its own · second score of weight 0.35 for the best 3 templates/,
      )
      await page.keyboard.press('r')
      await expect(page.getByText('same ranks, largest score difference 0')).toBeVisible()
      await expectAccessible(page)
      await expectPlainWords(page)
    })

    test('under a third one the gallery is stale: said where one searches, and re-enrolling is one action there', async () => {
      await page.keyboard.press('Alt+4')
      await options(page, 'Model packages').filter({ hasText: THIRD }).click()
      await page.getByRole('button', { name: 'Use this model', exact: true }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Use this model' }).click()
      await expect(page.getByRole('dialog')).toHaveCount(0)
      await expect(page.getByRole('region', { name: 'Model card' })).toContainText('in use')
      await page.keyboard.press('Alt+3')
      await expect(options(page, 'Galleries').first()).toContainText('3 stale')
      await expect(page.getByText('1 gallery stale')).toBeVisible()
      await expectAccessible(page)
      await page.keyboard.press('Alt+1')
      const candidates = page.getByRole('region', { name: 'Candidates' })
      await expect(candidates).toContainText('belong to another model: re-enrol it before searching')
      await expectAccessible(page)
      await candidates.getByRole('button', { name: 'Re-enrol' }).click()
      await noJobs()
      await expect(candidates).not.toContainText('re-enrol it before searching')
      await list(page, 'Probes').focus()
      await page.keyboard.press('s')
      await expect(candidates).toContainText(/Third.*probe \d+ px/s)
      await expect(page.getByRole('region', { name: 'Selected candidate' })).not.toContainText('Second score')
    })

    test('from the list of galleries it is one action, too', async () => {
      await page.keyboard.press('Alt+3')
      await call('models.activate', { sha256: await hashOf(FOURTH) })
      await page.getByRole('button', { name: 'Re-enrol', exact: true }).first().click()
      await noJobs()
      await expect(options(page, 'Galleries').first()).not.toContainText('stale')
      await expect(page.getByText('1 gallery stale')).toHaveCount(0)
    })

    test('a network of one’s own is imported for galleries beside the probe network of a package', async () => {
      await page.keyboard.press('Alt+4')
      const chooser = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: 'Import ONNX…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Import a recogniser' })
      await dialog.getByRole('button', { name: 'Choose a file…' }).click()
      const buffer = Buffer.from(randomRecogniser(7).bytes)
      await (await chooser).setFiles({ name: 'teacher.onnx', mimeType: 'application/octet-stream', buffer })
      await dialog
        .getByLabel('It makes')
        .selectOption({ label: `gallery templates only, beside the probe network of “${THIRD}”` })
      await expect(dialog.getByText('Measure the pair before you read a score of it')).toBeVisible()
      await expectAccessible(page)
      await dialog.getByRole('button', { name: 'Import', exact: true }).click()
      await expect(dialog.getByText(/Self-test passed: least cosine of both networks/)).toBeVisible()
      await dialog.getByRole('button', { name: 'Keep without using it' }).click()
      await expect(page.getByRole('region', { name: 'Model card' })).toContainText(
        'Both networks must map a face to the same place',
      )
    })

    test('nothing went wrong in the page', () => expect(host.errors).toEqual([]))
  })
