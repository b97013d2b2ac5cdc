import { RelativeTime } from '@/components/ui/relative-time'
import type { Answer } from '@/lib/approvals/schema'

/** Who said yes or no, in which role, when and why: of a plan or of a policy. */
export function Answers({ answers }: { answers: readonly Answer[] }) {
  return (
    <ul className="grid gap-1 px-4 py-3">
      {answers.map((answer) => (
        <li key={`${answer.name} ${answer.at}`} className="break-words">
          {answer.name}
          {answer.signedInAs ? ` (signed in: ${answer.signedInAs})` : ''} said {answer.answer} as {answer.role},{' '}
          <RelativeTime at={answer.at} />
          {answer.reason ? `: ${answer.reason}` : ''}
        </li>
      ))}
    </ul>
  )
}
