'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react'
import type { ChangeKey } from '@/lib/events'
import { openStream, type StreamState } from './live-stream'

type Listener = (key: ChangeKey | null) => void

interface Live {
  state: StreamState
  subscribe: (listener: Listener) => () => void
}

const LiveContext = createContext<Live>({ state: { kind: 'connecting' }, subscribe: () => () => undefined })
const POLL_MS = 3_000
const REFRESH_MS = 1_000

/**
 * Keeps the page true: one event stream says which keys changed, and the queries whose key begins so (`rollout:ID` -> ['rollout', ID]) ask again.
 * While the stream is lost everything asks every 3 s, and once when it is back.
 */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const [state, setState] = useState<StreamState>({ kind: 'connecting' })
  const listeners = useRef(new Set<Listener>())
  useEffect(() => {
    let poll: ReturnType<typeof setInterval> | undefined
    const everything = () => {
      void client.invalidateQueries()
      for (const listener of listeners.current) listener(null)
    }
    const close = openStream('/api/events', {
      onKey(key) {
        void client.invalidateQueries({ queryKey: key.split(':') })
        for (const listener of listeners.current) listener(key)
      },
      onState(next) {
        setState((before) => {
          if (next.kind === 'open' && before.kind === 'lost') everything()
          return next
        })
        clearInterval(poll)
        if (next.kind === 'lost') poll = setInterval(everything, POLL_MS)
      },
    })
    return () => {
      clearInterval(poll)
      close()
    }
  }, [client])
  const live = useMemo<Live>(
    () => ({
      state,
      subscribe(listener) {
        listeners.current.add(listener)
        return () => listeners.current.delete(listener)
      },
    }),
    [state],
  )
  return <LiveContext value={live}>{children}</LiveContext>
}

/** Whether the stream is heard, and since when it is not. */
export function useStreamState(): StreamState {
  return useContext(LiveContext).state
}

/** Renders a server page again, at most once a second, when one of the keys changes. A key without an id means all of its kind: "rollout". */
export function LiveRefresh({ keys }: { keys: readonly string[] }) {
  const { subscribe } = useContext(LiveContext)
  const router = useRouter()
  const wanted = keys.join(' ')
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = subscribe((key) => {
      const concerns = key === null || wanted.split(' ').some((each) => key === each || key.startsWith(`${each}:`))
      if (!concerns || timer) return
      timer = setTimeout(() => {
        timer = undefined
        router.refresh()
      }, REFRESH_MS)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [subscribe, router, wanted])
  return null
}
