import { createHash, createHmac } from 'node:crypto'

/** With what a request to S3-compatible storage is signed. */
export interface SigningKeys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

interface Unsigned {
  /** Its path encoded as it is sent; without a query. */
  url: URL
  /** Beside `host` and the date, which are added. */
  headers: Record<string, string>
  region: string
  service: string
  /** Hex SHA-256 of the body. */
  payload: string
  at: Date
}

/** Of a body that is empty. */
export const EMPTY = sha256('')

/**
 * The headers of a GET that is signed by AWS Signature Version 4 ("Create a signed AWS API request", AWS IAM User Guide): those that were given, date, and
 * authorization. The host header is signed, and sent by whoever sends the request.
 */
export function signed({ url, headers, region, service, payload, at }: Unsigned, keys: SigningKeys): Record<string, string> {
  const time = `${at.toISOString().replace(/[-:]|\.\d+/g, '')}`
  const sent: Record<string, string> = {
    ...headers,
    'x-amz-date': time,
    ...(keys.sessionToken ? { 'x-amz-security-token': keys.sessionToken } : {}),
  }
  const all: Record<string, string> = { ...sent, host: url.host }
  const names = Object.keys(all).sort()
  const lines = names.map((name) => `${name}:${all[name].trim().replace(/ +/g, ' ')}\n`).join('')
  const request = ['GET', url.pathname, '', lines, names.join(';'), payload].join('\n')
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n')
  const key = [time.slice(0, 8), region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${keys.secretAccessKey}`)
  const signature = hmac(key, text).toString('hex')
  const credential = `${keys.accessKeyId}/${scope}`
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
