import { expect, type Locator, type Page } from '@playwright/test'

/** The same element, once the page hears what is done to it: markup is there before its script is, and what is clicked then is lost. */
export async function awake(element: Locator): Promise<Locator> {
  // React puts its own property on an element as soon as it holds it.
  const heard = () => element.evaluate((node) => Object.keys(node).some((key) => key.startsWith('__reactProps$')))
  await expect.poll(heard, { message: 'the page listens', timeout: 60_000 }).toBe(true)
  return element
}

/** Clicks an element as soon as the page hears it. */
export async function press(element: Locator): Promise<void> {
  await (await awake(element)).click()
}

/** Opens a dialog by its button. */
export async function openDialog(page: Page, button: string, name?: string): Promise<Locator> {
  const dialog = page.getByRole('dialog', { name })
  await press(page.getByRole('button', { name: button, exact: true }))
  await expect(dialog).toBeVisible()
  return dialog
}
