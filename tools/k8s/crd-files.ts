import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { cacheFolder, RECIPE, releaseIn, wholeOrNot } from './cache'
import { findGo, moduleFolder } from './go'

/** Definitions of resources that are not Kubernetes' own, as their projects publish them: SHA-256 by file. */
interface Bundle {
  module: string
  version: string
  /** Where the same files stand for those who have no Go. */
  raw: string
  folder: string
  files: Record<string, string>
}

const BUNDLES = {
  'gateway-api': {
    module: 'sigs.k8s.io/gateway-api',
    version: 'v1.6.3',
    raw: 'https://raw.githubusercontent.com/kubernetes-sigs/gateway-api',
    folder: 'config/crd/standard',
    files: {
      'gateway.networking.k8s.io_backendtlspolicies.yaml': 'd9824b82db284bdea67d2eb0297952be51e0e7a394f02daef0d6f3fefa5d01c0',
      'gateway.networking.k8s.io_gatewayclasses.yaml': 'd32070cb6930273a07c5ca183135712b1918cc140c6d9b6cef441cdf0e562345',
      'gateway.networking.k8s.io_gateways.yaml': '905c89d8fefaab9088bf9d0a8d47ebd7ec4e653a914d4bfaa575a7716f07a828',
      'gateway.networking.k8s.io_grpcroutes.yaml': 'a96b307008290c194ad346f9bb9346dd560c12e4d4e7dfbdbe7d2fb5e812d62e',
      'gateway.networking.k8s.io_httproutes.yaml': 'a89d17ff5ed060fa0eac015524f9252bb291f616412c13ac8cb952ed9c25c5ad',
      'gateway.networking.k8s.io_listenersets.yaml': 'b81f1771dcd96dfb3bb500e07dafef79a2aa58c4a9b4b366d54ca29e8ecccb5e',
      'gateway.networking.k8s.io_referencegrants.yaml': 'ff8db85aaacc91fb4096975afb5782540572bf2f04842a258094cd7f50c7f38a',
      'gateway.networking.k8s.io_tcproutes.yaml': '5d2891484c870865e9ae61402b412a8b81eea381fbb71fdc56406e533c9643f1',
      'gateway.networking.k8s.io_tlsroutes.yaml': 'b9277b755ee0f33dd245d3497ba842922ff2e2efe5070b0911e58d072d55ed9c',
      'gateway.networking.k8s.io_udproutes.yaml': 'a552a9aa3726367c392000a45d13e6ba07985117a5e6826364640bedfeb5e922',
    },
  },
  kserve: {
    module: 'github.com/kserve/kserve',
    version: 'v0.20.0',
    raw: 'https://raw.githubusercontent.com/kserve/kserve',
    folder: 'config/crd/full',
    files: {
      'serving.kserve.io_inferenceservices.yaml': '57c3bf13f77de94678bf2ae3748056ec071ad2b9e88d6a28f44fb4710758fcff',
    },
  },
  // Of its kinds the one that says how its Envoy runs.
  'envoy-gateway': {
    module: 'github.com/envoyproxy/gateway',
    version: releaseIn(path.join(RECIPE, 'gateway', 'envoy'), 'github.com/envoyproxy/gateway'),
    raw: 'https://raw.githubusercontent.com/envoyproxy/gateway',
    folder: 'charts/gateway-crds-helm/templates/generated',
    files: {
      'gateway.envoyproxy.io_envoyproxies.yaml': 'f4be2fe226d99f117f8b1bb725e537ff2ded2bb3f77de246c4bda3bd467c4b03',
    },
  },
} satisfies Record<string, Bundle>

export type BundleName = keyof typeof BUNDLES

const FETCH_MS = 20_000

function targetOf(bundle: Bundle): string {
  return path.join(cacheFolder(), 'crds', `${path.basename(bundle.module)}-${bundle.version}`)
}

/** The YAML of each definition in a bundle, checked, from our cache. Throws when `provideCrdFiles` has not run here. */
export function readCrdFiles(name: BundleName): string[] {
  const bundle: Bundle = BUNDLES[name]
  return Object.entries(bundle.files).map(([file, sha256]) => {
    const stored = path.join(targetOf(bundle), file)
    if (!fs.existsSync(stored)) throw new Error(`${stored} is missing: "npm run test:clusters" fetches it`)
    const text = fs.readFileSync(stored, 'utf8')
    check(file, text, sha256)
    // A chart's file is a template whose only commands are the condition around it.
    return text.replace(/^\{\{.*\}\}$/gm, '')
  })
}

function check(file: string, text: string, wanted: string): void {
  const sha256 = createHash('sha256').update(text).digest('hex')
  if (sha256 !== wanted) throw new Error(`${file} has the SHA-256 ${sha256}, and ${wanted} is wanted`)
}

/** Puts the files of these bundles into our cache: from the Go module where there is Go, else from its repository. */
export async function provideCrdFiles(say: (line: string) => void, names: readonly BundleName[]): Promise<void> {
  for (const name of names) {
    const bundle: Bundle = BUNDLES[name]
    const target = targetOf(bundle)
    if (Object.keys(bundle.files).every((file) => fs.existsSync(path.join(target, file)))) continue
    say(`Fetching the definitions of ${bundle.module} ${bundle.version} ...`)
    const read = await readerOf(bundle)
    for (const [file, sha256] of Object.entries(bundle.files)) {
      const text = await read(file)
      check(file, text, sha256)
      await wholeOrNot(path.join(target, file), async (draft) => fs.writeFileSync(draft, text))
    }
  }
}

async function readerOf(bundle: Bundle): Promise<(file: string) => Promise<string>> {
  const go = findGo()
  if (!('missing' in go)) {
    const folder = path.join(await moduleFolder(go, `${bundle.module}@${bundle.version}`), bundle.folder)
    return async (file) => fs.readFileSync(path.join(folder, file), 'utf8')
  }
  return async (file) => {
    const url = `${bundle.raw}/${bundle.version}/${bundle.folder}/${file}`
    const answer = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) })
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
    return answer.text()
  }
}
