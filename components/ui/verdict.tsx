import { CircleCheck, CircleDashed, CircleEllipsis, CircleX, type LucideIcon, TriangleAlert } from 'lucide-react'
import { cn } from './cn'

const LOOKS = {
  pass: { icon: CircleCheck, word: 'pass', className: 'text-pass' },
  fail: { icon: CircleX, word: 'fail', className: 'text-fail' },
  undecided: { icon: CircleEllipsis, word: 'undecided', className: 'text-muted' },
  maturing: { icon: CircleEllipsis, word: 'labels still coming', className: 'text-muted' },
  'no-data': { icon: CircleDashed, word: 'no data', className: 'text-muted' },
  invalid: { icon: TriangleAlert, word: 'not judged', className: 'text-invalid' },
} as const satisfies Record<string, { icon: LucideIcon; word: string; className: string }>

type VerdictKind = keyof typeof LOOKS

/** A verdict as icon, word and colour, always all three. */
export function Verdict({ kind, className }: { kind: VerdictKind; className?: string }) {
  const { icon: Icon, word, className: tone } = LOOKS[kind]
  return (
    <span className={cn('inline-flex items-center gap-1 whitespace-nowrap align-top font-medium', tone, className)}>
      <Icon className="size-4" aria-hidden />
      {word}
    </span>
  )
}
