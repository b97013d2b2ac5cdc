import type { S3Server } from './schema'

/**
 * The address of an object. Amazon's own is by the bucket's host, except where a dot in its name would not fit the certificate; any other by path, which every
 * S3-compatible server knows. Each byte that is not unreserved is encoded, as the signature wants it.
 */
export function objectUrl({ bucket, key }: { bucket: string; key: string }, { endpoint, region }: S3Server): URL {
  const path = key.split('/').map(encoded).join('/')
  const host = `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
  if (endpoint) return new URL(`${endpoint}/${bucket}/${path}`)
  return new URL(bucket.includes('.') ? `https://${host}/${bucket}/${path}` : `https://${bucket}.${host}/${path}`)
}

function encoded(part: string): string {
  return encodeURIComponent(part).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

const SAID: Record<string, string> = {
  NoSuchKey: 'there is no such key in the bucket',
  NoSuchBucket: 'there is no such bucket',
  AccessDenied: 'the keys may not read this object, or it is not there and they may not list the bucket (s3:GetObject, s3:ListBucket)',
  InvalidAccessKeyId: 'it does not know this access key id',
  SignatureDoesNotMatch: 'the secret access key does not belong to the access key id',
  ExpiredToken: 'the session token has ended: get another',
  InvalidToken: 'the session token is not a good one',
  RequestTimeTooSkewed: "the clock of whoever asks is off by more than 15 minutes from the storage's",
  InvalidObjectState: 'the object is archived: restore it first',
  SlowDown: 'it is asked too often now',
}

/** What S3-compatible storage says in the body of a refusal, as words that follow "it answered 403: ". Only what is known of it is repeated, and a region. */
export function s3Refusal(status: number, body: string): string {
  const of = (name: string) => new RegExp(`<${name}>([\\w.-]{1,100})</${name}>`).exec(body)?.[1]
  const code = of('Code') ?? ''
  const region = of('Region') ?? /expecting '([a-z0-9-]{1,40})'/.exec(body.replaceAll('&apos;', "'").replaceAll('&#39;', "'"))?.[1]
  const elsewhere =
    code === 'PermanentRedirect' || code === 'TemporaryRedirect' || code === 'AuthorizationHeaderMalformed' || status === 301
  if (elsewhere) return `the bucket is in another region${region ? `: set the region ${region}` : ' than the one that is set'}`
  return (
    SAID[code] ??
    (status === 404 ? 'there is no such bucket or key' : status === 403 ? 'it does not allow this' : code || 'no reason given')
  )
}
