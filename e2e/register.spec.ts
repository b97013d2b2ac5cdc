import { readFileSync } from 'node:fs'
import { expect, type Page } from '@playwright/test'
import { FEATURES } from '@/examples/flights/features'
import { onnxModel } from '@/lib/artifacts/onnx.fixture'
import { sampleCsv } from '@/lib/versions/registry.fixture'
import { test } from './fixtures'
import { MODEL } from './rollouts'

/** A field of the form on screen: what the server sent may still be in the page beside it for a moment, hidden. */
function fieldOf(page: Page, label: string) {
  return page.getByLabel(label).filter({ visible: true })
}

async function openForm(page: Page): Promise<void> {
  await page.goto(`/models/${MODEL}/register`)
  // The same as curl follows the form: from then on it hears.
  await fieldOf(page, 'Note').fill('awake')
  await expect(page.getByText('note=awake')).toBeVisible({ timeout: 30_000 })
}

async function give(page: Page, field: string, name: string, buffer: Buffer): Promise<void> {
  await fieldOf(page, field).setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
}

test('a pickle is refused without being loaded, with how to export it, and what was typed stays', async ({ page, signIn, expectNoise }) => {
  await signIn('engineer')
  await openForm(page)
  await fieldOf(page, 'Note').fill('a pickle')
  await give(page, 'ONNX file', 'model.pkl', Buffer.from('\x80\x04\x95\x10sklearn.linear_model', 'latin1'))
  await page.getByRole('button', { name: 'Register the version' }).click()
  await expect(page.getByText(/Python pickle; loading one can run any code.*skl2onnx/)).toBeVisible({ timeout: 30_000 })
  await expect(fieldOf(page, 'Note')).toHaveValue('a pickle')
  await expectNoise(/Failed to load resource.*(415|422)/)
})

test('a model with another input is registered and checked, but cannot be planned against the live one: the form says why', async ({
  page,
  signIn,
}) => {
  test.setTimeout(240_000)
  await signIn('engineer')
  await openForm(page)
  await fieldOf(page, 'Note').fill('seven features')
  await give(page, 'ONNX file', 'narrow.onnx', onnxModel({}, 7))
  await page.getByRole('button', { name: 'Register the version' }).click()
  await page.waitForURL(/\/versions\/\d+$/, { timeout: 60_000 })
  await page.getByRole('link', { name: /^Launch v\d+$/ }).click({ timeout: 120_000 })
  await page.getByRole('combobox', { name: 'Environment' }).selectOption('prod-hybrid')
  await expect(page.getByText(/does not fit the live version 1: .*\[any, 7\].*\[any, 8\]/)).toBeVisible({ timeout: 60_000 })
})

test('a good model goes from pending to ready by itself, its check run beside that of the live version', async ({ page, signIn }) => {
  test.setTimeout(240_000)
  await signIn('engineer')
  await openForm(page)
  // The file declares its features: the sample must name them.
  const sample = Buffer.from(
    sampleCsv(8, 300)
      .toString()
      .replace(/^.*/, [...FEATURES, 'label'].join(',')),
  )
  await fieldOf(page, 'Note').fill('better, under another number')
  await fieldOf(page, 'Decision threshold').fill('0.25')
  await give(page, 'ONNX file', 'better.onnx', readFileSync('examples/flights/better.onnx'))
  await give(page, 'Sample of training data', 'sample.csv', sample)
  await page.getByRole('button', { name: 'Register the version' }).click()
  await page.waitForURL(/\/versions\/\d+$/, { timeout: 60_000 })
  const check = page.getByRole('table', { name: 'Check run' })
  await expect(check).toBeVisible({ timeout: 120_000 })
  await expect(page.getByText('ready', { exact: true })).toBeVisible()
  await expect(check.getByRole('columnheader', { name: /^live v\d+, prod-hybrid/ })).toBeVisible()
  const p95 = check.getByRole('row').filter({ hasText: 'p95' })
  expect((await p95.getByRole('cell').allInnerTexts()).filter((cell) => /\d (ms|µs|s)\b/.test(cell)).length).toBeGreaterThanOrEqual(2)
})
