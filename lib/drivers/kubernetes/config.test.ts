import { expect, test } from 'vitest'
import { bindCredential, IN_CLUSTER_SERVER, KubernetesConfig, KubernetesCredential, openCredential } from './config'

const PEM = '-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----'
const KEY = '-----BEGIN EC PRIVATE KEY-----\nTUlJQg==\n-----END EC PRIVATE KEY-----'
const least = { server: 'https://10.0.0.7:6443/', namespace: 'slipway' }

test('server and namespace are enough; what was not given is null, and mode is gateway', () => {
  expect(KubernetesConfig.parse(least)).toEqual({
    server: 'https://10.0.0.7:6443',
    ca: null,
    tlsServerName: null,
    namespace: 'slipway',
    mode: 'gateway',
    gateway: null,
    hostname: null,
    publicUrl: null,
    slipwayUrl: null,
    modelServerImage: null,
  })
})

test.each([
  ['server', 'http://10.0.0.7:6443'],
  ['server', 'https://me:secret@10.0.0.7:6443'],
  ['server', 'https://10.0.0.7:6443/?token=x'],
  ['server', 'file:///etc/kubernetes/admin.conf'],
  ['ca', '/etc/kubernetes/pki/ca.crt'],
  ['ca', `${PEM}\n${KEY}`],
  ['ca', 'LS0tLS1CRUdJTg=='],
  ['namespace', 'Slipway'],
  ['namespace', 'a/b'],
  ['namespace', '../kube-system'],
  ['mode', 'istio'],
  ['hostname', 'models example'],
  ['publicUrl', 'javascript:alert(1)'],
  ['slipwayUrl', 'ftp://a.example'],
  ['modelServerImage', 'an image; rm'],
  ['tlsServerName', '*'],
])('%s %j is refused at its field', (field, wrong) => {
  const { error } = KubernetesConfig.safeParse({ ...least, [field]: wrong })
  expect(error?.issues.map((issue) => issue.path[0])).toContain(field)
})

test.each([
  [{ token: 'a token' }],
  [{ token: '' }],
  [{ token: 'a\nb' }],
  [{ clientCertificate: PEM }],
  [{ clientCertificate: PEM, clientKey: PEM }],
  [{ clientCertificate: KEY, clientKey: KEY }],
  [{ clientCertificate: PEM, clientKey: KEY.replaceAll('EC PRIVATE', 'ENCRYPTED PRIVATE') }],
  [{ username: 'admin', password: 'x' }],
  ['anything'],
])('%o is no credential', (wrong) => {
  expect(KubernetesCredential.safeParse(wrong).success).toBe(false)
})

test.each([
  ['a token', { token: 'abc.def' }],
  ['a certificate', { clientCertificate: `${PEM}\n${PEM}`, clientKey: KEY }],
])('%s opens for the server it was bound to, and for no other address, CA or name', (_, credential) => {
  const config = KubernetesConfig.parse({ ...least, ca: PEM })
  const bound = bindCredential(config, credential)
  expect(openCredential(config, bound)).toEqual(credential)
  expect(openCredential({ ...config, namespace: 'other', publicUrl: 'https://a.example' }, bound)).toEqual(credential)
  for (const other of [{ server: 'https://10.0.0.8:6443' }, { ca: null }, { ca: `${PEM}\n${PEM}` }, { tlsServerName: 'kubernetes' }])
    expect(() => openCredential({ ...config, ...other }, bound)).toThrow(/another server .* or to another CA: enter it again/)
})

test('the service account of the engine is shown to its own API server only', () => {
  const own = KubernetesConfig.parse({ ...least, server: IN_CLUSTER_SERVER })
  expect(openCredential(own, bindCredential(own, 'in-cluster'))).toBe('in-cluster')
  const other = KubernetesConfig.parse(least)
  expect(() => openCredential(other, bindCredential(other, 'in-cluster'))).toThrow(/https:\/\/kubernetes.default.svc only/)
})

test('what is not a bound credential is refused without repeating it', () => {
  for (const wrong of ['', 'a-secret-token', '{"token":"a-secret-token"}', '{"boundTo":"x","credential":{"token":"a secret token"}}'])
    expect(() => openCredential(KubernetesConfig.parse(least), wrong)).toThrow(/^The stored credential is not one of a Kubernetes cluster/)
})
