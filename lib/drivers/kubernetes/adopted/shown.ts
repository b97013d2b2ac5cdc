/** Of a text so much is looked at; what is cut off there may be half of an address. */
const READ_MAX = 2_000
const SHOWN_MAX = 300
const FEW = 8
const SCHEME_END = '://'

/**
 * Somebody's text for people to read: one line of at most 300 characters, without any that could turn or hide the others, and of addresses in it neither who calls nor
 * what is asked: both hold credentials. Where something was taken out stands "…". Pure, and linear in the text's length.
 */
export function shown(text: string): string {
  const whole = text.length > READ_MAX ? `${text.slice(0, READ_MAX).replace(/\S*$/, '')}…` : text
  const line = whole
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
  const told = line.split(' ').map(withoutCredentials).join(' ')
  return told.length > SHOWN_MAX ? `${told.slice(0, SHOWN_MAX - 1)}…` : told
}

/** Where something lies, as `shown`. What is no address and may hold a credential is not told at all. */
export function shownLocation(uri: string): string {
  // A space would end what stands before the @.
  const whole = uri.trim().replace(/\s/g, '%20')
  return whole.includes(SCHEME_END) || !/[@?#]/.test(whole) ? shown(whole) : 'not told: it is no address, and may hold a credential'
}

/** The first of a list in words, and how many more there are. */
export function fewOf(words: readonly string[]): string {
  return [...words.slice(0, FEW), ...(words.length > FEW ? [`${words.length - FEW} more`] : [])].join(', ')
}

/** A word with its addresses bare. In doubt too much is taken out: secret keys hold slashes, and then look like paths. */
function withoutCredentials(word: string): string {
  const begin = word.indexOf(SCHEME_END) + SCHEME_END.length
  if (begin < SCHEME_END.length) return word
  const [scheme, rest] = [word.slice(0, begin), word.slice(begin)]
  const [host] = rest.split('/', 1)
  // A digest stands behind an @ too, and is no secret.
  const user = [...rest.matchAll(/@(?!sha256:)/g)].at(-1)?.index ?? -1
  const asked = rest.search(/[?#]/)
  // Of what is asked with an @ in it, and a secret with a ? in it, nobody knows which it is.
  if (asked >= 0 && user > asked) return `${scheme}…`
  const [path, end] = asked < 0 ? [rest, ''] : [rest.slice(0, asked), '…']
  const isNamed = user >= 0 && (user < host.length || host.includes(':'))
  return isNamed ? `${scheme}…@${path.slice(user + 1)}${end}` : `${scheme}${withoutCredentials(path)}${end}`
}
