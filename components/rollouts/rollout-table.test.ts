import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { TooltipProvider } from '@/components/ui/tooltip'
import type { RolloutRow } from '@/lib/rollouts/view-schema'
import { RolloutTable } from './rollout-table'

const row: RolloutRow = {
  ...{ id: '0190a0a0-0000-7000-8000-000000000001', endpointId: '0190a0a0-0000-7000-8000-000000000002', unreadable: null },
  ...{ model: 'flight-delay', environment: 'prod', strategy: 'canary', from: 1, to: 2, phase: 'progressing', holds: [] },
  ...{ headline: '', counted: 1_000, desired: 2_500, health: null, author: 'Ada', next: null, endedAt: null },
  createdAt: '2026-11-21T10:00:00.000Z',
}

function shown(rows: RolloutRow[]): string {
  const table = createElement(RolloutTable, { rows, label: 'Rollouts' })
  return renderToStaticMarkup(createElement(TooltipProvider, null, table)).replace(/<[^>]*>/g, ' ')
}

test('a rollout whose plan cannot be read is shown with the reason, and with no version and no weight that nobody knows', () => {
  const unreadable = { ...row, unreadable: 'the plan cannot be read: steps: x', from: null, to: null, counted: null, desired: null }
  const text = shown([unreadable, row])
  const [first, second] = text.split('flight-delay').slice(1)
  expect(first).toMatch(/The plan cannot be read: steps: x .*prod/)
  expect(first).not.toMatch(/no version|no data|desired/)
  expect(second).toMatch(/live\s+v1 .*next\s+v2 .*10 % counted, 25 % desired/)
})

test('a wish that cannot be read is no weight of zero', () => {
  expect(shown([{ ...row, desired: null }])).toMatch(/10 % counted(?!, )/)
})
