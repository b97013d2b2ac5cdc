import { describe, expect, test } from 'vitest'
import type { Wish } from '@/lib/endpoints/wish'
import { PodEndpoint, PodVersion, readFetchArgs, readJson, readServeArgs } from '@/lib/serving/pod/settings'
import { ENTRIES } from '@/scripts/bundles.mjs'
import { KNOWN_RUNTIMES, RUNTIMES, Runtime } from '../runtimes'
import { ServingSettings, servingOf } from '../serving-settings'
import type { KubeObject } from './object'
import { renderObjects, renderService, wrongHere } from './render'
import { armOf, PINNED, servingWith, wishOf } from './wish.fixture'

interface Container {
  image: string
  command?: string[]
  args: string[]
  volumeMounts: { name: string; mountPath: string }[]
  env: { name: string; value?: string }[]
  resources: { requests: Record<string, string>; limits: Record<string, string> }
  securityContext: { allowPrivilegeEscalation: boolean; capabilities: { drop: string[] }; readOnlyRootFilesystem: boolean }
  readinessProbe?: { httpGet: { path: string } }
}
interface Template {
  metadata: { labels: Record<string, string> }
  spec: {
    securityContext: { runAsNonRoot: boolean; runAsUser: number; seccompProfile: { type: string } }
    containers: Container[]
    initContainers: Container[]
    nodeSelector: object
    volumes: object[]
  }
}

function rendered(wish: Wish, serving = servingWith()): KubeObject[] {
  return renderObjects({ wish, namespace: 'slipway', serving, replicas: (arm) => arm.replicas })
}

function find(objects: readonly KubeObject[], wanted: string): KubeObject {
  const found = objects.find(({ kind }) => kind === wanted)
  if (!found) throw new Error(`There is no ${wanted}.`)
  return found
}

function templateOf(objects: readonly KubeObject[]): Template {
  return (find(objects, 'Deployment').spec as { template: Template }).template
}

test('each version has its own Deployment, Service, ConfigMap and disruption budget; the endpoint one Secret', () => {
  const objects = rendered(wishOf({ arms: [armOf(1), armOf(2)] }))
  const kinds = objects.map(({ kind }) => kind).sort()
  expect(kinds).toEqual([
    'ConfigMap',
    'ConfigMap',
    'Deployment',
    'Deployment',
    'PodDisruptionBudget',
    'PodDisruptionBudget',
    'Secret',
    'Service',
    'Service',
  ])
  expect(new Set(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).size).toBe(objects.length)
  expect(rendered(wishOf({ arms: [] }))).toEqual([])
})

test('the same wish renders to the same objects, and another weight, fence or generation changes none of them', () => {
  const wish = wishOf({ arms: [armOf(1), armOf(2)] })
  const later = { ...wish, fence: 9, generation: 4, arms: [armOf(1, { weight: 9_000 }), armOf(2, { weight: 1_000 })] }
  expect(rendered(later)).toEqual(rendered(wish))
})

test.each(RUNTIMES.filter((name) => name !== 'custom'))(
  'pods of %s hold to what admission "restricted" asks for, by pinned images',
  (name) => {
    const runtime = Runtime.parse(KNOWN_RUNTIMES[name as keyof typeof KNOWN_RUNTIMES])
    const { spec } = templateOf(rendered(wishOf(), servingWith({ runtime: name, images: { [name]: PINNED } })))
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
    expect(spec.securityContext.runAsUser).toBeGreaterThan(0)
    for (const container of [...spec.initContainers, ...spec.containers]) {
      expect(container.securityContext).toMatchObject({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } })
      expect(container.image).toMatch(/@sha256:[0-9a-f]{64}$/)
      expect(JSON.stringify(container)).not.toContain('{name}')
    }
    expect(spec.containers[0].readinessProbe?.httpGet.path).toBe(runtime.probe.ready.replace('{name}', 'fraud'))
  },
)

test('the artifact is fetched by its digest, with a token that only the cluster knows', () => {
  const { initContainers, volumes } = templateOf(rendered(wishOf())).spec
  const [fetcher] = initContainers
  expect(fetcher.args).toEqual([`--sha256=${'1'.repeat(64)}`, '--to=/models/model.onnx'])
  expect(fetcher.env).toEqual([
    { name: 'SLIPWAY_URL', value: 'https://slipway.example.org' },
    { name: 'SLIPWAY_IDENTITY_TOKEN_FILE', value: '/slipway/identity/token' },
  ])
  expect(volumes).toContainEqual(
    expect.objectContaining({ name: 'identity', secret: expect.objectContaining({ secretName: 'slipway-identity' }) }),
  )
})

describe('where pods fetch from', () => {
  const source = { endpoint: 'http://minio.storage:9000', region: 'eu-west-1', secret: 'model-storage' }
  const fetcherOf = (location: string | undefined, settings: Parameters<typeof servingWith>[0]) => {
    const arm = location === undefined ? armOf(1) : armOf(1, { location })
    const { initContainers, volumes } = templateOf(rendered(wishOf({ arms: [arm] }), servingWith(settings))).spec
    const [{ args, volumeMounts }] = initContainers
    return { told: args.slice(2), paths: volumeMounts.map(({ mountPath }) => mountPath), volumes, read: readFetchArgs(args) }
  }

  test('is Slipway, unless the cluster is set otherwise and the version names a location', () => {
    for (const { told, paths } of [fetcherOf('s3://models/a.onnx', {}), fetcherOf(undefined, { source })]) {
      expect(told).toEqual([])
      expect(paths).toEqual(['/models', '/tmp', '/slipway/identity'])
    }
  })

  test('is the S3 server of the cluster, with the keys of its Secret', () => {
    const { told, read, paths, volumes } = fetcherOf('s3://models/a b.onnx', { source })
    expect(told).toEqual([
      '--from=s3://models/a b.onnx',
      '--s3-endpoint=http://minio.storage:9000',
      '--s3-region=eu-west-1',
      '--secrets=/slipway/source',
    ])
    expect(read).toMatchObject({ from: 's3://models/a b.onnx', 's3-region': 'eu-west-1' })
    expect(paths).toContain('/slipway/source')
    expect(volumes).toContainEqual({ name: 'source', secret: { secretName: 'model-storage', defaultMode: 0o440 } })
  })

  test('is an https address, without a Secret where none is named', () => {
    const { told, paths } = fetcherOf('https://a.example/x', { source: { ...source, secret: null } })
    expect(told).toEqual(['--from=https://a.example/x'])
    expect(paths).not.toContain('/slipway/source')
  })

  test('is a volume, which is mounted read-only in the init container alone', () => {
    const { told, volumes } = fetcherOf('pvc://shared/fraud/a.onnx', { source })
    expect(told).toEqual(['--from=/slipway/volume/fraud/a.onnx'])
    expect(volumes).toContainEqual({ name: 'volume', persistentVolumeClaim: { claimName: 'shared', readOnly: true } })
    const { containers } = templateOf(rendered(wishOf({ arms: [armOf(1, { location: 'pvc://shared/a' })] }), servingWith({ source }))).spec
    expect(containers[0].volumeMounts.map(({ mountPath }) => mountPath)).not.toContain('/slipway/volume')
  })

  test('cannot read a variable of the container by its name', () => {
    expect(fetcherOf('s3://models/$(SLIPWAY_URL)$', { source }).told[0]).toBe('--from=s3://models/$$(SLIPWAY_URL)$$')
  })
})

test('the token is mounted where something counts for Slipway, and in no other server', () => {
  const mounts = (serving = servingWith()) =>
    templateOf(rendered(wishOf(), serving)).spec.containers[0].volumeMounts.map(({ mountPath }) => mountPath)
  expect(mounts()).toContain('/slipway/identity')
  expect(mounts(servingWith({ runtime: 'triton', images: { triton: PINNED } }))).not.toContain('/slipway/identity')
})

test('authorities of one’s own are known to programs of ours, and nothing of them is told where none are named', () => {
  const trust = (settings: Parameters<typeof servingWith>[0]) => {
    const { initContainers, containers, volumes } = templateOf(rendered(wishOf(), servingWith(settings))).spec
    const trusting = [...initContainers, ...containers].filter(
      ({ env, volumeMounts }) =>
        env.some(({ name, value }) => name === 'NODE_EXTRA_CA_CERTS' && value === '/slipway/authorities/ca.crt') &&
        volumeMounts.some(({ mountPath }) => mountPath === '/slipway/authorities'),
    )
    return { trusting: trusting.length, mounted: volumes.filter((volume) => 'name' in volume && volume.name === 'authorities') }
  }
  const mounted = [{ name: 'authorities', configMap: { name: 'company-ca' } }]
  expect(trust({ authorities: 'company-ca' })).toEqual({ trusting: 2, mounted })
  expect(trust({ authorities: 'company-ca', runtime: 'triton', images: { triton: PINNED } })).toEqual({ trusting: 1, mounted })
  expect(trust({})).toEqual({ trusting: 0, mounted: [] })
  expect(JSON.stringify(rendered(wishOf()))).not.toContain('authorities')
})

test('what a pod of ours is told to run is in the image, and takes the arguments and files that it is given', () => {
  const objects = rendered(wishOf({ observe: { key: 'k', features: [], segments: [] } }))
  const { initContainers, containers } = templateOf(objects).spec
  const programs = [...initContainers, ...containers].map(({ command }) => command ?? [])
  expect(programs).toEqual([
    ['node', 'dist/fetch.mjs'],
    ['node', 'dist/serve.mjs'],
  ])
  for (const [, file] of programs) expect(Object.keys(ENTRIES)).toContain(/^dist\/(.+)\.mjs$/.exec(file)?.[1])
  expect(readFetchArgs(initContainers[0].args)).toEqual({ sha256: '1'.repeat(64), to: '/models/model.onnx', unpack: false })
  expect(readServeArgs(containers[0].args)).toMatchObject({ name: 'fraud', port: 8_080, artifact: '/models/model.onnx' })
  const { 'version.json': version } = find(objects, 'ConfigMap').data as Record<string, string>
  const { 'endpoint.json': endpoint } = find(objects, 'Secret').data as Record<string, string>
  expect(readJson(PodVersion, version, 'version.json')).toMatchObject({ number: 1, digest: '1'.repeat(64), threshold: 0.5 })
  const read = readJson(PodEndpoint, Buffer.from(endpoint, 'base64').toString(), 'endpoint.json')
  expect(read).toMatchObject({ model: 'fraud', labelRate: 1, observe: { key: 'k' } })
})

test('GPUs, node selectors and quantities come from the settings', () => {
  const serving = servingWith({ gpu: { count: 2 }, nodeSelector: { pool: 'gpu' }, cpu: '2', memory: '4Gi' })
  const { spec } = templateOf(rendered(wishOf(), serving))
  expect(spec.nodeSelector).toEqual({ pool: 'gpu' })
  expect(spec.containers[0].resources).toEqual({
    requests: { cpu: '2', memory: '4Gi', 'nvidia.com/gpu': '2' },
    limits: { memory: '4Gi', 'nvidia.com/gpu': '2' },
  })
})

test('another threshold or baseline of a version makes other pods, another role does not', () => {
  const label = (over: Parameters<typeof armOf>[1]) =>
    templateOf(rendered(wishOf({ arms: [armOf(1, over)] }))).metadata.labels['slipway.dev/config']
  expect(label({ threshold: 0.4 })).not.toBe(label({}))
  expect(label({ baseline: { id: armOf(1).versionId, features: [], score: null } })).not.toBe(label({}))
  expect(label({ role: 'candidate', weight: 0, replicas: 5 })).toBe(label({}))
})

test('the Secret holds the hash of a key as the wish has it, and what is counted', () => {
  const secret = find(rendered(wishOf({ keys: [{ id: armOf(1).versionId, hash: 'h4sh', expiresAt: null }] })), 'Secret')
  const data = (secret.data as { 'endpoint.json': string })['endpoint.json']
  expect(JSON.parse(Buffer.from(data, 'base64').toString())).toMatchObject({ keys: [{ hash: 'h4sh' }], labelRate: 1, observe: null })
})

test.each([
  ['the version with most weight', [armOf(1, { weight: 4_000 }), armOf(2, { weight: 6_000 })], armOf(2).versionId],
  ['the live one of two equals', [armOf(2, { weight: 5_000 }), armOf(1, { weight: 5_000 })], armOf(1).versionId],
  ['no version where none has weight', [armOf(1, { weight: 0 })], 'none'],
])('the stable Service leads to %s', (_what, arms, version) => {
  expect(renderService(wishOf(), 'slipway', arms)).toMatchObject({
    kind: 'Service',
    spec: { selector: { 'slipway.dev/version': version } },
  })
})

test.each([
  ['no own image', { modelServerImage: null, slipwayUrl: 'https://a.example' }, {}, /no model server image by its digest/],
  ['an image by a tag', { modelServerImage: 'host/image:1', slipwayUrl: 'https://a.example' }, {}, /no model server image by its digest/],
  ['no address of Slipway', { modelServerImage: PINNED, slipwayUrl: null }, {}, /do not say at which address/],
  ['no image of the runtime', { modelServerImage: PINNED, slipwayUrl: 'https://a.example' }, { runtime: 'triton' }, /Triton.*nvcr\.io/],
  [
    'an undescribed custom runtime',
    { modelServerImage: PINNED, slipwayUrl: 'https://a.example' },
    { runtime: 'custom' },
    /do not describe it/,
  ],
])('%s is said', (_what, cluster, settings, expected) => {
  expect(servingOf(cluster, ServingSettings.parse(settings))).toMatch(expected)
})

test('what cannot be kept in one object, and keys that nobody would check, are refused', () => {
  const edges = Array.from({ length: 198 }, (_, i) => i + 0.123456789)
  const features = Array.from({ length: 600 }, (_, i) => ({ name: `feature ${i}`, edges }))
  const large = wishOf({ arms: [armOf(1, { baseline: { id: armOf(1).versionId, features, score: null } })] })
  expect(wrongHere(large, servingWith())).toMatch(/bins of version 1 are larger than 1 MB/)
  const keyed = wishOf({ keys: [{ id: armOf(1).versionId, hash: 'h', expiresAt: null }] })
  expect(wrongHere(keyed, servingWith())).toBeNull()
  expect(wrongHere(keyed, servingWith({ runtime: 'triton', images: { triton: PINNED } }))).toMatch(
    /Triton Inference Server does not check them/,
  )
})

test('under an autoscaler the replicas of a Deployment are not ours, and another least or most makes it due', () => {
  const of = (replicas: number, max: number) => rendered(wishOf({ arms: [armOf(1, { replicas })] }), servingWith({ autoscaler: { max } }))
  const objects = of(2, 5)
  expect(find(objects, 'Deployment').spec).not.toHaveProperty('replicas')
  expect(find(objects, 'HorizontalPodAutoscaler').spec).toMatchObject({ minReplicas: 2, maxReplicas: 5, metrics: [{ type: 'Resource' }] })
  expect(find(of(9, 5), 'HorizontalPodAutoscaler').spec).toMatchObject({ minReplicas: 9, maxReplicas: 9 })
  const stamp = (made: readonly KubeObject[]) => find(made, 'Deployment').metadata.annotations?.['slipway.dev/rendered']
  expect(new Set([stamp(objects), stamp(of(3, 5)), stamp(of(2, 6)), stamp(rendered(wishOf()))]).size).toBe(4)
  expect(find(of(0, 5), 'Deployment').spec).toMatchObject({ replicas: 0 })
})
