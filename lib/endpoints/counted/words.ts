import { formatCount, formatDuration, formatShare, formatWeight } from '@/lib/format'
import type { Counted, CountedArm, Witness } from './schema'

/** Between two looks of the engine lie 10 s; after so long what it last said is not what is. */
export const FRESH_MS = 60_000

/** What a place says of the traffic that was counted there, as a page needs it. */
interface Place {
  cluster: string
  generation: number
  counted: Counted | null
  countedAt: number | null
}

/** One line under a version or a cluster. */
export interface TrafficLine {
  off: boolean
  text: string
}

/** What was compared under the present wish and lately; null: nothing. */
export function current({ generation, counted, countedAt }: Omit<Place, 'cluster'>, now: number): Counted | null {
  return counted?.generation === generation && countedAt !== null && now - countedAt <= FRESH_MS ? counted : null
}

/** The sentence of a place whose traffic contradicts its weights; null: it does not, as far as was counted. Pure. */
export function misrouted(place: Place, now: number): string | null {
  const witness = current(place, now)?.witnesses.find((each) => each.state === 'off')
  if (!witness) return null
  const arms = witness.arms.filter((arm) => arm.off !== null)
  // Two versions of one endpoint: what one has too much of, the other has too little of.
  const arm = arms.find((each) => each.off === 'more') ?? arms[0]
  const of = requests(witness)
  if (!arm) return `${formatShare(witness.older / witness.n, 1)} of ${of} came by an older wish on ${place.cluster}${countedBy(witness)}`
  const got = `${shareOf(arm, witness)} of ${requests(witness)}`
  const older = witness.older > 0 ? `; ${formatShare(witness.older / witness.n, 1)} came by an older wish` : ''
  return `${named(arm)} got ${got} on ${place.cluster}${countedBy(witness)}, ${formatWeight(arm.weight)} is acknowledged${older}`
}

/** Per witness what a version got, and whether that contradicts its weight. Where a witness has no number there is no line. `wished`: basis points. Pure. */
export function armLines(place: Place, versionId: string, wished: number, now: number): TrafficLine[] {
  return (current(place, now)?.witnesses ?? []).flatMap((witness) => {
    const arm = witness.n > 0 ? witness.arms.find((each) => each.versionId === versionId) : undefined
    if (!arm) return []
    const off = arm.off ? `: ${arm.off} than the acknowledged ${formatWeight(arm.weight)}` : ''
    const text = `counted ${shareOf(arm, witness)} of ${requests(witness)}${countedBy(witness)} (wished ${formatWeight(wished)})${off}`
    return { off: arm.off !== null, text }
  })
}

/** What holds for the whole place: what is unverified and why, what is not compared, who got what nobody wished. Pure. */
export function placeLines(place: Place, now: number): TrafficLine[] {
  if (place.generation === 0) return []
  const counted = current(place, now)
  if (!counted)
    return place.countedAt !== null && now - place.countedAt > FRESH_MS ? [line('unverified: the engine compares nothing now.')] : []
  // Where the gateway counts, it does not matter that we cannot.
  const spoken = counted.witnesses.some((each) => each.n > 0)
  return counted.witnesses
    .filter((each) => !(spoken && each.by === 'windows' && each.state === 'unverified'))
    .flatMap((witness) => {
      const lines = witness.state === 'off' || witness.state === 'agrees' ? [] : [line(WORDS[witness.state](witness))]
      const strays = witness.arms.filter((arm) => arm.weight === 0 && arm.off === 'more')
      for (const arm of strays)
        lines.push({
          off: true,
          text: `${named(arm)} got ${shareOf(arm, witness)} of ${requests(witness)}${countedBy(witness)}, and should get none`,
        })
      if (witness.state === 'off' && witness.older > 0)
        lines.push({ off: true, text: `${formatShare(witness.older / witness.n, 1)} of requests came by an older wish` })
      return lines
    })
}

/** What a gateway counted of a version, as x of n, where our own windows hold nothing; null: no gateway did. Pure. */
export function countedByGateway(place: Omit<Place, 'cluster'>, versionId: string, now: number): { x: number; n: number } | null {
  const witness = current(place, now)?.witnesses.find((each) => each.by !== 'windows' && each.n > 0)
  const arm = witness?.arms.find((each) => each.versionId === versionId)
  return witness && arm ? { x: arm.n, n: witness.n } : null
}

/** Nobody can say what goes where. */
export function isUnverified(place: Place, now: number): boolean {
  const counted = current(place, now)
  return counted !== null && counted.witnesses.length > 0 && counted.witnesses.every((witness) => witness.state === 'unverified')
}

const WORDS: Record<Exclude<Witness['state'], 'off' | 'agrees'>, (witness: Witness) => string> = {
  'by-key': () => 'requests come by key: their share is not compared with the weight',
  quiet: (witness) => `no request${countedBy(witness)} in ${lasting(witness)}`,
  early: () => 'not compared yet: the weight is new',
  unverified: (witness) => `unverified${countedBy(witness)}: ${witness.reason}`,
}

function line(text: string): TrafficLine {
  return { off: false, text }
}

function named({ number }: CountedArm): string {
  return number === null ? 'A version that is not known' : `v${number}`
}

function shareOf(arm: CountedArm, { n }: Witness): string {
  return formatShare(arm.n / n, 1)
}

function requests(witness: Witness): string {
  return `${formatCount(witness.n)} requests in ${lasting(witness)}`
}

function lasting({ from, to }: Witness): string {
  return formatDuration((to - from) / 1_000)
}

function countedBy({ by }: Witness): string {
  return by === 'windows' ? '' : ` by ${by}`
}
