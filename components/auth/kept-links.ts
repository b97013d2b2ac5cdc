const KEY = 'slipway-links'
const PAGE = '/example-ended'

/** What is shown once to whoever ended the example workspace, and must not go with its session. */
export interface KeptLinks {
  /** Who was invited, with the link to hand over; null: nobody was. */
  invited: { name: string; link: string } | null
  /** The cluster that was added, with its identity token; null: none was. */
  cluster: { identityToken: string; command: string | null } | null
  /** To a password of one's own. */
  own: string
}

/** What the browser would not store: gone when the page is loaded anew. */
let held: KeptLinks | null = null

/**
 * Takes the links to a page that needs no session. They stay in this tab only, until it is closed; where the browser stores nothing, until the page is loaded
 * anew, so that one is gone to within the app (`push`).
 */
export function keepLinks(links: KeptLinks, push: (path: string) => void): void {
  if (stored(links)) window.location.assign(PAGE)
  else {
    held = links
    push(PAGE)
  }
}

function stored(links: KeptLinks): boolean {
  try {
    window.sessionStorage.setItem(KEY, JSON.stringify(links))
    return true
  } catch {
    // Blocked, or full.
    return false
  }
}

/** The links that this tab keeps; null when there are none. */
export function readLinks(): KeptLinks | null {
  if (held) return held
  try {
    const text = window.sessionStorage.getItem(KEY)
    const kept: unknown = text === null ? null : JSON.parse(text)
    return isLinks(kept) ? kept : null
  } catch {
    return null
  }
}

function isLinks(kept: unknown): kept is KeptLinks {
  if (kept === null || typeof kept !== 'object' || !('invited' in kept) || !('cluster' in kept) || !('own' in kept)) return false
  const { invited, cluster, own } = kept
  return holds(invited, ['name', 'link']) && holds(cluster, ['identityToken']) && typeof own === 'string'
}

/** Null, or an object with these texts. */
function holds(part: unknown, texts: readonly string[]): boolean {
  return part === null || (typeof part === 'object' && texts.every((name) => typeof Object(part)[name] === 'string'))
}
