import type { KubernetesFacts } from '@/lib/clusters/kubernetes-schema'

/** What people call each way to drive a Kubernetes cluster. */
export const MODE_TITLES: Record<KubernetesFacts['mode'], string> = {
  gateway: 'Deployments and an HTTPRoute',
  kserve: 'KServe InferenceServices and an HTTPRoute',
}
