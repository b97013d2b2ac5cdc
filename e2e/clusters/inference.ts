import { applied } from '@/deploy/applied.fixture'
import type { Api } from '@/tools/k8s/api'
import { installCrds } from '@/tools/k8s/crds'
import { type KubernetesCluster, NAMESPACE } from './kubernetes'
import { LEGACY } from './legacy'

export const INFERENCE = 'flights-by-kserve'
const RBAC = 'rbac.authorization.k8s.io'

/** Installs KServe's definition, and makes an InferenceService as a team would that asks Slipway for nothing; its Service is as KServe's controller makes it. */
export async function serveInference({ server, api }: KubernetesCluster): Promise<void> {
  await installCrds(server, ['kserve'])
  const storageUri = `https://ada:secret@files.example.org/${'flights/'.repeat(30)}model?sig=secret`
  const path = `/apis/serving.kserve.io/v1beta1/namespaces/${NAMESPACE}/inferenceservices`
  const predictor = { model: { modelFormat: { name: 'sklearn' }, storageUri } }
  const kind = { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService' }
  await api.send('POST', path, { ...kind, metadata: { name: INFERENCE }, spec: { predictor } })
  const status = {
    url: `http://${INFERENCE}.${NAMESPACE}.example.org`,
    deploymentMode: 'Standard',
    servingRuntimeName: 'kserve-sklearnserver',
    conditions: [
      { type: 'Ready', status: 'False', reason: 'MinimumReplicasUnavailable', message: 'Deployment does not have minimum availability.' },
    ],
  }
  await api.send('PATCH', `${path}/${INFERENCE}/status`, { status }, 'application/merge-patch+json')
  const spec = { selector: { app: LEGACY }, ports: [{ port: 80, targetPort: 'http' }] }
  await api.send('POST', `/api/v1/namespaces/${NAMESPACE}/services`, { metadata: { name: `${INFERENCE}-predictor` }, spec })
}

/** Grants Slipway's account to list InferenceServices, as the guide says. */
export async function grantInferences(api: Api): Promise<void> {
  const metadata = { name: 'slipway-inferenceservices', namespace: NAMESPACE }
  const rules = [{ apiGroups: ['serving.kserve.io'], resources: ['inferenceservices'], verbs: ['list'] }]
  await applied(api, { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules })
  const roleRef = { apiGroup: RBAC, kind: 'Role', name: metadata.name }
  const subjects = [{ kind: 'ServiceAccount', name: 'slipway', namespace: NAMESPACE }]
  await applied(api, { apiVersion: `${RBAC}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects })
}
