import { expect, type Page } from '@playwright/test'
import { awake, openDialog } from '../awake'
import { ADDRESS } from '../house'
import { GATEWAY, type KubernetesCluster, NAMESPACE, runShown } from './kubernetes'

export const ENVIRONMENT = 'prod-kubernetes'

/** Adds a cluster by its form, does in it what the form says then, and opens the cluster's page. */
export async function addCluster(page: Page, cluster: KubernetesCluster, place: 'cloud' | 'on-prem'): Promise<void> {
  await page.goto('/environments/clusters')
  const dialog = await openDialog(page, 'Add a cluster', 'Add a cluster')
  await dialog.getByLabel('Name', { exact: true }).fill(cluster.name)
  await dialog.getByLabel('Place').selectOption(place)
  await dialog.getByLabel('Kind').selectOption('kubernetes')
  await dialog.getByLabel('Kubeconfig', { exact: true }).fill(cluster.kubeconfig)
  await dialog.getByLabel('Namespace', { exact: true }).fill(NAMESPACE)
  await dialog.getByLabel('Namespace of the Gateway').fill(GATEWAY.namespace)
  await dialog.getByLabel('Gateway', { exact: true }).fill(GATEWAY.name)
  await dialog.getByLabel('Address for callers').fill(cluster.gateway.url)
  await dialog.getByLabel("Slipway's address for pods").fill(ADDRESS)
  await dialog.getByLabel('Image of the model server').fill(`registry.example.org/slipway@sha256:${'a'.repeat(64)}`)
  await dialog.getByRole('button', { name: 'Add the cluster' }).click()
  const command = dialog.locator('pre')
  await expect(command).toContainText('slipway-identity', { timeout: 30_000 })
  await runShown(cluster, (await command.textContent()) ?? '')
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: cluster.name, exact: true }).click()
  await page.waitForURL(/\/environments\/clusters\/[0-9a-f-]{36}$/)
}

/** Makes the hybrid environment by its form: on-prem first, then cloud; errors and latency judged, decided within a minute at the traffic of these tests. */
export async function createEnvironment(page: Page, waves: readonly [onPrem: string, cloud: string]): Promise<void> {
  await page.goto('/environments/new')
  const policy = page.getByText('Policy:')
  await (await awake(page.getByLabel('Kind', { exact: true }))).selectOption('hybrid')
  await expect(page.getByText('the default of hybrid')).toBeVisible()
  await page.getByLabel('Name', { exact: true }).fill('Production on Kubernetes')
  await page.getByLabel('Address', { exact: true }).fill(ENVIRONMENT)
  for (const [i, cluster] of waves.entries()) {
    await page.getByRole('checkbox', { name: cluster, exact: true }).check()
    await page.getByLabel(`Wave of ${cluster}`).fill(String(i + 1))
  }
  await policy.click()
  await page.getByLabel('Steps, % of traffic').fill('25, 100')
  await page.getByLabel('Burn-in, s').fill('15')
  // Long enough to look at a step before evidence ends it.
  await page.getByLabel('Shortest time at a step, s').fill('45')
  const gates = page.getByRole('group', { name: 'Gates', exact: true })
  await gates.getByText('Errors', { exact: true }).click()
  await gates.getByLabel('Too few to count, % of requests').fill('1')
  await gates.getByText('Latency', { exact: true }).click()
  await gates.getByLabel('Quantiles, %').fill('50')
  // Everything here shares one machine: its own hiccups are no difference between versions.
  await gates.getByLabel('Too little to count, ms').fill('25')
  await gates.getByText('Accuracy', { exact: true }).click()
  await gates.getByRole('button', { name: 'Remove the gate: accuracy' }).click()
  const first = page.getByRole('group', { name: 'Gates of a first version' })
  await first.locator('summary').click()
  await first.getByRole('button', { name: /^Remove the gate/ }).click()
  await page.getByRole('button', { name: 'Create the environment' }).click()
  await page.waitForURL(`**/environments/${ENVIRONMENT}`, { timeout: 60_000 })
}
