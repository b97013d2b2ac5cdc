import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { invalid } from '@/lib/errors'

const ONE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Refuses certificates (PEM) that cannot be read. Each is parsed by itself. */
export function refuseCertificates(path: string, pem: string): X509Certificate[] {
  return (pem.match(ONE) ?? []).map((text, i) => {
    try {
      return new X509Certificate(text)
    } catch {
      throw invalid(path, `The certificate ${i + 1} in it cannot be read: copy it whole, lines and all.`)
    }
  })
}

/** Refuses a client certificate that is past its time, and a key that is another's. */
export function refusePair(at: { certificate: string; key: string }, certificate: string, key: string): void {
  const [own] = refuseCertificates(at.certificate, certificate)
  const until = new Date(own.validTo)
  if (until.getTime() < Date.now())
    throw invalid(at.certificate, `This certificate ended on ${until.toISOString().slice(0, 10)}: give a newer one.`)
  if (!own.checkPrivateKey(readKey(at.key, key))) throw invalid(at.key, 'This key does not belong to the certificate.')
}

function readKey(path: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    throw invalid(path, 'The private key cannot be read: copy it whole, lines and all, without a passphrase.')
  }
}
