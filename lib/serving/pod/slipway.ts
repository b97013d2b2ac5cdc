import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { env, required } from '@/lib/env'
import type { ArtifactSource } from '../fetch-artifact'

/** Where Slipway is, with the cluster's identity token as its file holds it at that moment: a new one is used without a restart. */
export function slipway(): ArtifactSource {
  const file = required('SLIPWAY_IDENTITY_TOKEN_FILE')
  return {
    url: env().SLIPWAY_URL.replace(/\/+$/, ''),
    get identityToken() {
      return readFileSync(file, 'utf8').trim()
    },
  }
}

/** Where Kubernetes reads why a container ended. */
const TERMINATION_LOG = '/dev/termination-log'

/** Says why this process ends: on stderr, and where the pod's status shows it. */
export function lastWords(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error)
  process.stderr.write(`${text}\n`)
  if (existsSync(TERMINATION_LOG)) writeFileSync(TERMINATION_LOG, text)
}
