import { expect, test } from 'vitest'
import { PRESETS, type Preset, type PresetName } from '@/lib/clusters/witness/presets'
import { type Asked, ownersOf, serviceOf } from '@/lib/clusters/witness/question'
import { seen } from '@/tools/k8s/seen'
import { WITHIN_S } from './gateway.fixture'
import type { GatewayRun } from './gateway-run.fixture'
import { endpointName } from './render/names'

/** What a gateway tells a Prometheus is what a preset reads. */
export function presetKept(run: GatewayRun, name: PresetName): void {
  const preset: Preset = PRESETS[name]

  test(`the preset of ${preset.title} finds each version’s requests in what it tells a Prometheus, to the last one`, async () => {
    const wish = await run.gone([5_000, 5_000])
    const services = wish.arms.map((arm) => run.nameOf(wish, arm))
    const asked = { namespace: run.on.shared.namespace, route: endpointName(wish), services }
    const owners = ownersOf(await podInfo(run), asked)
    const counts = async () => {
      const samples = samplesOf(await run.gateway.metrics(), preset, asked)
      return services.map((service) =>
        samples.filter(({ labels }) => serviceOf(preset, asked, labels, owners) === service).reduce((sum, { count }) => sum + count, 0),
      )
    }
    const before = await counts()
    const answers = await run.answers(wish, 200)
    const wanted = before.map((n, i) => n + (answers.get(`v${i + 1}`) ?? 0))
    expect(Math.min(...wanted)).toBeGreaterThan(0)
    // It counts a request after it was answered.
    await seen('all of them in its metrics', WITHIN_S, async () => String(await counts()) === String(wanted))
  })
}

/** As kube-state-metrics says it: `kube_pod_info`. */
async function podInfo(run: GatewayRun): Promise<{ labels: Record<string, string> }[]> {
  const { api, namespace } = run.on.shared
  interface Pods {
    items: { metadata: { name: string }; status?: { podIP?: string } }[]
  }
  const { items } = await api.get<Pods>(`/api/v1/namespaces/${namespace}/pods`)
  return items.map(({ metadata, status }) => ({ labels: { pod: metadata.name, pod_ip: status?.podIP ?? '' } }))
}

/** The samples of a preset's counter, those that its question asks for. */
function samplesOf(metrics: string, { metric, where }: Preset, { namespace, route }: Asked) {
  return metrics.split('\n').flatMap((line) => {
    const [, name, text, value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? []
    if (name !== metric) return []
    const labels = Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, said]) => [label, said]))
    const isAsked = Object.entries(where).every(
      ([label, said]) => labels[label] === said.replace('{namespace}', namespace).replace('{route}', route),
    )
    return isAsked ? [{ labels, count: Number(value) }] : []
  })
}
