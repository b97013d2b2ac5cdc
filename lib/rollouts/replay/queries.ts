import { setImmediate as breathe } from 'node:timers/promises'
import type { Actor } from '@/lib/auth/actor'
import { readableTeams } from '@/lib/auth/permissions'
import { parse } from '@/lib/command'
import { db } from '@/lib/db'
import { notFound } from '@/lib/errors'
import { capital } from '@/lib/format'
import { whyUnreadable } from '@/lib/stored'
import { readable } from '../queries'
import { chainWords, isWhole, verdictWords } from './check'
import { replayVerdicts } from './replay'
import { Change, ChangeAll, type ReplayView, type WhatIf, type WhatIfAll } from './schema'
import { readWhole, type WholeRecord } from './store'
import { rejudge } from './what-if'

const NODE = Number.parseInt(process.versions.node, 10)
/** Differences that an answer names; `npm run replay` says them all. */
const SHOWN = 20

/** Judges a rollout's verdicts again and checks its ledger's chain. Throws not-found. */
export async function replayRollout(actor: Actor, id: string): Promise<ReplayView> {
  await readable(actor, id)
  const { rollout, chain, lines, inputs } = await wholeOf(id)
  const replayed = replayVerdicts(rollout.plan, lines, inputs, NODE)
  return {
    intact: chain.intact,
    ledger: chainWords(chain),
    head: chain.head,
    faults: chain.faults.slice(0, SHOWN).map(({ seq, says }) => ({ seq, says })),
    verdicts: verdictWords(replayed.verdicts),
    equal: isWhole({ ...chain, intact: true }, replayed),
    broken: replayed.broken,
    differences: replayed.verdicts
      .filter((verdict) => verdict.equal === 'no')
      .flatMap(({ seq, slot, differences }) =>
        differences.map(({ path, stored, again }) => ({
          seq,
          slot: slot === null ? null : new Date(slot).toISOString(),
          path,
          stored: JSON.stringify(stored),
          again: JSON.stringify(again),
        })),
      )
      .slice(0, SHOWN),
  }
}

/** A rollout judged with other parameters, beside what happened. Throws not-found, and `invalid` for parameters that cannot be. */
export async function whatIf(actor: Actor, id: string, raw: unknown): Promise<WhatIf> {
  await readable(actor, id)
  return judgeWith(await wholeOf(id), parse(Change, raw))
}

/** The last rollouts that the actor may read, of an environment or a model, judged with other parameters: what they would have stopped. */
export async function whatIfAll(actor: Actor, raw: unknown): Promise<WhatIfAll> {
  const { environment, model, limit, change } = parse(ChangeAll, raw)
  const teams = readableTeams(actor.grants)
  const found = await db().rollout.findMany({
    where: {
      strategy: { not: 'return' },
      startedAt: { not: null },
      endpoint: {
        model: { ...(teams ? { teamId: { in: teams } } : {}), ...(model ? { slug: model } : {}) },
        ...(environment ? { environment: { slug: environment } } : {}),
      },
    },
    select: {
      ...{ id: true, createdAt: true, phase: true },
      endpoint: { select: { model: { select: { slug: true } }, environment: { select: { slug: true } } } },
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit,
  })
  const rows: WhatIf[] = []
  for (const row of found) {
    const whole = await wholeOf(row.id).catch((error: unknown) => whyUnreadable('plan', error))
    rows.push(typeof whole === 'string' ? unjudged(row, whole) : judgeWith(whole, change))
    // One after the other, and others' requests between them.
    await breathe()
  }
  const judged = rows.filter((row) => row.outcome !== 'not-judged').length
  const count = (...outcomes: WhatIf['outcome'][]) => rows.filter((row) => outcomes.includes(row.outcome)).length
  const [stopped, passed, earlier] = [count('stopped'), count('passed'), count('earlier')]
  return { sentence: allSentence({ judged, stopped, passed, earlier }), judged, stopped, passed, rows }
}

function allSentence({ judged, stopped, passed, earlier }: { judged: number; stopped: number; passed: number; earlier: number }): string {
  if (judged === 0) return 'No rollout of the past can be judged here: none was counted.'
  const parts = [`these gates would have stopped ${stopped} that went on then`]
  if (passed > 0) parts.push(`would have let ${passed} go on that went back`)
  if (earlier > 0) parts.push(`would have sent ${earlier} back sooner`)
  return `Of ${judged} past rollout${judged === 1 ? '' : 's'}, ${parts.join(', and ')}.`
}

interface Found {
  id: string
  createdAt: Date
  phase: string
  endpoint: { model: { slug: string }; environment: { slug: string } }
}

/** A rollout whose record cannot be read. */
function unjudged({ id, createdAt, phase, endpoint: { model, environment } }: Found, why: string): WhatIf {
  const name = `${model.slug} in ${environment.slug}`
  const said = { sentence: `${capital(why)}.`, steps: [], notes: [] }
  return { rolloutId: id, name, createdAt: createdAt.toISOString(), phase, outcome: 'not-judged', ...said }
}

async function wholeOf(id: string): Promise<WholeRecord> {
  const record = await readWhole(id)
  if (!record) throw notFound('such rollout')
  return record
}

function judgeWith({ rollout, lines, inputs }: WholeRecord, change: Change): WhatIf {
  const { id, plan, state, createdAt } = rollout
  const version = (one: { number: number } | null) => (one ? `v${one.number}` : 'none')
  const name = `${plan.endpoint.model} ${version(plan.from)} to ${version(plan.to)} in ${plan.endpoint.environment}`
  return rejudge({ rolloutId: id, name, createdAt: new Date(createdAt).toISOString(), phase: state.phase }, plan, lines, inputs, change)
}
