'use client'

import type { ReactNode } from 'react'
import { COLOURS, valueText } from '@/components/charts/spec'
import { Checkbox } from '@/components/ui/checkbox'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import { formatCount, formatMs, formatShare } from '@/lib/format'
import type { ArmSeries, EndpointSeries, Prices, QualitySum, TrafficSum } from '@/lib/monitoring/schema'
import { ARMS_SHOWN, armKey, armLine, armName } from './arm-style'

interface ArmTableProps {
  series: Pick<EndpointSeries, 'arms' | 'prices' | 'regression'>
  shown: string[]
  onShow: (shown: string[]) => void
}

interface ArmNumber {
  label: string
  traffic?: (sum: TrafficSum) => string | null
  quality?: (sum: QualitySum) => string | null
}

const COUNTED: ArmNumber[] = [
  { label: 'requests', traffic: (sum) => formatCount(sum.n) },
  { label: 'bad', traffic: (sum) => (sum.n > 0 ? formatShare(sum.bad / sum.n) : null) },
  { label: 'refused', traffic: (sum) => formatCount(sum.clientErrors + sum.shed) },
  { label: 'p50', traffic: (sum) => time(sum.p50) },
  { label: 'p95', traffic: (sum) => time(sum.p95) },
  { label: 'p99', traffic: (sum) => time(sum.p99) },
  { label: 'labels', quality: (sum) => `${formatCount(sum.labels)}${sum.coverage === null ? '' : ` (${formatShare(sum.coverage, 0)})`}` },
]
const OF_CLASSES: ArmNumber[] = [
  { label: 'accuracy', quality: (sum) => (sum.accuracy === null ? null : formatShare(sum.accuracy, 1)) },
  { label: 'cost per 1,000', quality: (sum) => (sum.cost === null ? null : formatCount(sum.cost)) },
  { label: 'AUC', quality: (sum) => sum.auc?.toFixed(3) ?? null },
  { label: 'Brier', quality: (sum) => sum.brier?.toFixed(3) ?? null },
]
const OF_REGRESSION: ArmNumber[] = [
  { label: 'mean squared error', quality: (sum) => (sum.meanSquaredError === null ? null : valueText(sum.meanSquaredError, 'number')) },
]

/** Every version that served in this time, its whole in numbers, and whether the charts show it. */
export function ArmTable({ series: { arms, prices, regression }, shown, onShow }: ArmTableProps) {
  const numbers = [...COUNTED, ...(regression ? OF_REGRESSION : OF_CLASSES)]
  const toggle = (key: string, on: boolean) => onShow(on ? [...shown, key] : shown.filter((each) => each !== key))
  return (
    <>
      <Table label="Versions in this time">
        <TableHead>
          <TableHeading>version</TableHeading>
          {numbers.map(({ label }) => (
            <TableHeading key={label} numeric>
              {label}
            </TableHeading>
          ))}
        </TableHead>
        <TableBody>
          {arms.map((arm) => {
            const key = armKey(arm)
            const on = shown.includes(key)
            return (
              <TableRow key={key}>
                <TableCell>
                  <ArmChoice arm={arm} on={on} full={!on && shown.length >= ARMS_SHOWN} onChange={(next) => toggle(key, next)} />
                </TableCell>
                {numbers.map(({ label, traffic, quality }) => (
                  <TableCell key={label} numeric>
                    <span className="text-muted sm:hidden">{label} </span>
                    {wordOf(arm, traffic, quality)}
                  </TableCell>
                ))}
              </TableRow>
            )
          })}
        </TableBody>
      </Table>
      <p className="px-4 pt-1 pb-3 text-muted text-sm">
        Bad is a 5xx, a timeout, a lost connection or a fallback; refused is 4xx and shed, counted apart. Labels in brackets: share of
        requests that have one. {regression ? 'The squared error is in the square of what the model predicts.' : priceSentence(prices)}
      </p>
    </>
  )
}

function ArmChoice({ arm, on, full, onChange }: { arm: ArmSeries; on: boolean; full: boolean; onChange: (on: boolean) => void }) {
  const { tone, dashed } = armLine(arm)
  return (
    <Checkbox
      className="whitespace-nowrap font-medium"
      checked={on}
      disabled={full}
      onChange={(event) => onChange(event.target.checked)}
      aria-label={`Show ${armName(arm)} in charts`}
    >
      <span
        aria-hidden
        className="mr-2 inline-block w-4 border-t-2 align-middle"
        style={{ borderColor: COLOURS[tone], borderStyle: dashed ? 'dashed' : 'solid' }}
      />
      {armName(arm)}
    </Checkbox>
  )
}

function wordOf(arm: ArmSeries, traffic?: (sum: TrafficSum) => string | null, quality?: (sum: QualitySum) => string | null): ReactNode {
  const word = traffic ? arm.total && traffic(arm.total) : quality && arm.totalQuality && quality(arm.totalQuality)
  return word ?? <span className="text-muted">{traffic && !arm.total && arm.traffic.some(Boolean) ? '0' : 'no data'}</span>
}

function time(ms: number | null): string | null {
  return ms === null ? null : formatMs(ms)
}

function priceSentence({ missed, threshold }: Prices): string {
  if (threshold === null)
    return 'Cost per 1,000 counts a missed positive and a false alarm 1 each: the live version says no decision threshold.'
  return `Cost per 1,000 counts a false alarm 1 and a missed positive ${Number(missed.toPrecision(3))}, as the live version's decision threshold of ${threshold} says.`
}
