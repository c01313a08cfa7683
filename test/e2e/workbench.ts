// What the workbench's tests do again and again: dropping and pasting files, naming panes, accessibility, plain words.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'
import sharp from 'sharp'
import { appRoot } from '../../core/base/root.ts'

const photographs = path.join(appRoot, 'node_modules/@vladmandic/face-api/demo')
export interface GivenFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** A group photograph shrunk to a width, as PNG: faces are about a tenth of that in height. */
export const shrunk = async (sample: number, width: number): Promise<Uint8Array> =>
  sharp(readFileSync(path.join(photographs, `sample${sample}.jpg`)))
    .resize(width)
    .png()
    .toBuffer()

/** Lets files fall onto, or be pasted into, the window. The page's globals stay out of this program's types. */
async function give(page: Page, event: 'drop' | 'paste', files: readonly GivenFile[]): Promise<void> {
  const given = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }))
  await page.evaluate(`{
    const data = new DataTransfer()
    for (const { name, base64 } of ${JSON.stringify(given)}) {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
      data.items.add(new File([bytes], name, { type: 'image/png' }))
    }
    const target = document.querySelector('main')
    const bubbles = { bubbles: true, cancelable: true }
    if (${JSON.stringify(event)} === 'drop') {
      target.dispatchEvent(new DragEvent('dragover', { ...bubbles, dataTransfer: data }))
      target.dispatchEvent(new DragEvent('drop', { ...bubbles, dataTransfer: data }))
    } else target.dispatchEvent(new ClipboardEvent('paste', { ...bubbles, clipboardData: data }))
  }`)
}
export const drop = (page: Page, files: readonly GivenFile[]): Promise<void> => give(page, 'drop', files)
export const paste = (page: Page, files: readonly GivenFile[]): Promise<void> => give(page, 'paste', files)

export const list = (page: Page, name: string): Locator => page.getByRole('listbox', { name, exact: true })
export const options = (page: Page, name: string): Locator => list(page, name).getByRole('option')

export async function newCase(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Alt+n')
  await page.getByRole('dialog', { name: 'New case' }).getByLabel('Name').fill(name)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByRole('heading', { level: 1, name: `Case ${name}` })).toBeAttached()
}

/** Waits until nothing is imported and no faces are searched any more. */
export async function settled(page: Page): Promise<void> {
  const evidence = page.getByRole('region', { name: 'Evidence', exact: true })
  await expect(evidence.getByText(/^Adding |^waiting|^finding faces|^making templates/)).toHaveCount(0, {
    timeout: 90_000,
  })
}

/** No violation of any rule that axe knows, on what is shown now. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations.map((v) => `${v.id}: ${v.help}, at ${v.nodes.map((n) => n.target.join(' ')).join('; ')}`)
  expect(found).toEqual([])
}

/** A candidate list orders; it never concludes. */
export async function expectPlainWords(page: Page): Promise<void> {
  const words = await page.evaluate<string>(
    `document.body.innerText + [...document.querySelectorAll('[aria-label],[title]')].map((e) => e.getAttribute('aria-label') + ' ' + e.title).join(' ')`,
  )
  expect(words).not.toMatch(/\b(match(es|ed|ing)?|hits?|identified)\b/i)
}

export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const over = await page.evaluate<number>(
    `Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - window.innerWidth`,
  )
  expect(over).toBeLessThanOrEqual(0)
}
