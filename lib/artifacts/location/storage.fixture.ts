import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { CERTIFICATE_A, CERTIFICATE_LOOPBACK, KEY_A, KEY_LOOPBACK } from '@/lib/clusters/certificates.fixture'
import { download } from '@/lib/outbound/guard'
import { EMPTY, type SigningKeys, signed } from './sign'

export const KEYS: SigningKeys = { accessKeyId: 'AKIASTORAGE', secretAccessKey: 'the/secret+of=the-storage' }
const REGION = 'eu-west-1'

/** Storage that speaks S3, over plain http or (`secure`) with a certificate that no public authority knows: it gives an object only to whoever signed the request for it, in its region, and says why not otherwise. */
export class Storage {
  readonly objects = new Map<string, Buffer>()
  readonly asked: string[] = []
  url = ''
  readonly #server: http.Server

  constructor(private readonly secure = false) {
    const answer: http.RequestListener = (request, response) => this.#answer(request, response)
    this.#server = secure ? https.createServer({ cert: CERTIFICATE_LOOPBACK, key: KEY_LOOPBACK }, answer) : http.createServer(answer)
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.url = `http${this.secure ? 's' : ''}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const refuse = (status: number, code: string, more = '') =>
      response
        .writeHead(status, { 'content-type': 'application/xml' })
        .end(`<?xml version="1.0"?><Error><Code>${code}</Code>${more}</Error>`)
    this.asked.push(request.url ?? '')
    const wrong = wrongSignature(request)
    if (wrong) return void refuse(wrong === 'AuthorizationHeaderMalformed' ? 400 : 403, wrong, `<Region>${REGION}</Region>`)
    const object = this.objects.get(decodeURIComponent(request.url ?? ''))
    if (!object) return void refuse(404, 'NoSuchKey')
    response.writeHead(200, { 'content-length': object.length }).end(object)
  }
}

/** What speaks against a request's signature, as S3 names it; checked by signing the same request anew. */
function wrongSignature({ headers, url = '' }: http.IncomingMessage): string | null {
  const { authorization = '', host = '' } = headers
  const [, id, region, names] = /Credential=([^/]+)\/\d{8}\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+),/.exec(authorization) ?? []
  if (id === undefined) return 'AccessDenied'
  if (id !== KEYS.accessKeyId) return 'InvalidAccessKeyId'
  if (region !== REGION) return 'AuthorizationHeaderMalformed'
  const date = String(headers['x-amz-date']).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
  const own = names.split(';').filter((name) => name !== 'host' && name !== 'x-amz-date')
  const given = Object.fromEntries(own.map((name) => [name, String(headers[name])]))
  const again = signed(
    { url: new URL(`http://${host}${url}`), headers: given, region, service: 's3', payload: EMPTY, at: new Date(date) },
    KEYS,
  )
  return again.authorization === authorization ? null : 'SignatureDoesNotMatch'
}

/** A guarded download that takes every name for this machine, and trusts the certificate that the tests' https servers have. */
export const toThisMachine = download((_host, done) => done(null, [{ address: '127.0.0.1', family: 4 }]), CERTIFICATE_A)

/** An https server of the name in its certificate. */
export async function httpsServer(answer: http.RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server = https.createServer({ cert: CERTIFICATE_A, key: KEY_A }, answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://slipway-a:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
