import { db } from '@/lib/db'
import type { RolloutMark, Span } from './schema'

const MARKS_MAX = 50

/** The rollouts that began or ended within a span, oldest first: "canary v1 to v2 starts". */
export async function marksOf(endpointId: string, span: Span): Promise<RolloutMark[]> {
  const inside = { gte: span.from, lt: span.to }
  const rollouts = await db().rollout.findMany({
    where: { endpointId, OR: [{ startedAt: inside }, { endedAt: inside }] },
    select: { id: true, strategy: true, phase: true, startedAt: true, endedAt: true, fromVersionId: true, toVersionId: true },
    orderBy: { createdAt: 'desc' },
    take: MARKS_MAX,
  })
  const ids = rollouts.flatMap((rollout) => [rollout.fromVersionId ?? [], rollout.toVersionId ?? []].flat())
  const versions = await db().modelVersion.findMany({ where: { id: { in: ids } }, select: { id: true, number: true } })
  const word = (id: string | null) => {
    const number = versions.find((version) => version.id === id)?.number
    return number === undefined ? 'nothing' : `v${number}`
  }
  return rollouts
    .flatMap(({ id, strategy, phase, startedAt, endedAt, fromVersionId, toVersionId }) => {
      const what = `${strategy} ${fromVersionId ? `${word(fromVersionId)} to ` : ''}${word(toVersionId)}`
      return [
        ...(startedAt && startedAt >= span.from && startedAt < span.to ? [{ id, at: startedAt.getTime(), text: `${what} starts` }] : []),
        ...(endedAt && endedAt >= span.from && endedAt < span.to ? [{ id, at: endedAt.getTime(), text: `${what} ${phase}` }] : []),
      ]
    })
    .sort((a, b) => a.at - b.at)
}
