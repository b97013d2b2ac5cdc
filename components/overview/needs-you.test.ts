import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { TooltipProvider } from '@/components/ui/tooltip'
import type { EndpointRow } from '@/lib/endpoints/view-schema'
import type { Misplaced } from '@/lib/environments/data-class/schema'
import type { ProposalView } from '@/lib/environments/proposals/schema'
import { NeedsYou } from './needs-you'

const proposal = {
  id: '0190a0a0-0000-7000-8000-000000000001',
  environment: { id: '', slug: 'prod', name: 'Production' },
  proposedBy: 'Ada',
  proposedAt: '2026-11-21T10:00:00.000Z',
} as ProposalView

function shown(policies: ProposalView[], misplaced: Misplaced[] = [], misrouted: EndpointRow[] = []): string {
  const list = createElement(NeedsYou, { approvals: [], policies, misplaced, misrouted, holds: [] })
  return renderToStaticMarkup(createElement(TooltipProvider, null, list))
}

test('a policy that waits for this person stands among what needs them, with who proposed it and where to answer', () => {
  const html = shown([proposal])
  expect(html).not.toContain('Nothing waits for you.')
  expect(html.replace(/<[^>]*>/g, '')).toMatch(/^Production looser policy proposed by Ada .*Decide$/)
  expect(html).toContain(`href="/approvals#${proposal.id}"`)
})

test('data that are served where they may not be stand among what needs them, with what is wrong and the endpoint', () => {
  const wrong = 'credit works on restricted data, which stays on-prem, and prod runs on cloud-1 in a cloud.'
  const html = shown([], [{ endpointId: proposal.id, model: 'credit', environment: 'prod', wrong, right: '' }])
  expect(html.replace(/<[^>]*>/g, '')).toBe(`${wrong}Move it`)
  expect(html).toContain(`href="/endpoints/${proposal.id}"`)
})

test('an endpoint whose requests contradict its weights stands among what needs them, with what was counted', () => {
  const row = { id: proposal.id, model: 'credit', environment: 'prod', says: 'v2 got 8.1 % of 12,310 requests' } as EndpointRow
  const html = shown([], [], [row])
  expect(html.replace(/<[^>]*>/g, '')).toBe('credit in prod does not route as wished: v2 got 8.1 % of 12,310 requestsLook')
  expect(html).toContain(`href="/endpoints/${proposal.id}"`)
})

test('nothing that waits is said in words', () => {
  expect(shown([])).toContain('Nothing waits for you.')
})
