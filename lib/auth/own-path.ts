/** The path to go to after signing in: ours only, so that a link cannot send people to another site. */
export function ownPath(next: string | string[] | undefined): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])/.test(next)) return '/'
  // The URL parser drops tabs and newlines: what it makes of the text counts, not the text.
  const url = new URL(next, 'http://slipway.invalid')
  return url.host === 'slipway.invalid' ? `${url.pathname}${url.search}` : '/'
}
