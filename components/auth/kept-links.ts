import * as z from 'zod'

const KEY = 'slipway-links'
const Links = z.object({ invited: z.string(), link: z.string(), own: z.string().nullable() })
export type KeptLinks = z.infer<typeof Links>

/** Takes the links to a page that needs no session. They stay in this tab only, until it is closed. */
export function keepLinks(links: KeptLinks): void {
  window.sessionStorage.setItem(KEY, JSON.stringify(links))
  window.location.assign('/example-ended')
}

/** The links that this tab keeps; null when there are none. */
export function readLinks(): KeptLinks | null {
  const text = window.sessionStorage.getItem(KEY)
  return text === null ? null : Links.parse(JSON.parse(text))
}
