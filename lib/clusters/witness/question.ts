import type { Preset } from './presets'

/** Whose requests are asked for. Names of Kubernetes objects: lower-case letters, digits and dashes. */
export interface Asked {
  namespace: string
  route: string
  services: readonly string[]
}

/** The samples of a counter over the last `seconds`, one query per label that may name the backend. Range selectors: what a sum would hide (a restart, a new series) stays to be seen. Pure. */
export function questions(preset: Preset, asked: Asked, seconds: number): string[] {
  const fixed = Object.entries(preset.where).map(([label, text]) => `${label}=${quoted(put(text, asked))}`)
  return preset.labels.map((label) => {
    const own =
      preset.backend === null ? [] : [`${label}=~${quoted(asked.services.map((service) => backendOf(preset, asked, service)).join('|'))}`]
    return `${preset.metric}{${[...fixed, ...own].join(',')}}[${seconds}s]`
  })
}

/** Whose pods have which address, in the same time; null where the metric itself names the Service. Pure. */
export function podsQuestion(preset: Preset, asked: Asked, seconds: number): string | null {
  if (preset.backend !== null) return null
  // Every version of the endpoint: its objects' names begin with the route's.
  return `kube_pod_info{namespace=${quoted(asked.namespace)},pod=~${quoted(`${asked.route}-.+`)}}[${seconds}s]`
}

/** Whose pods had which address: names of Services, null for others. */
type Owners = ReadonlyMap<string, ReadonlySet<string | null>>

/** The owners of addresses, from the answer to `podsQuestion`. Pure. */
export function ownersOf(series: readonly { labels: Readonly<Record<string, string>> }[], { services }: Asked): Owners {
  const owners = new Map<string, Set<string | null>>()
  for (const { pod_ip: address, pod } of series.map(({ labels }) => labels)) {
    if (!address || !pod) continue
    const service = services.find((each) => pod.startsWith(`${each}-`)) ?? null
    owners.set(address, (owners.get(address) ?? new Set()).add(service))
  }
  return owners
}

/** An address without its port. */
function hostOf(address: string): string {
  return address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
}

/** Whether it is known whose a series is: where it names an address, pods of one owner alone had it in the time. Pure. */
export function isKnown(preset: Preset, labels: Readonly<Record<string, string>>, owners: Owners): boolean {
  return preset.backend !== null || preset.labels.every((label) => owners.get(hostOf(labels[label] ?? ''))?.size === 1)
}

/** Which Service a series counts for; null: none of those. Pure. */
export function serviceOf(preset: Preset, asked: Asked, labels: Readonly<Record<string, string>>, owners: Owners): string | null {
  const names = preset.labels.flatMap((label) => labels[label] ?? [])
  if (preset.backend === null) return names.flatMap((name) => [...(owners.get(hostOf(name)) ?? [])])[0] ?? null
  const isOf = (service: string) => names.some((name) => new RegExp(`^(?:${backendOf(preset, asked, service)})$`).test(name))
  return asked.services.find(isOf) ?? null
}

function backendOf(preset: Preset, asked: Asked, service: string): string {
  return put(preset.backend ?? '', asked).replaceAll('{service}', service)
}

function put(text: string, { namespace, route }: Asked): string {
  return text.replaceAll('{namespace}', namespace).replaceAll('{route}', route)
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
