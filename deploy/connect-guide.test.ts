import { readdirSync, readFileSync, statSync } from 'node:fs'
import { load } from 'js-yaml'
import { expect, test } from 'vitest'
import { identityCommand } from '@/lib/clusters/identity-command'
import { failureOf } from '@/lib/drivers/kubernetes/answer'
import { gatewayWords, noMirrorHere } from '@/lib/drivers/kubernetes/gateways'
import { importKubeconfig } from '@/lib/drivers/kubernetes/kubeconfig'
import { LABELS, MANAGER, publicPath } from '@/lib/drivers/kubernetes/render/names'
import { ServingSettings } from '@/lib/drivers/kubernetes/serving-settings'
import { blocks, firstCells, GUIDE, kubeconfigBy } from './connect-guide.fixture'
import { render } from './kustomization'

const bold = [...GUIDE.matchAll(/\*\*(.+?)\*\*/g)].map(([, words]) => words)
const read = (file: string) => readFileSync(file, 'utf8')
const screensIn = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`)
const SCREENS = ['components', 'app'].flatMap(screensIn).filter((file) => /(?<!\.test)\.tsx?$/.test(file))

test('every bold word of the guide stands on a screen', () => {
  const screens = SCREENS.map(read).join('\n')
  const missing = bold.filter((words) => {
    const literal = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    return !new RegExp(`[>"'\`]\\s*${literal}\\s*[<"'\`:{]`).test(screens)
  })
  expect(missing).toEqual([])
  expect(bold.length).toBeGreaterThan(30)
})

/** What the form asks for instead of a kubeconfig. */
const OTHER_ACCESS = ['Token', 'Client certificate', 'Its private key', 'API server', 'CA certificate', 'Name in its certificate']

test('the guide fills in every field of the form for a Kubernetes cluster by its kubeconfig, and names no field that is not there', () => {
  const forms = ['cluster-fields', 'kubernetes-fields', 'kubernetes-access'].map((name) => read(`components/environments/${name}.tsx`))
  const labels = [...forms.join('\n').matchAll(/label="(.+?)"/g)].map(([, label]) => label)
  expect(labels).toEqual(expect.arrayContaining(OTHER_ACCESS))
  const named = firstCells('2.', /\*\*(.+?)\*\*/g)
  expect(named.length).toBeGreaterThan(12)
  expect(named.toSorted()).toEqual(labels.filter((label) => !OTHER_ACCESS.includes(label)).toSorted())
})

test('files and pages that the guide names are there', () => {
  const named = [...GUIDE.matchAll(/`(deploy\/[\w./-]+)`/g), ...GUIDE.matchAll(/ -k (deploy\/[\w./-]+)/g)].map(([, file]) => file)
  for (const folder of new Set(named)) expect(statSync(`${folder}/kustomization.yaml`).isFile(), folder).toBe(true)
  for (const [, page] of GUIDE.matchAll(/\]\(([\w.-]+\.md)\)/g)) expect(statSync(`docs/guides/${page}`).isFile(), page).toBe(true)
})

test('objects that its commands name are those of the manifests and of the driver', () => {
  const token = render('deploy/target-cluster').find(({ kind }) => kind === 'Secret')
  expect(token).toMatchObject({ metadata: { name: 'slipway-token', namespace: 'models' }, type: 'kubernetes.io/service-account-token' })
  const secret = ServingSettings.parse({}).identitySecret
  const command = identityCommand({ driver: 'kubernetes', config: { namespace: 'models' } }, '...')
  expect(command).toContain(secret)
  expect(GUIDE).toContain(command)
  expect(GUIDE).toContain(`delete secret ${secret}`)
  expect(GUIDE).toContain(`delete httproutes --selector ${LABELS.managedBy}=${MANAGER}`)
  expect(GUIDE).toContain(`${publicPath({ environment: 'ENVIRONMENT', model: 'MODEL' })}/infer`)
})

test('each line that the guide says of the probe is one that the probe says', () => {
  const forbidden = failureOf(403, '')
  const gateway = { name: 'public', namespace: 'gateways' }
  const answers = { group: { ok: true, value: {} }, classes: forbidden, own: forbidden } as const
  const unread = `${gatewayWords(answers, gateway)}; no copies of requests: ${noMirrorHere(answers, gateway)}`
  const [its, itsGateway] = [{ metadata: { name: 'their-class' } }, { spec: { gatewayClassName: 'their-class' } }]
  const unlisted = noMirrorHere({ ...answers, classes: { ok: true, value: [its] }, own: { ok: true, value: itsGateway } }, gateway)
  const probe =
    ['probe', 'gateways'].map((name) => read(`lib/drivers/kubernetes/${name}.ts`)).join('') +
    `${unread}; no copies of requests: ${unlisted}`
  const lines = firstCells('3.')
  expect(lines.length).toBeGreaterThan(8)
  for (const line of lines)
    for (const part of line.split(/models|gateways\/public|\.\.\./)) expect(probe, line).toContain(part.replace(/^: (?=\w)/, '').trim())
})

test('its commands make a kubeconfig that the form takes: server, CA, token and namespace', () => {
  const ca = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const made = kubeconfigBy({ server: 'https://10.0.0.7:6443', ca: base64(ca), token: base64('a-token') })
  expect(importKubeconfig(made)).toMatchObject({
    ok: true,
    config: { server: 'https://10.0.0.7:6443', ca: ca.trim(), namespace: 'models' },
    credential: { token: 'a-token' },
  })
})

test('the Gateway that it shows is the one that the form names', () => {
  const gateway = load(blocks('yaml')[0]) as { kind: string; metadata: { name: string; namespace: string } }
  expect(gateway).toMatchObject({ kind: 'Gateway', metadata: { name: 'public', namespace: 'gateways' } })
  expect(GUIDE).toContain('| **Namespace of the Gateway**, **Gateway** | `gateways`, `public` |')
})
