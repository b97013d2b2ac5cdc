import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import { TooltipProvider } from '@/components/ui/tooltip'
import type { UnreadableRollout as Known } from '@/lib/rollouts/unreadable/schema'
import { UnreadableRollout } from './unreadable'

vi.mock('next/navigation', () => ({ usePathname: () => '/rollouts/1' }))

const known: Known = {
  ...{ id: '0190a0a0-0000-7000-8000-000000000001', endpointId: '0190a0a0-0000-7000-8000-000000000002' },
  ...{ why: 'the plan cannot be read: steps: x', planHash: 'ab'.repeat(32), model: 'flight-delay', environment: 'prod' },
  ...{ strategy: 'canary', phase: 'progressing', from: 1, to: 2, headline: 'At 25 %.', author: 'Ada', answers: [] },
  ...{ createdAt: '2026-11-21T10:00:00.000Z', startedAt: null, endedAt: null },
}

function shown(over: Partial<Known> = {}): string {
  const page = createElement(UnreadableRollout, { rollout: { ...known, ...over } })
  return renderToStaticMarkup(createElement(TooltipProvider, null, page)).replace(/<[^>]*>/g, ' ')
}

test('it says which document cannot be read, what is known all the same, and what can be done', () => {
  const text = shown()
  expect(text).toMatch(/flight-delay in prod .*canary .*in progress .*The plan cannot be read: steps: x\./)
  expect(text).toMatch(/v1\s+to\s+v2 .*by\s+Ada.*At 25 %\./)
  expect(text).toMatch(/traffic stays as the clusters hold it.*restore the database from a backup.*abababababab.*Without Slipway/)
})

test('where nothing moves by it, no way back by hand is offered', () => {
  expect(shown({ phase: 'awaiting-approval' })).toMatch(/Nobody can say yes to a plan that cannot be read/)
  for (const phase of ['awaiting-approval', 'returned'] as const) expect(shown({ phase })).not.toContain('Without Slipway')
})
