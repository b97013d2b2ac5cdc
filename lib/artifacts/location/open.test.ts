import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { openLocation } from './open'

/** The body of an answer that breaks off after this much. */
function brokenOff(text: string): Readable {
  return Readable.from(
    (async function* () {
      yield Buffer.from(text)
      throw new Error('gone')
    })(),
  )
}

test('a refusal of S3 that breaks off still says what had come of its reason', async () => {
  const body = brokenOff('<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Mess')
  const asking = {
    allow: {},
    signal: new AbortController().signal,
    s3: { endpoint: 'https://storage.example', region: 'eu-west-1' },
    ask: async () => ({ status: 404, headers: new Headers(), body }),
  }
  await expect(openLocation({ kind: 's3', bucket: 'models', key: 'none' }, asking)).rejects.toThrow(
    'storage.example answered 404: there is no such key in the bucket.',
  )
  expect(body.destroyed).toBe(true)
})
