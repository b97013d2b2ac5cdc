import { expect, type Page } from '@playwright/test'
import { z } from 'zod'
import type { ExampleRole } from '../fixtures'
import { rest } from '../house'
import { approveOnPage, type Environment, headline, launchByForm, MODEL } from '../rollouts'

const Version = z.object({ status: z.string() })

/** Launches a version by the form as soon as it has passed its check run, and has another person approve it. Answers the rollout's id. */
export async function launched(
  page: Page,
  { version, environment }: { version: number; environment: Environment },
  openAs: (role: ExampleRole) => Promise<Page>,
): Promise<string> {
  const ready = async () => (await (await rest('engineer')).get(`/api/v1/models/${MODEL}/versions/${version}`, Version)).status
  await expect.poll(ready, { message: `v${version} has passed its check run`, timeout: 240_000 }).toBe('ready')
  const id = await launchByForm(page, { version, environment })
  await expect(headline(page)).toContainText('Waits for 1 approval', { timeout: 60_000 })
  await approveOnPage(await openAs('approver'), version, environment)
  return id
}
