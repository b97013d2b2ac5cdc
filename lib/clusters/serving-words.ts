import { KNOWN_RUNTIMES, type RuntimeName } from '@/lib/drivers/kubernetes/runtimes'
import { ServingSettings } from '@/lib/drivers/kubernetes/serving-settings'

/** What people call each server that can run models. */
export const RUNTIME_TITLES: Record<RuntimeName, string> = {
  ...(Object.fromEntries(Object.entries(KNOWN_RUNTIMES).map(([name, { title }]) => [name, title])) as Record<
    Exclude<RuntimeName, 'custom'>,
    string
  >),
  custom: 'one of your own',
}

const { gpu, autoscaler } = ServingSettings.parse({ gpu: { count: 1 }, autoscaler: { max: 1 } })

/** The kind of GPU, and the CPU use that an autoscaler aims at, where none is said. */
export const USUAL = { gpu: { resource: gpu?.resource }, autoscaler: { cpu: autoscaler?.cpu } }

/** How models run on a cluster, in one sentence. Pure. */
export function servingWords({ runtime, custom, cpu, memory, gpu, autoscaler, nodeSelector, source }: ServingSettings): string {
  const nodes = Object.entries(nodeSelector).map(([key, value]) => `${key}=${value}`)
  return [
    runtime === 'custom' && custom ? custom.title : RUNTIME_TITLES[runtime],
    `each replica with ${cpu} CPU and ${memory} memory${gpu ? `, ${gpu.count} ${gpu.resource}` : ''}`,
    autoscaler
      ? `up to ${autoscaler.max} replicas of a version, at ${autoscaler.cpu} % of that CPU`
      : 'as many replicas as its rollout asks for',
    ...(source ? ['model files from their versions’ own locations'] : []),
    ...(nodes.length > 0 ? [`on nodes with ${nodes.join(', ')}`] : []),
  ].join('; ')
}
