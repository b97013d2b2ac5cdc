import { FEATURES_HEADER, OBSERVED_HEADER, PREDICTION_HEADER } from './model-server/protocol'

/** What a model server answered. `body`: its bytes, one character each (latin1), which are passed on and not read. */
export interface UpstreamAnswer {
  status: number
  contentType: string
  body: string
  prediction: string | null
  features: string | null
  observed: string | null
}

/** Why an answer is not passed on: it is not one, or it is larger than we hold. */
type Unreadable = 'broken' | 'too-large'

/** A head is short: the features of one row are its longest line. */
const MAX_HEAD = 16 * 1024
const MAX_BODY = 32 * 1024 * 1024

type Head = Omit<UpstreamAnswer, 'body'> & { length: number; last: boolean }

/**
 * Reads one HTTP/1.1 answer after another from what comes from a model server of ours. It takes the one form that they send, a status line, headers and a body of
 * announced length, and calls anything else broken: nothing is guessed.
 */
export class AnswerReader {
  /** The server ends the connection after the answer that was read last. */
  last = false
  #head: Head | null = null
  #text = ''

  /** Takes the next bytes, as latin1. null: the answer goes on. */
  take(text: string): UpstreamAnswer | Unreadable | null {
    this.#text += text
    if (!this.#head) {
      const end = this.#text.indexOf('\r\n\r\n')
      if (end < 0 || end > MAX_HEAD) return this.#text.length > MAX_HEAD ? 'broken' : null
      this.#head = readHead(this.#text.slice(0, end))
      if (!this.#head) return 'broken'
      if (this.#head.length > MAX_BODY) return 'too-large'
      this.#text = this.#text.slice(end + 4)
    }
    const { status, contentType, prediction, features, observed, length, last } = this.#head
    if (this.#text.length !== length) return this.#text.length > length ? 'broken' : null
    const answer = { status, contentType, body: this.#text, prediction, features, observed }
    this.last = last
    this.#head = null
    this.#text = ''
    return answer
  }
}

/** A head without its empty line; null when it is not one that a model server writes. */
function readHead(text: string): Head | null {
  const status = /^HTTP\/1\.1 ([2-5]\d\d)(?: |\r|$)/.exec(text)?.[1]
  if (!status) return null
  const head: Head = {
    status: Number(status),
    contentType: 'application/json',
    length: -1,
    prediction: null,
    features: null,
    observed: null,
    last: false,
  }
  for (let start = text.indexOf('\r\n'); start >= 0; ) {
    const next = text.indexOf('\r\n', start + 2)
    const colon = text.indexOf(':', start)
    const end = next < 0 ? text.length : next
    if (colon < start + 3 || colon > end) return null
    const name = text.slice(start + 2, colon).toLowerCase()
    if (!set(head, name, text.slice(colon + 1, end).trim())) return null
    start = next
  }
  return head.length < 0 ? null : head
}

/** Takes over a header; false when it makes the answer's length doubtful. */
function set(head: Head, name: string, value: string): boolean {
  if (name === 'content-length') {
    if (head.length >= 0 || !/^\d{1,10}$/.test(value)) return false
    head.length = Number(value)
  } else if (name === 'content-type') head.contentType = value
  else if (name === PREDICTION_HEADER) head.prediction = value
  else if (name === FEATURES_HEADER) head.features = value
  else if (name === OBSERVED_HEADER) head.observed = value
  else if (name === 'connection') head.last = value.toLowerCase() === 'close'
  return name !== 'transfer-encoding'
}
