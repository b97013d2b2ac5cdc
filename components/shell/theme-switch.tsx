'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { useState, useTransition } from 'react'
import { cn } from '@/components/ui/cn'
import { keepTheme } from '@/lib/theme/actions'
import type { Theme } from '@/lib/theme/schema'

const CHOICES = [
  { theme: 'system', label: 'Theme of the system', icon: Monitor },
  { theme: 'light', label: 'Light theme', icon: Sun },
  { theme: 'dark', label: 'Dark theme', icon: Moon },
] as const

/** System, light or dark; applied at once and kept for this browser. */
export function ThemeSwitch({ initial }: { initial: Theme }) {
  const [chosen, setChosen] = useState<Theme>(initial)
  const [, start] = useTransition()
  const choose = (theme: Theme) => {
    setChosen(theme)
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
    start(() => keepTheme(theme))
  }
  return (
    <fieldset className="flex w-fit gap-0.5 rounded-md border p-0.5">
      <legend className="sr-only">Theme</legend>
      {CHOICES.map(({ theme, label, icon: Icon }) => (
        <button
          key={theme}
          type="button"
          aria-label={label}
          aria-pressed={chosen === theme}
          onClick={() => choose(theme)}
          className={cn(
            'grid size-6 place-items-center rounded-sm',
            chosen === theme ? 'bg-sunken text-foreground' : 'text-muted hover:text-foreground',
          )}
        >
          <Icon className="size-3.5" aria-hidden />
        </button>
      ))}
    </fieldset>
  )
}
