import fs from 'node:fs'
import path from 'node:path'
import { freePort } from '@/scripts/free-port.mjs'
import { type Access, Api } from './api'
import type { Keys } from './keys'
import { kubeconfigOf } from './kubeconfig'
import { Program, withFreePorts } from './program'

const READY_WITHIN_S = 120

function argsOf(keys: Keys, kubeconfig: string, port: number): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${path.join(keys.folder, 'controller-manager')}`,
    `--service-account-private-key-file=${keys.serviceAccounts}`,
    `--root-ca-file=${keys.certificate}`,
    '--leader-elect=false',
    // Tests make in a second what a cluster does in minutes.
    '--kube-api-qps=200',
    '--kube-api-burst=400',
  ]
}

/** Starts the controllers of an API server, and waits until they act. */
export async function startControllerManager(file: string, keys: Keys, access: Access): Promise<Program> {
  const kubeconfig = path.join(keys.folder, 'kubeconfig')
  fs.writeFileSync(kubeconfig, kubeconfigOf('controller-manager', access), { mode: 0o600 })
  const api = new Api(access)
  try {
    return await withFreePorts(async () => {
      const program = new Program('kube-controller-manager', keys.folder, file, argsOf(keys, kubeconfig, await freePort()))
      // The first thing they make, and what every pod needs.
      await program.ready(READY_WITHIN_S, async () => Boolean(await api.get('/api/v1/namespaces/default/serviceaccounts/default')))
      return program
    })
  } finally {
    await api.close()
  }
}
