import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AnswerReader } from './answer-reader'

const BODY = '{"outputs":[{"data":[0.25]}]}'
const HEAD =
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-length: 29\r\nx-slipway-prediction: 0.25,1\r\nConnection: keep-alive'
const ANSWER = { status: 200, contentType: 'application/json', body: BODY, prediction: '0.25,1', features: null, observed: null }

const read = (text: string) => new AnswerReader().take(text)

test('an answer is read whole wherever the connection cuts it, and the next one after it', () => {
  const text = `${HEAD}\r\n\r\n${BODY}`
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 6 }), (places) => {
      const reader = new AnswerReader()
      const cuts = [0, ...places.sort((a, b) => a - b), text.length]
      for (let round = 0; round < 2; round += 1) {
        const pieces = cuts.slice(1).map((end, i) => text.slice(cuts[i], end))
        const answers = pieces.filter((piece) => piece !== '').map((piece) => reader.take(piece))
        expect(answers.slice(0, -1).every((answer) => answer === null)).toBe(true)
        expect(answers.at(-1)).toEqual(ANSWER)
      }
    }),
  )
})

test('bytes of the body pass unchanged', () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
  const answer = read(`HTTP/1.1 200 OK\r\ncontent-length: 256\r\n\r\n${bytes.toString('latin1')}`)
  expect(answer).toMatchObject({ status: 200, contentType: 'application/json' })
  expect(typeof answer === 'object' && answer && Buffer.from(answer.body, 'latin1').equals(bytes)).toBe(true)
})

test.each([
  ['without a length', HEAD.replace('content-length: 29', 'x: y')],
  ['with two lengths', `${HEAD}\r\ncontent-length: 29`],
  ['with a length that is no number', HEAD.replace(': 29', ': +29')],
  ['in chunks', `${HEAD}\r\ntransfer-encoding: chunked`],
  ['with a line that is no header', `${HEAD}\r\nhello`],
  ['with a header of no name', `${HEAD}\r\n: value`],
  ['of another protocol', HEAD.replace('HTTP/1.1', 'HTTP/1.0')],
  ['that is only on its way', HEAD.replace('200 OK', '100 Continue')],
  ['with more bytes than were announced', HEAD.replace(': 29', ': 28')],
])('an answer %s is broken, not guessed at', (_how, head) => {
  expect(read(`${head}\r\n\r\n${BODY}`)).toBe('broken')
})

test('a head without end and a body that is too large are refused before they are held', () => {
  expect(read('x'.repeat(20_000))).toBe('broken')
  expect(read('HTTP/1.1 200 OK\r\ncontent-length: 33554433\r\n\r\n')).toBe('too-large')
})

test('it says when the server ends the connection after an answer', () => {
  const reader = new AnswerReader()
  reader.take(`${HEAD}\r\n\r\n${BODY}`)
  expect(reader.last).toBe(false)
  reader.take(`${HEAD.replace('keep-alive', 'close')}\r\n\r\n${BODY}`)
  expect(reader.last).toBe(true)
})
