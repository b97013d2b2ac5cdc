'use client'

import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { useRouter } from 'next/navigation'
import { useDeferredValue, useState } from 'react'
import { useKept } from '@/components/top-line/kept'
import { overlayClass } from '@/components/ui/dialog'
import type { Found } from '@/lib/search/schema'
import { ENTRIES } from './entries'

const VERBS = [
  { href: '/rollouts/new', label: 'Launch a version' },
  { href: '/models?create=yes', label: 'Create a model' },
]
const KINDS = { model: 'Models', environment: 'Environments', endpoint: 'Endpoints', rollout: 'Rollouts' } as const

async function find(text: string): Promise<Found[]> {
  const answer = await fetch(`/api/search?q=${encodeURIComponent(text)}`)
  if (!answer.ok) throw new Error(`Search answered ${answer.status}`)
  return answer.json()
}

const itemClass = 'flex min-h-8 cursor-pointer items-center gap-3 rounded-sm px-2 data-[selected=true]:bg-sunken'
const groupClass =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-muted [&_[cmdk-group-heading]]:text-xs'

/** Ctrl/Cmd-K: leads to any page, any thing by name, and the common verbs. */
export default function Palette({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const router = useRouter()
  const kept = useKept()
  const [text, setText] = useState('')
  const asked = useDeferredValue(text)
  const { data, isError } = useQuery({
    queryKey: ['search', asked],
    queryFn: () => find(asked),
    enabled: open,
    placeholderData: (before) => before,
  })
  const go = (href: string) => {
    onOpenChange(false)
    setText('')
    router.push(kept(href))
  }
  const fixed = [...VERBS, ...ENTRIES].filter((each) => each.label.toLowerCase().includes(text.trim().toLowerCase()))
  return (
    <Command.Dialog
      open={open}
      onOpenChange={onOpenChange}
      label="Command palette"
      shouldFilter={false}
      overlayClassName={overlayClass}
      contentClassName="-translate-x-1/2 fixed top-[10vh] left-1/2 z-50 w-[36rem] max-w-[calc(100vw-1rem)] overflow-hidden rounded-md border bg-surface shadow-lg"
    >
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="Go to or do…"
        className="h-11 w-full border-b bg-transparent px-3 text-lg outline-none placeholder:text-muted"
      />
      <Command.List className="max-h-[60vh] overflow-y-auto p-1">
        <Command.Empty className="px-2 py-3 text-muted">
          {isError ? 'The search does not answer. Try again in a moment.' : 'Nothing has this name.'}
        </Command.Empty>
        {fixed.length > 0 ? (
          <Command.Group heading="Go to, do" className={groupClass}>
            {fixed.map((each) => (
              <Command.Item key={each.href} value={each.href} onSelect={() => go(each.href)} className={itemClass}>
                {each.label}
              </Command.Item>
            ))}
          </Command.Group>
        ) : null}
        {(Object.keys(KINDS) as (keyof typeof KINDS)[]).map((kind) => (
          <FoundGroup key={kind} heading={KINDS[kind]} found={(data ?? []).filter((each) => each.kind === kind)} onGo={go} />
        ))}
      </Command.List>
    </Command.Dialog>
  )
}

function FoundGroup({ heading, found, onGo }: { heading: string; found: Found[]; onGo: (href: string) => void }) {
  if (found.length === 0) return null
  return (
    <Command.Group heading={heading} className={groupClass}>
      {found.map((each) => (
        <Command.Item key={each.id} value={`${each.kind} ${each.id}`} onSelect={() => onGo(each.href)} className={itemClass}>
          <span className="truncate">{each.label}</span>
          <span className="ml-auto shrink-0 text-muted text-sm">{each.note}</span>
        </Command.Item>
      ))}
    </Command.Group>
  )
}
