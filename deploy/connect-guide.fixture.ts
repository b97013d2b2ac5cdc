import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

export const GUIDE = readFileSync('docs/guides/connect-your-cluster.md', 'utf8')

/** The guide's blocks of one language, in order. */
export function blocks(language: string): string[] {
  return [...GUIDE.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text)
}

/** Codes, or what else is marked, in the first cell of the rows of the guide's table below a heading. */
export function firstCells(heading: string, marked = /`(.+?)`/g): string[] {
  const section = GUIDE.split(/^## /m).find((each) => each.startsWith(heading)) ?? ''
  return [...section.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) => [...cell.matchAll(marked)].map(([, words]) => words))
}

/** What a cluster tells kubectl: `ca` and `token` as they stand in the Secret, in base64. */
export interface Told {
  server: string
  ca: string
  token: string
}

/** Stands where kubectl would: it answers these questions, and no other. */
const KUBECTL = `set -eu
kubectl() {
  case "$*" in
    'config view --minify --output jsonpath={.clusters[0].cluster.server}') printf %s "$SERVER" ;;
    '--namespace models get secret slipway-token --output jsonpath={.data.ca\\.crt}') printf %s "$CA" ;;
    '--namespace models get secret slipway-token --output jsonpath={.data.token}') printf %s "$TOKEN" ;;
    *) echo "kubectl is asked something else: $*" >&2; return 1 ;;
  esac
}
`

/** The kubeconfig that the guide's commands make. */
export function kubeconfigBy({ server, ca, token }: Told): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-guide-'))
  const commands = blocks('sh').find((text) => text.includes('slipway.kubeconfig')) ?? ''
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', NODE_ENV: 'test' as const, SERVER: server, CA: ca, TOKEN: token }
  try {
    execFileSync('sh', ['-c', `${KUBECTL}${commands}`], { cwd: folder, env })
    return readFileSync(path.join(folder, 'slipway.kubeconfig'), 'utf8')
  } finally {
    rmSync(folder, { recursive: true })
  }
}
