import { Card, CardBody } from '@/components/ui/card'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import { Verdict } from '@/components/ui/verdict'
import { formatBytes, formatCount, formatMs, formatShare } from '@/lib/format'
import type { CheckRun } from '@/lib/versions/check-run-schema'
import type { VersionDetail } from '@/lib/versions/schema'

type Say = (run: CheckRun) => string
const none = (value: number | null | undefined, words: (value: number) => string) =>
  value === null || value === undefined ? 'not known' : words(value)

/** The lines of the comparison: what, and how a check run says it. */
const LINES: [string, Say][] = [
  ['Rows', (run) => `${formatCount(run.rows)} ${run.source === 'sample' ? 'of its sample' : 'made from its signature'}`],
  ['Rows that failed', (run) => formatCount(run.errors)],
  ['Time in the model, p50', (run) => none(run.p50Ms, formatMs)],
  ['Time in the model, p95', (run) => none(run.p95Ms, formatMs)],
  ['Time to load', (run) => none(run.loadMs, formatMs)],
  ['Memory at most', (run) => none(run.memoryBytes, formatBytes)],
  ['Score', (run) => (run.output ? `${run.output.min.toPrecision(3)} to ${run.output.max.toPrecision(3)}` : 'not known')],
  ['Accuracy', (run) => none(run.quality?.accuracy, (value) => `${formatShare(value, 1)}, n ${formatCount(run.quality?.n ?? 0)}`)],
  ['Cost per 1,000, in false alarms', (run) => none(run.quality?.cost, formatCount)],
  ['AUC', (run) => none(run.quality?.auc, (value) => value.toFixed(3))],
  ['Brier score, lower is better', (run) => none(run.quality?.brier, (value) => value.toFixed(4))],
]

/** What the check run saw, beside that of the live versions. */
export function CheckRunCompare({ version }: { version: VersionDetail }) {
  const { checkRun } = version
  if (!checkRun)
    return (
      <Card title="Check run">
        <CardBody>
          <p className="text-muted">
            {version.status === 'pending'
              ? 'It is about to run: a separate model server loads the file and tries it over the sample. This page shows the result by itself.'
              : 'No check run is kept for this version.'}
          </p>
        </CardBody>
      </Card>
    )
  const beside = version.liveBeside.flatMap((live) => (live.checkRun ? [{ ...live, checkRun: live.checkRun }] : []))
  return (
    <Card
      title="Check run"
      note={
        beside.length > 0
          ? 'Beside the live versions as they were checked, on this installation.'
          : 'Nothing else is live to compare it with.'
      }
    >
      <CardBody className="flex flex-wrap items-center gap-2 pb-2">
        <Verdict kind={checkRun.ok ? 'pass' : 'fail'} />
        <span className="min-w-0 break-words">{checkRun.reason}</span>
      </CardBody>
      <Table label="Check run">
        <TableHead>
          <TableHeading>Measured</TableHeading>
          <TableHeading numeric>v{version.number}</TableHeading>
          {beside.map((live) => (
            <TableHeading key={live.environment} numeric>
              live v{live.number}, {live.environment}
            </TableHeading>
          ))}
        </TableHead>
        <TableBody>
          {LINES.map(([what, say]) => (
            <TableRow key={what}>
              <TableCell className="text-muted">{what}</TableCell>
              <TableCell numeric>{say(checkRun)}</TableCell>
              {beside.map((live) => (
                <TableCell key={live.environment} numeric className="text-muted">
                  <span className="sm:hidden">live v{live.number}: </span>
                  {say(live.checkRun)}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {checkRun.log.length > 0 ? (
        <CardBody>
          <details>
            <summary className="min-h-6 text-muted text-sm">What the model server wrote, {checkRun.log.length} lines</summary>
            <pre className="mt-2 whitespace-pre-wrap break-all rounded-md bg-sunken p-3 font-mono text-sm">{checkRun.log.join('\n')}</pre>
          </details>
        </CardBody>
      ) : null}
    </Card>
  )
}
