import { ScrollBox } from '@/components/ui/scroll-box'
import { formatShare } from '@/lib/format'
import type { DriftRow } from '@/lib/monitoring/schema'
import { binsOf } from './histogram'

/** A histogram as a table, with the raw numbers behind the word. */
export function DriftBins({ row }: { row: DriftRow }) {
  return (
    <ScrollBox label={`Histogram of ${row.feature} v${row.number}`} className="max-h-60">
      <table className="w-full text-sm" aria-label={`Bins of ${row.feature} v${row.number}`}>
        <thead>
          <tr>
            {['bin', 'baseline', 'this time'].map((name) => (
              <th key={name} scope="col" className="border-b px-2 py-1 text-left font-medium text-muted">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="tabular-nums">
          {binsOf(row).map((bin) => (
            <tr key={bin.name} className="border-b last:border-b-0">
              <td className="px-2 py-0.5">{bin.name}</td>
              <td className="px-2 py-0.5">{formatShare(bin.baseline, 1)}</td>
              <td className="px-2 py-0.5">{formatShare(bin.live, 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="p-2 text-muted text-sm">PSI before the correction for chance: {row.psi.toFixed(3)}.</p>
    </ScrollBox>
  )
}
