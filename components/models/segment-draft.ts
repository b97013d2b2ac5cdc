import { issueWords } from '@/components/ui/issue-words'
import { type Segment, SetSegments } from '@/lib/models/schema'

/** A segment as typed. Its id names its counts for good, so it is never typed. */
export interface SegmentDraft {
  id: number
  name: string
  /** Requests are told by a feature's range, or by the name that their caller gives. */
  by: 'feature' | 'caller'
  feature: string
  from: string
  to: string
  minRequests: string
}

export function segmentDrafts(segments: readonly Segment[]): SegmentDraft[] {
  return segments.map(({ id, name, feature, from, to, minRequests }) => ({
    ...{ id, name, feature: feature ?? '', minRequests: String(minRequests) },
    ...{ by: feature === undefined ? 'caller' : 'feature', from: String(from ?? ''), to: String(to ?? '') },
  }))
}

/** A new one behind the others, under an id that none of them has. */
export function withSegment(drafts: readonly SegmentDraft[]): SegmentDraft[] {
  const id = 1 + Math.max(0, ...drafts.map((draft) => draft.id))
  return [...drafts, { id, name: '', by: 'feature', feature: '', from: '', to: '', minRequests: '200' }]
}

/** One of them a place earlier (-1) or later (1): a request is in the first segment that it fits. */
export function moveSegment(drafts: readonly SegmentDraft[], id: number, by: -1 | 1): SegmentDraft[] {
  const at = drafts.findIndex((draft) => draft.id === id)
  const [moved, passed] = [drafts[at], drafts[at + by]]
  if (!moved || !passed) return [...drafts]
  return drafts.map((draft) => (draft === moved ? passed : draft === passed ? moved : draft))
}

function segmentOf({ id, name, by, feature, from, to, minRequests }: SegmentDraft) {
  const bound = (key: 'from' | 'to', text: string) => (text.trim() === '' ? {} : { [key]: Number(text) })
  const range = by === 'feature' ? { feature: feature.trim(), ...bound('from', from), ...bound('to', to) } : {}
  return { id, name, ...range, minRequests: minRequests.trim() === '' ? Number.NaN : Number(minRequests) }
}

/** Checks drafts with the schema of the command: its input, or what is wrong by path, such as `segments.0.name`. */
export function checkSegments(
  model: string,
  drafts: readonly SegmentDraft[],
): { input: SetSegments | null; errors: Record<string, string> } {
  const result = SetSegments.safeParse({ model, segments: drafts.map(segmentOf) })
  if (result.success) return { input: result.data, errors: {} }
  return { input: null, errors: Object.fromEntries(result.error.issues.map((issue) => [issue.path.join('.'), wordsOf(issue)])) }
}

function wordsOf(issue: Parameters<typeof issueWords>[0]): string {
  if (issue.code === 'too_small' && issue.origin === 'string')
    return issue.path.at(-1) === 'feature' ? 'Name the feature.' : 'Give it a name.'
  return issueWords(issue)
}
