import type { Actor } from '@/lib/auth/actor'
import { databaseNow } from '@/lib/clock'
import { parse } from '@/lib/command'
import { db } from '@/lib/db'
import { notFound } from '@/lib/errors'
import { headline } from '../explain'
import { unjudgedWords } from '../explain-why'
import { readable } from '../queries'
import { chainWords, verdictWords } from '../replay/check'
import { replayVerdicts } from '../replay/replay'
import { readWhole } from '../replay/store'
import { markdownOf } from './markdown'
import { stepsOf, timelineOf, wavesOf } from './report'
import { AskReport, type Report } from './schema'

const NODE = Number.parseInt(process.versions.node, 10)

/** The report of one rollout, as of now. Throws not-found. */
export async function getReport(actor: Actor, id: string): Promise<Report> {
  const { row } = await readable(actor, id)
  const [record, now] = [await readWhole(row.id), await databaseNow(db())]
  if (!record) throw notFound('such rollout')
  const { rollout, lines, inputs, chain } = record
  const { plan, state } = rollout
  const version = (one: typeof plan.from) => (one ? { number: one.number, digest: one.digest } : null)
  const word = (one: typeof plan.from) => (one ? `v${one.number}` : 'no version')
  const judged = lines.findLast(({ event }) => event.kind === 'judged')?.event
  return {
    id: rollout.id,
    title: `${plan.endpoint.model} ${word(plan.from)} to ${word(plan.to)} in ${plan.endpoint.environment}`,
    headline: headline(plan, state, judged?.kind === 'judged' ? judged.judgement : null, now.getTime()),
    ...{ model: plan.endpoint.model, environment: plan.endpoint.environment, strategy: plan.strategy, phase: state.phase },
    from: version(plan.from),
    to: version(plan.to),
    launched: { by: rollout.authorName, at: row.createdAt.toISOString() },
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    planHash: rollout.planHash,
    // As it is stored: its hash is of this document.
    plan: row.plan.document as Report['plan'],
    approvals: {
      needed: plan.approvals,
      answers: row.approvals.map((each) => ({
        by: each.approverName,
        role: each.roleThen,
        answer: each.answer,
        reason: each.reason,
        at: each.at.toISOString(),
      })),
    },
    waves: wavesOf(plan),
    unjudged: unjudgedWords(plan.gates),
    steps: stepsOf(plan, lines, inputs),
    timeline: timelineOf(plan, lines),
    ledger: { words: chainWords(chain), rows: chain.rows, head: chain.head, intact: chain.intact },
    verdicts: verdictWords(replayVerdicts(plan, lines, inputs, NODE).verdicts),
    madeAt: now.toISOString(),
  }
}

/** The report as a file: Markdown or JSON. Throws not-found; `invalid` for another format. */
export async function downloadReport(actor: Actor, id: string, raw: unknown): Promise<Response> {
  const { format } = parse(AskReport, raw)
  const report = await getReport(actor, id)
  const [body, type] =
    format === 'md'
      ? [markdownOf(report), 'text/markdown; charset=utf-8']
      : [JSON.stringify(report, null, 2), 'application/json; charset=utf-8']
  const name = `${report.model}-${report.environment}-${report.id.slice(-12)}.${format}`
  return new Response(body, { headers: { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` } })
}
