import { expect, type Page } from '@playwright/test'
import { z } from 'zod'
import { type Phase, TERMINAL_PHASES } from '@/lib/rollouts/schema'
import type { RolloutRow, RolloutView, TimelineLine } from '@/lib/rollouts/view-schema'
import { press } from './awake'
import { rest } from './house'

export const MODEL = 'flight-delay'
/** The example's versions by what they are. */
export const VERSION = { live: 1, better: 2, slow: 3, wrongHour: 4, wrongGmt: 5 } as const
/** The last two are made by the journeys on Kubernetes. */
export type Environment = 'prod-hybrid' | 'trial' | 'prod-kubernetes' | 'plant'

const View = z.custom<RolloutView>((value) => typeof value === 'object' && value !== null && 'phase' in value)
const Rows = z.object({ items: z.array(z.custom<RolloutRow>()) })
const Lines = z.array(z.custom<TimelineLine>())

/** The rollout as the API tells it. */
export async function viewOf(id: string): Promise<RolloutView> {
  return (await rest('engineer')).get(`/api/v1/rollouts/${id}`, View)
}

export async function timelineOf(id: string): Promise<TimelineLine[]> {
  return (await rest('engineer')).get(`/api/v1/rollouts/${id}/timeline`, Lines)
}

/** Rollouts of an environment, newest first. */
export async function rolloutsIn(environment: Environment): Promise<RolloutRow[]> {
  return (await (await rest('engineer')).get(`/api/v1/rollouts?environment=${environment}`, Rows)).items
}

function isOver(phase: Phase): boolean {
  return TERMINAL_PHASES.some((each) => each === phase)
}

/** Waits until no rollout of the environment is live. */
export async function untilFree(environment: Environment): Promise<void> {
  const busy = async () => (await rolloutsIn(environment)).filter((row) => !isOver(row.phase) && row.phase !== 'awaiting-approval').length
  await expect.poll(busy, { message: `no rollout is live in ${environment}`, timeout: 240_000 }).toBe(0)
}

interface Launch {
  version: number
  environment: Environment
  strategy?: 'canary' | 'blue/green'
}

/** Opens the launch form with these choices and waits for its preview: from then on a click is heard. */
export async function openLaunchForm(page: Page, { version, environment, strategy = 'canary' }: Launch) {
  await page.goto(`/rollouts/new?model=${MODEL}&version=${version}&environment=${environment}`)
  const outlook = page.getByRole('region', { name: 'Time to decide' })
  await expect(outlook).toBeVisible({ timeout: 60_000 })
  if (strategy === 'blue/green') {
    await page.getByRole('radio', { name: /^blue\/green/ }).check()
    await expect(outlook.getByText('preview', { exact: true })).toBeVisible({ timeout: 30_000 })
  }
  return { outlook, launch: page.getByRole('button', { name: `Launch ${MODEL} v${version} in ${environment}` }) }
}

/** The id of the rollout that this page shows. */
export async function rolloutId(page: Page): Promise<string> {
  await page.waitForURL(/\/rollouts\/[0-9a-f-]{36}$/, { timeout: 60_000 })
  return new URL(page.url()).pathname.split('/')[2]
}

/** Launches by the form, and resolves to the rollout's id when its page is open. */
export async function launchByForm(page: Page, choice: Launch): Promise<string> {
  const { launch } = await openLaunchForm(page, choice)
  await launch.click()
  return rolloutId(page)
}

/** Approves on the approvals page, in three taps: the request, Approve, Approve. */
export async function approveOnPage(page: Page, version: number, environment: Environment): Promise<void> {
  await page.goto('/approvals')
  await press(page.getByRole('link', { name: new RegExp(`to v${version} in ${environment}`) }).first())
  await press(page.getByRole('button', { name: 'Approve', exact: true }))
  await page.getByRole('button', { name: `Approve ${MODEL} v${version} in ${environment}` }).click()
  await expect(page.getByText(`You approved ${MODEL} v${version} in ${environment}.`)).toBeVisible({ timeout: 30_000 })
}

/** The sentence over a rollout. */
export function headline(page: Page) {
  return page.getByTestId('headline')
}

/** The head of a rollout's page holds this word: its phase. */
export async function expectPhase(page: Page, word: string): Promise<void> {
  await expect(page.locator('header', { has: headline(page) }).getByText(word, { exact: true })).toBeVisible({ timeout: 30_000 })
}

/** Marks the document, so that a later look can tell whether it was loaded again. */
export async function markDocument(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    document.documentElement.dataset.marked = 'yes'
  })
  return async () => {
    expect(await page.evaluate(() => document.documentElement.dataset.marked), 'the page was not loaded again').toBe('yes')
  }
}
