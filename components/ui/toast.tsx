'use client'

import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { cn } from './cn'

interface Toast {
  id: number
  text: string
  tone: 'done' | 'refused'
}

type Say = (text: string, tone?: Toast['tone']) => void

const ToastContext = createContext<Say>(() => undefined)
const SHOWN_MS = 8_000

/** Says what a click did, politely, for eight seconds. What must not be missed belongs on the page instead. */
export function useToast(): Say {
  return useContext(ToastContext)
}

let lastId = 0

/** Holds the toasts of the page. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([])
  const remove = useCallback((id: number) => setToasts((now) => now.filter((toast) => toast.id !== id)), [])
  const say = useCallback<Say>(
    (text, tone = 'done') => {
      lastId += 1
      const id = lastId
      setToasts((now) => [...now.slice(-2), { id, text, tone }])
      setTimeout(() => remove(id), SHOWN_MS)
    },
    [remove],
  )
  const list = useMemo(
    () => toasts.map((toast) => <ToastLine key={toast.id} toast={toast} onClose={() => remove(toast.id)} />),
    [toasts, remove],
  )
  return (
    <ToastContext value={say}>
      {children}
      <div role="status" aria-live="polite" className="pointer-events-none fixed right-4 bottom-4 z-60 grid max-w-[calc(100vw-2rem)] gap-2">
        {list}
      </div>
    </ToastContext>
  )
}

function ToastLine({ toast, onClose }: { toast: Toast; onClose: () => void }) {
  return (
    <div
      className={cn(
        'pointer-events-auto flex items-center gap-3 rounded-md border-l-4 bg-primary py-2 pr-2 pl-3 text-primary-foreground',
        toast.tone === 'done' ? 'border-l-transparent' : 'border-l-candidate',
      )}
    >
      <span className="min-w-0">{toast.text}</span>
      <button type="button" onClick={onClose} className="min-h-6 rounded-sm px-2 underline underline-offset-2">
        Close
      </button>
    </div>
  )
}
