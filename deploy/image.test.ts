import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ENTRIES } from '@/scripts/bundles.mjs'
import { type Manifest, render } from './kustomization'

interface Container {
  name: string
  image: string
  command?: string[]
  env?: { name: string }[]
  securityContext: object
  volumeMounts: { mountPath: string }[]
}
interface PodSpec {
  securityContext: { runAsUser: number }
  containers: Container[]
  initContainers: Container[]
}

const pods = render('deploy/example').flatMap((each: Manifest) => {
  const { template } = (each.spec ?? {}) as { template?: { spec: PodSpec } }
  return template ? [template.spec] : []
})
const containers = pods.flatMap((pod) => [...pod.initContainers, ...pod.containers])
const lastStage =
  readFileSync('Dockerfile', 'utf8')
    .split(/^FROM /m)
    .at(-1) ?? ''
const copied = [...lastStage.matchAll(/^COPY --from=build (.+) \S+$/gm)].flatMap(([, files]) =>
  files.split(' ').map((file) => file.replace('/app/', '')),
)

test('every command of the manifests, and the image’s own, is a file that the image holds', () => {
  const own = JSON.parse(/^CMD (.+)$/m.exec(lastStage)?.[1] ?? '[]') as string[]
  const files = [own, ...containers.map(({ command }) => command ?? own)].map(([program, file]) => {
    expect(program).toBe('node')
    return file
  })
  expect(new Set(files)).toContain('dist/engine.mjs')
  for (const file of files) {
    expect(copied, file).toContain(file.split('/')[0])
    const bundle = /^dist\/(.+)\.mjs$/.exec(file)?.[1]
    if (bundle) expect(Object.keys(ENTRIES)).toContain(bundle)
    else expect(existsSync(file), file).toBe(true)
  }
})

test('every variable that the manifests set is one that the processes read', () => {
  const read = new Set([...readFileSync('lib/env.ts', 'utf8').matchAll(/^ {2}([A-Z_]+): z/gm)].map(([, name]) => name))
  const settings = render('deploy/example').find(({ kind }) => kind === 'ConfigMap') as unknown as { data: Record<string, string> }
  const set = [...containers.flatMap(({ env }) => (env ?? []).map(({ name }) => name)), ...Object.keys(settings.data)]
  // Node itself reads this one.
  expect(set.filter((name) => name !== 'NODE_EXTRA_CA_CERTS' && !read.has(name))).toEqual([])
})

test('pods run as the user of the image, who owns nothing there, and cannot write but where something is mounted', () => {
  const [, user] = /^USER (\d+):\d+$/m.exec(lastStage) ?? []
  expect(Number(user)).toBeGreaterThan(0)
  for (const { securityContext } of pods) expect(securityContext.runAsUser).toBe(Number(user))
  expect(lastStage).not.toMatch(/COPY .*--chown/)
  for (const { name, securityContext, volumeMounts } of containers) {
    expect(securityContext, name).toMatchObject({ readOnlyRootFilesystem: true })
    expect(
      volumeMounts.map(({ mountPath }) => mountPath),
      name,
    ).toContain('/tmp')
  }
})
