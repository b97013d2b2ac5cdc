import { expect, it } from 'vitest'
import { trafficWords } from './traffic-words'

const [cloud, onPrem] = [{ location: 'cloud' as const }, { location: 'on-prem' as const }]

it('says of a hybrid environment that callers choose the cluster, and that no traffic is shared between on-prem and cloud', () => {
  expect(trafficWords([onPrem, cloud])).toMatch(/^Callers choose the cluster by its address\. .*, not between on-prem and cloud\.$/)
})

it('says it of several clusters in one place, too, and nothing where there is one', () => {
  expect(trafficWords([cloud, cloud])).toMatch(/, not between clusters\.$/)
  expect(trafficWords([onPrem])).toBeNull()
})
