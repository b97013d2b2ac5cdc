/** How often one call looks again after somebody else was faster: gateways write a route's status at any time. */
const TRIES = 5

/** What an attempt that reads anew each time comes to; null: somebody else was faster, as often as it was tried. */
export async function again<T>(attempt: () => Promise<T | 'again'>): Promise<T | null> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const outcome = await attempt()
    if (outcome !== 'again') return outcome
  }
  return null
}
