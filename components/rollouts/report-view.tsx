import type { ReactNode } from 'react'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import { capital, formatCount, formatShare, formatWeight } from '@/lib/format'
import type { Report, ReportStep } from '@/lib/rollouts/report/schema'

/** A report as a page of paper would have it: everything open, times in UTC. */
export function ReportView({ report }: { report: Report }) {
  const { approvals, ledger } = report
  return (
    <article className="grid max-w-4xl gap-5" aria-label="Report">
      <header className="grid gap-1">
        <h1 className="break-words font-semibold text-xl">{report.title}</h1>
        <p className="text-pretty text-lg">{report.headline}</p>
      </header>
      <Facts report={report} />
      <Part title="Approvals">
        {approvals.answers.length === 0 ? (
          <p>{approvals.needed === 0 ? 'The policy asked for none.' : `${approvals.needed} needed, none given.`}</p>
        ) : (
          <ul className="grid gap-1">
            {approvals.answers.map((each) => (
              <li key={`${each.by} ${each.at}`}>
                {time(each.at)}: {each.by} ({each.role}) said {each.answer}
                {each.reason ? `: ${each.reason}` : ''}
              </li>
            ))}
          </ul>
        )}
      </Part>
      {report.unjudged.length > 0 ? (
        <Part title="Without data">
          {report.unjudged.map((each) => (
            <p key={each} className="font-medium text-fail">
              {each}
            </p>
          ))}
        </Part>
      ) : null}
      <Part title="Steps">
        {report.steps.length === 0 ? <p>No step was begun.</p> : null}
        {report.steps.map((step) => (
          <Step key={`${step.at} ${step.cluster} ${step.weight}`} step={step} />
        ))}
      </Part>
      <Part title="Timeline">
        <Table label="Timeline">
          <TableHead>
            <TableHeading>When (UTC)</TableHeading>
            <TableHeading>Who</TableHeading>
            <TableHeading>What</TableHeading>
          </TableHead>
          <TableBody>
            {report.timeline.map(({ seq, at, who, what, because }) => (
              <TableRow key={seq} className="break-inside-avoid">
                <TableCell className="whitespace-nowrap align-top tabular-nums">{time(at)}</TableCell>
                <TableCell className="align-top">{who}</TableCell>
                <TableCell className="align-top">{because ? `${what}, because ${because}` : what}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Part>
      <Part title="Ledger">
        <p>
          {capital(ledger.words)}; {report.verdicts}. Head of the chain: <Hash value={ledger.head} />. Who keeps this hash can show later
          that no row before it was changed.
        </p>
        <p className="text-muted">Made {time(report.madeAt)} UTC.</p>
      </Part>
    </article>
  )
}

function Facts({ report }: { report: Report }) {
  const version = (one: Report['from']) => (one ? `v${one.number}` : 'no version')
  const rows: [string, ReactNode][] = [
    ['Rollout', report.id],
    ['From', <VersionFact key="from" name={version(report.from)} digest={report.from?.digest} />],
    ['To', <VersionFact key="to" name={version(report.to)} digest={report.to?.digest} />],
    ['Launched', `by ${report.launched.by}, ${time(report.launched.at)} UTC (${report.strategy})`],
    ['Ended', report.endedAt ? `${time(report.endedAt)} UTC: ${report.phase}` : `not yet: ${report.phase}`],
    ...report.waves.map((wave, i): [string, ReactNode] => [`Wave ${i + 1}`, wave]),
    ['Plan', <Hash key="plan" value={report.planHash} />],
  ]
  return (
    <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[6rem_minmax(0,1fr)]">
      {rows.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-muted">{label}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function VersionFact({ name, digest }: { name: string; digest: string | undefined }) {
  return (
    <>
      {name} {digest ? <Hash value={digest} /> : null}
    </>
  )
}

function Step({ step }: { step: ReportStep }) {
  const { candidate, stable } = step.counted
  const arm = ({ requests, bad }: { requests: number; bad: number }) =>
    `${formatCount(requests)} requests, ${formatCount(bad)} bad${requests > 0 ? ` (${formatShare(bad / requests)})` : ''}`
  return (
    <section className="grid break-inside-avoid gap-1">
      <h3 className="font-medium">
        {formatWeight(step.weight)} on {step.cluster}
      </h3>
      <p>
        Begun {time(step.at)}, acknowledged {step.acknowledgedAt ? time(step.acknowledgedAt) : 'never'}, left{' '}
        {step.leftAt ? time(step.leftAt) : 'not yet'} (UTC).
      </p>
      <p className="tabular-nums">
        Counted: candidate {arm(candidate)}; stable {arm(stable)}.
      </p>
      <ul className="list-disc pl-5">
        {step.gates.map(({ metric, verdict, sentence }) => (
          <li key={metric}>
            <span className="font-medium">{verdict}:</span> {sentence}
          </li>
        ))}
      </ul>
      <p>{step.decision}</p>
    </section>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid gap-2">
      <h2 className="border-b pb-1 font-semibold text-lg">{title}</h2>
      {children}
    </section>
  )
}

function Hash({ value }: { value: string }) {
  return <code className="break-all font-mono text-sm">{value}</code>
}

function time(at: string): string {
  return at.replace('T', ' ').slice(0, 19)
}
