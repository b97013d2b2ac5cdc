import { Check } from 'lucide-react'
import { cn } from '@/components/ui/cn'
import { formatWeight } from '@/lib/format'

interface StepsLineProps {
  steps: number[]
  /** Index of the present step; null: no traffic moved yet. */
  current: number | null
  /** Every step is behind it. */
  finished: boolean
}

/** The steps of the plan as a line: done, here, to come. */
export function StepsLine({ steps, current, finished }: StepsLineProps) {
  return (
    <ol aria-label="Steps of the plan" className="flex w-full max-w-2xl">
      {steps.map((weight, i) => {
        const done = finished || (current !== null && i < current)
        const here = !finished && i === current
        return (
          <li
            key={weight}
            aria-current={here ? 'step' : undefined}
            className={cn('flex min-w-0 flex-col gap-1', i < steps.length - 1 && 'grow')}
          >
            <span aria-hidden className="flex items-center">
              <span
                className={cn(
                  'grid size-4 shrink-0 place-items-center rounded-full border-2',
                  done && 'border-foreground bg-foreground text-background',
                  here && 'border-candidate bg-candidate ring-3 ring-candidate/30',
                  !done && !here && 'border-input',
                )}
              >
                {done ? <Check className="size-3" strokeWidth={3} /> : null}
              </span>
              {i < steps.length - 1 ? <span className={cn('mx-1 h-0.5 grow rounded-full', done ? 'bg-foreground' : 'bg-border')} /> : null}
            </span>
            <span className={cn('whitespace-nowrap text-sm tabular-nums', here ? 'font-semibold' : 'text-muted')}>
              {weight === 0 ? 'preview' : formatWeight(weight)}
              <span className="sr-only">{done ? ', done' : here ? ', here now' : ', to come'}</span>
            </span>
          </li>
        )
      })}
    </ol>
  )
}
