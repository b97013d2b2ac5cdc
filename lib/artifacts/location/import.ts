import type { Actor } from '@/lib/auth/actor'
import { demand, parse } from '@/lib/command'
import { env } from '@/lib/env'
import { invalid, Problem } from '@/lib/errors'
import type { Allow } from '@/lib/outbound/address'
import type { ArtifactInfo } from '../schema'
import { ARTIFACT_MAX } from '../schema'
import { type Received, receive } from '../store'
import { keepModel } from '../upload'
import { type Asking, LocationError, openLocation } from './open'
import { keptLocation, readLocation } from './place'
import { ImportArtifact } from './schema'

/** A file that takes longer is not taken. */
const WITHIN_MS = 600_000
/** Imports at once: each may hold a file of the largest size on its way. */
const AT_ONCE = 4
let running = 0

/** The answer to an import: as to an upload, with the location as it may be kept with a version. */
export type Imported = ArtifactInfo & { location: string | null }

/**
 * Fetches a model's file once from where it lies, for somebody who may register models, and keeps it as an upload is kept: inert until a version names it. Refused
 * unless it has the SHA-256 and the size that were given. Keys and tokens are used for this and not kept. `ask`: the guard's, except in tests.
 */
export async function importArtifact(actor: Actor, raw: unknown, signal: AbortSignal, ask?: Asking['ask']): Promise<Imported> {
  demand(actor, 'model:write', {})
  const input = parse(ImportArtifact, raw)
  if (running >= AT_ONCE) throw new Problem('rate-limited', `${AT_ONCE} files are being fetched now: try again when one has come.`)
  running += 1
  try {
    const received = await fetched(input, {
      allow: allowedSources(),
      signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
      ask,
    })
    try {
      return { ...(await keepModel(received)), location: keptLocation(input.location) }
    } finally {
      await received.discard()
    }
  } catch (error) {
    if (!(error instanceof LocationError)) throw error
    // Of an object it is the server that is not asked, where one is named.
    const field = error.refused && input.location.startsWith('s3://') && input.s3.endpoint ? 's3.endpoint' : 'location'
    const allowed = error.refused ? ' Whoever runs Slipway allows networks of its own with SLIPWAY_ARTIFACT_SOURCES.' : ''
    throw error.final
      ? invalid(field, `${error.message}${allowed}`)
      : new Problem('unavailable', error.message, [{ path: 'location', message: error.message }])
  } finally {
    running -= 1
  }
}

/** Where files may be fetched from beside the public internet, as whoever runs this house allows (`SLIPWAY_ARTIFACT_SOURCES`). */
function allowedSources(): Allow {
  const named = env().SLIPWAY_ARTIFACT_SOURCES
  return { private: named.includes('private'), loopback: named.includes('loopback') }
}

async function fetched(input: ImportArtifact, how: Pick<Asking, 'allow' | 'signal' | 'ask'>): Promise<Received> {
  const { location, bytes, token, s3 } = input
  const place = readLocation(location)
  if (typeof place === 'string' || place.kind === 'pvc') throw invalid('location', String(place))
  const opened = await openLocation(place, { ...how, token, s3 })
  if (opened.bytes !== null && opened.bytes !== bytes) {
    opened.drop()
    throw invalid('bytes', `The file at this location has ${opened.bytes} bytes, not ${bytes}. Nothing was stored.`)
  }
  const received = await receive(opened.body, { max: Math.min(bytes, ARTIFACT_MAX), bytes: null, digest: null }).catch((error: unknown) => {
    const larger = error instanceof Problem && error.code === 'too-large'
    throw larger ? invalid('bytes', `The file at this location has more than ${bytes} bytes. Nothing was stored.`) : error
  })
  const wrong = differs(received, input)
  if (!wrong) return received
  await received.discard()
  throw wrong
}

function differs(received: Received, { sha256, bytes }: ImportArtifact): Problem | null {
  if (received.bytes !== bytes)
    return invalid('bytes', `The file at this location has ${received.bytes} bytes, not ${bytes}. Nothing was stored.`)
  if (received.digest === sha256) return null
  return invalid(
    'sha256',
    `The file at this location has the SHA-256 ${received.digest}, not ${sha256}: it is another file, or was changed. Nothing was stored.`,
  )
}
