import { formatCount, formatShare, formatWeight } from '@/lib/format'
import type { Report, ReportStep } from './schema'

/** The report as Markdown, to keep beside a change request. Pure. */
export function markdownOf(report: Report): string {
  return `${[
    `# ${report.title}`,
    report.headline,
    table(['what', 'is'], facts(report)),
    '## Approvals',
    approvals(report),
    ...(report.unjudged.length > 0 ? ['## Without data', ...report.unjudged.map((each) => `**${each}**`)] : []),
    '## Steps',
    ...(report.steps.length > 0 ? report.steps.map(stepPart) : ['No step was begun.']),
    '## Timeline',
    table(
      ['when (UTC)', 'who', 'what', 'because'],
      report.timeline.map(({ at, who, what, because }) => [time(at), who, what, because ?? '']),
    ),
    '## Plan',
    `SHA-256 \`${report.planHash}\``,
    `\`\`\`json\n${JSON.stringify(report.plan, null, 2)}\n\`\`\``,
    '## Ledger',
    `${report.ledger.words}; ${report.verdicts}. Head of the chain: \`${report.ledger.head}\`. Who keeps this hash can show later that no row before it was changed.`,
    `Made ${time(report.madeAt)} UTC.`,
  ].join('\n\n')}\n`
}

function facts(report: Report): string[][] {
  const version = (one: Report['from']) => (one ? `v${one.number} (sha256 ${one.digest})` : 'no version')
  return [
    ['rollout', report.id],
    ['model', report.model],
    ['environment', report.environment],
    ['strategy', report.strategy],
    ['from', version(report.from)],
    ['to', version(report.to)],
    ['launched', `by ${report.launched.by}, ${time(report.launched.at)} UTC`],
    ['started', report.startedAt ? `${time(report.startedAt)} UTC` : 'not yet'],
    ['ended', report.endedAt ? `${time(report.endedAt)} UTC, ${report.phase}` : `not yet, ${report.phase}`],
    ...report.waves.map((wave, i) => [`wave ${i + 1}`, wave]),
    ['plan', report.planHash],
  ]
}

function approvals({ approvals: { needed, answers } }: Report): string {
  if (needed === 0 && answers.length === 0) return 'The policy asked for none.'
  if (answers.length === 0) return `${needed} needed, none given.`
  return `${needed} needed.\n\n${table(
    ['when (UTC)', 'who', 'as', 'said', 'reason'],
    answers.map(({ at, by, role, answer, reason }) => [time(at), by, role, answer, reason]),
  )}`
}

function stepPart(step: ReportStep): string {
  const { candidate, stable } = step.counted
  const arm = ({ requests, bad }: { requests: number; bad: number }) =>
    `${formatCount(requests)} requests, ${formatCount(bad)} bad${requests > 0 ? ` (${formatShare(bad / requests)})` : ''}`
  const lines = [
    `### ${formatWeight(step.weight)} on ${step.cluster}`,
    `Begun ${time(step.at)}, acknowledged ${step.acknowledgedAt ? time(step.acknowledgedAt) : 'never'}, left ${step.leftAt ? time(step.leftAt) : 'not yet'} (UTC).`,
    `Counted: candidate ${arm(candidate)}; stable ${arm(stable)}.`,
    ...(step.gates.length > 0
      ? [
          table(
            ['gate', 'verdict', 'evidence'],
            step.gates.map(({ metric, verdict, sentence }) => [metric, verdict, sentence]),
          ),
        ]
      : []),
    `Decision: ${step.decision}`,
  ]
  return lines.join('\n\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/[\\|]/g, '\\$&').replace(/\s+/g, ' ')).join(' | ')} |`
  return [row(head), `|${head.map(() => '---|').join('')}`, ...rows.map(row)].join('\n')
}

function time(at: string): string {
  return at.replace('T', ' ').slice(0, 19)
}
