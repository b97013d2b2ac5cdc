'use client'

import { Search } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog, DialogContent } from '@/components/ui/dialog'

const Palette = dynamic(() => import('./palette'), { ssr: false })
const SINGLE_KEYS = 'slipway-single-keys'

const KEYS = [
  ['Ctrl or Cmd + K', 'Command palette: go to anything by name'],
  ['?', 'This list'],
  ['Left, Right, Home, End', 'On a chart: the next, previous, first, last point'],
  ['Escape', 'Close what is open'],
] as const

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
}

/** The keys of the house: the palette's button, and the list of keys. Single keys can be switched off (WCAG 2.1.4). */
export function Keys() {
  const [palette, setPalette] = useState(false)
  const [loaded, setLoaded] = useState(false)
  const [list, setList] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        setLoaded(true)
        setPalette((now) => !now)
      } else if (event.key === '?' && !typing(event.target) && localStorage.getItem(SINGLE_KEYS) !== 'off') setList(true)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  const open = () => {
    setLoaded(true)
    setPalette(true)
  }
  return (
    <>
      <Button
        variant="secondary"
        className="text-muted max-sm:w-8 max-sm:px-0"
        onClick={open}
        aria-label="Open the command palette"
        aria-keyshortcuts="Control+K Meta+K"
      >
        <Search aria-hidden />
        <span className="max-sm:hidden">Go to</span>
        <kbd className="font-sans text-xs max-sm:hidden">Ctrl K</kbd>
      </Button>
      {loaded ? <Palette open={palette} onOpenChange={setPalette} /> : null}
      <Dialog open={list} onOpenChange={setList}>
        <DialogContent title="Keys">
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
            {KEYS.map(([key, what]) => (
              <div key={key} className="contents">
                <dt className="font-mono text-sm">{key}</dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
          <SingleKeys />
        </DialogContent>
      </Dialog>
    </>
  )
}

function SingleKeys() {
  const [on, setOn] = useState(() => localStorage.getItem(SINGLE_KEYS) !== 'off')
  const change = (next: boolean) => {
    localStorage.setItem(SINGLE_KEYS, next ? 'on' : 'off')
    setOn(next)
  }
  return (
    <Checkbox checked={on} onChange={(event) => change(event.target.checked)}>
      Single keys such as ? work
    </Checkbox>
  )
}
