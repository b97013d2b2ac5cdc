import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { needs } from '../cluster.fixture'
import type { ReportedPod } from '../deployment.fixture'
import type { Container, Volume } from '../fate'
import { seen } from '../seen'
import { keepAddresses } from './address'
import { runningNamespace } from './kubelet.fixture'

const own = runningNamespace()
const { server, api } = own
const path = `/api/v1/namespaces/${own.namespace}`

/** Answers 503 until /open was asked for, then with what it was told. */
const SERVER = `
  const fs = require('node:fs')
  let open = false
  require('node:http').createServer((request, response) => {
    if (request.url === '/open') open = true
    const told = [fs.readFileSync(process.env.FETCHED, 'utf8'), fs.readFileSync('/settings/greeting'.replace('/settings', process.env.SETTINGS), 'utf8'), process.env.HOME]
    response.writeHead(open ? 200 : 503).end(JSON.stringify(told))
  }).listen(Number(process.argv[1].split('=')[1]), process.env.HOST, () => console.log('it serves'))
`
const FETCH = "require('node:fs').writeFileSync(process.argv[1].split('=')[1], 'the artifact')"

const node = (name: string, script: string, args: string[] = []): Container => ({
  name,
  image: 'registry.example.org/slipway',
  command: ['node', '-e', script, '--'],
  args,
})

async function run(name: string, spec: { containers: Container[]; initContainers?: Container[]; volumes?: Volume[] }) {
  await api.send('POST', `${path}/pods`, { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec })
}

const read = (name: string) => api.get<ReportedPod>(`${path}/pods/${name}`)
const isReady = ({ status }: ReportedPod) => status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false

test('a pod runs its init container and then its command, with its own variables, mounts and port, and is ready only once its probe answers', async () => {
  const models = { name: 'models', mountPath: '/models' }
  await run('sound', {
    initContainers: [{ ...node('fetch', FETCH, ['--to=/models/file']), volumeMounts: [models] }],
    containers: [
      {
        ...node('model', SERVER, ['--port=8080']),
        env: [
          { name: 'FETCHED', value: '/models/file' },
          { name: 'SETTINGS', value: '/settings' },
        ],
        ports: [{ name: 'http', containerPort: 8080 }],
        volumeMounts: [models, { name: 'settings', mountPath: '/settings' }],
        readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
      },
    ],
    volumes: [
      { name: 'models', emptyDir: {} },
      { name: 'settings', configMap: { name: 'settings' } },
    ],
  })
  const mounted = async () => (await api.get<{ items: { reason: string; message: string }[] }>(`${path}/events`)).items
  await seen('a warning of what is missing', 30, async () =>
    (await mounted()).some(({ reason, message }) => reason === 'FailedMount' && message.includes('configmap "settings" not found')),
  )
  await api.send('POST', `${path}/configmaps`, { metadata: { name: 'settings' }, data: { greeting: 'hello' } })
  const url = await seen('its answer', 60, async () => {
    const spot = own.kubelet.reach((await read('sound')).status.podIP ?? '', 8080)
    const found = `http://${spot?.host}:${spot?.port}`
    return (await fetch(`${found}/`)).status === 503 && found
  })
  expect(isReady(await read('sound'))).toBe(false)
  expect(await (await fetch(`${url}/open`)).json()).toEqual(['the artifact', 'hello', null])
  await seen('it ready', 30, async () => isReady(await read('sound')))
  expect(await api.get(`${path}/pods/sound/log?container=model`)).toBe('it serves\n')
  const stamped = await api.get(`${path}/pods/sound/log?container=model&timestamps=true&tailLines=1`)
  expect(stamped).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z it serves\n$/)
})

test('a command that ends is started again after a pause, and the status says how it ended and what it said', async () => {
  await run('crashing', { containers: [node('model', 'console.error("no such model"); process.exit(3)')] })
  const pod = await seen('a second start', 60, async () => {
    const found = await read('crashing')
    return (found.status.containerStatuses?.[0]?.restartCount ?? 0) >= 1 && found
  })
  expect(pod.status.containerStatuses?.[0]).toMatchObject({ lastState: { terminated: { exitCode: 3, message: 'no such model' } } })
})

test('a pod that is deleted is told so by SIGTERM after its hook, and is gone when its command has ended', async () => {
  const script = "process.on('SIGTERM', () => process.exit(0)); setInterval(() => undefined, 1000)"
  await run('leaving', { containers: [{ ...node('model', script), lifecycle: { preStop: { sleep: { seconds: 1 } } } }] })
  await seen('it ready', 60, async () => isReady(await read('leaving')))
  await api.send('DELETE', `${path}/pods/leaving`)
  expect(await read('leaving')).toMatchObject({ metadata: { deletionTimestamp: expect.any(String) } })
  await seen('it gone', 30, async () =>
    read('leaving').then(
      () => false,
      ({ status }) => status === 404,
    ),
  )
})

interface Device {
  addr_info: { local: string; valid_life_time: number }[]
}

function addresses(): Device['addr_info'] {
  const [device] = JSON.parse(execFileSync('ip', ['-json', 'address', 'show', 'dev', 'lo'], { encoding: 'utf8' })) as Device[]
  return device.addr_info
}

test('a pod has an address of this machine, at which it answers on its own port; the address goes with it, and with nobody left to take it away by itself', async (context) => {
  needs(context, server, 'addresses')
  const script = "require('node:http').createServer((_, response) => response.end('here')).listen(8080, process.env.HOST)"
  await run('addressed', { containers: [{ ...node('model', script), ports: [{ name: 'http', containerPort: 8080 }] }] })
  const address = await seen('its answer', 60, async () => {
    const { podIP } = (await read('addressed')).status
    return (await (await fetch(`http://${podIP}:8080/`)).text()) === 'here' && podIP
  })
  const found = () => addresses().find(({ local }) => local === address)
  // What stays for ever is told as 2^32 - 1.
  expect(found()?.valid_life_time).toBeLessThanOrEqual(10_800)
  await api.send('DELETE', `${path}/pods/addressed`)
  await seen('its address gone', 60, async () => found() === undefined)
})

test('where addresses were kept for them, pods come and go without the machine getting or losing one', async (context) => {
  needs(context, server, 'addresses')
  const kept = await keepAddresses(2)
  const there = () => addresses().filter(({ local }) => kept.addresses.includes(local))
  expect(there()).toHaveLength(2)
  for (const name of ['first', 'second', 'third']) {
    const script = "require('node:http').createServer((_, response) => response.end('here')).listen(8080, process.env.HOST)"
    await run(name, { containers: [{ ...node('model', script), ports: [{ name: 'http', containerPort: 8080 }] }] })
    await seen('its answer', 60, async () => {
      const { podIP } = (await read(name)).status
      return kept.addresses.includes(String(podIP)) && (await (await fetch(`http://${podIP}:8080/`)).text()) === 'here'
    })
    expect(there()).toHaveLength(2)
    await api.send('DELETE', `${path}/pods/${name}`)
    await seen('it is gone', 60, () =>
      read(name).then(
        () => false,
        ({ status }) => status === 404,
      ),
    )
  }
  expect(there()).toHaveLength(2)
  await kept.drop()
  expect(there()).toEqual([])
})
