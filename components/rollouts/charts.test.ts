import { expect, test } from 'vitest'
import type { RolloutSeries, TrafficShare } from '@/lib/rollouts/view-schema'
import { trafficCharts } from './charts'

function bandsOf(points: Omit<TrafficShare, 'at'>[]) {
  const traffic = [{ cluster: 'cloud-1', points: points.map((point, i) => ({ at: i * 5_000, ...point })) }]
  const series: RolloutSeries = { from: 0, to: 60_000, stepMs: 5_000, traffic, evidence: [], live: [], next: [], marks: [] }
  return trafficCharts(series)[0].series[0].band
}

test('a share that nobody desires and nothing was counted of is drawn as nothing; one that is desired keeps its band', () => {
  const zero = { counted: 0, low: 0, high: 0.14 }
  expect(
    bandsOf([
      { ...zero, desired: null },
      { ...zero, desired: 0 },
      { ...zero, desired: 0.25 },
    ]),
  ).toEqual([
    [0, 0],
    [0, 0],
    [0, 0.14],
  ])
  expect(
    bandsOf([
      { counted: 0.02, low: 0.01, high: 0.04, desired: 0 },
      { counted: null, low: null, high: null, desired: 0.25 },
    ]),
  ).toEqual([[0.01, 0.04], null])
})
