import { cn } from './cn'

/** Sentences, a line each; none: nothing. Names and addresses that are too long wrap. */
export function Bullets({ lines, className }: { lines: readonly string[]; className?: string }) {
  if (lines.length === 0) return null
  return (
    <ul className={cn('grid list-disc gap-1 pl-5', className)}>
      {lines.map((line) => (
        <li key={line} className="wrap-anywhere min-w-0">
          {line}
        </li>
      ))}
    </ul>
  )
}
