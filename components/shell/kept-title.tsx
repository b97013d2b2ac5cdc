'use client'

import { useEffect } from 'react'

/**
 * Next takes a page's title away for a moment each time the page is rendered again: a second title behind it keeps the words until the page's own is back. React puts
 * titles before those that are there, so that a page's own always counts.
 */
export function KeptTitle() {
  useEffect(() => {
    const kept = document.createElement('title')
    const follow = () => {
      const first = document.head.querySelector('title')
      if (first && first !== kept && first.text !== kept.text) kept.text = first.text
    }
    document.head.append(kept)
    follow()
    const changes = new MutationObserver(follow)
    changes.observe(document.head, { childList: true, subtree: true, characterData: true })
    return () => {
      changes.disconnect()
      kept.remove()
    }
  }, [])
  return null
}
