import { readFileSync } from 'node:fs'
import type https from 'node:https'
import path from 'node:path'
import { log } from '@/lib/log'

/** The engine's certificate and key, as a Secret of type kubernetes.io/tls names its files. */
export interface Certificate {
  cert: Buffer
  key: Buffer
}

/** How often the files are read again: whoever renews them changes them in place. */
const READ_EVERY_MS = 600_000

/** Reads tls.crt and tls.key of a folder. Throws when one is missing. */
export function readCertificate(folder: string): Certificate {
  return { cert: readFileSync(path.join(folder, 'tls.crt')), key: readFileSync(path.join(folder, 'tls.key')) }
}

/** Lets a running server answer by a renewed certificate without a restart. Files that cannot be read, or do not belong together, leave the present one. */
export function followCertificate(server: https.Server, folder: string, everyMs = READ_EVERY_MS): void {
  const timer = setInterval(() => {
    try {
      server.setSecureContext(readCertificate(folder))
    } catch (error) {
      log.error({ err: error, folder }, 'the certificate cannot be read again; the one before it is used')
    }
  }, everyMs)
  server.once('close', () => clearInterval(timer))
}
