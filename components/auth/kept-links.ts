const KEY = 'slipway-links'

export interface KeptLinks {
  invited: string
  link: string
  own: string | null
}

/** Takes the links to a page that needs no session. They stay in this tab only, until it is closed. */
export function keepLinks(links: KeptLinks): void {
  window.sessionStorage.setItem(KEY, JSON.stringify(links))
  window.location.assign('/example-ended')
}

/** The links that this tab keeps; null when there are none. */
export function readLinks(): KeptLinks | null {
  const text = window.sessionStorage.getItem(KEY)
  const kept: unknown = text === null ? null : JSON.parse(text)
  return isLinks(kept) ? kept : null
}

function isLinks(kept: unknown): kept is KeptLinks {
  if (kept === null || typeof kept !== 'object' || !('invited' in kept) || !('link' in kept) || !('own' in kept)) return false
  return typeof kept.invited === 'string' && typeof kept.link === 'string' && (kept.own === null || typeof kept.own === 'string')
}
