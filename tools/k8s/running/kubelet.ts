import type { Access } from '../api'
import { type Kubelet, startKubelet } from '../kubelet'
import { serveLogs } from './logs'
import type { Spot } from './place'
import { RunningPod } from './running-pod'

export interface RunningKubelet extends Kubelet {
  /** Where a pod answers on this machine, by its address and port as the API server has them; undefined: it is no pod of this node. */
  reach(address: string, port: number): Spot | undefined
  /** Kills what runs in a pod with -9, as a kernel that is out of memory does. */
  kill(pod: string): void
}

/**
 * A kubelet that runs pods: their containers are processes of this machine, with the template's commands, variables, mounts and probes. Only what Node runs from the
 * checkout in the working folder: no image is pulled, nothing is isolated, no resource is limited.
 */
export async function startRunningKubelet(server: Access, namespace: string): Promise<RunningKubelet> {
  const pods = new Map<string, RunningPod>()
  const logs = await serveLogs((name, container) => pods.get(name)?.linesOf(container) ?? null)
  const kubelet = await startKubelet(server, {
    namespace,
    logsPort: logs.port,
    tend(keeper, pod) {
      const running = new RunningPod(keeper, pod)
      pods.set(pod.metadata.name, running)
      return running
    },
  })
  return {
    node: kubelet.node,
    decree: kubelet.decree.bind(kubelet),
    reach: (address, port) => [...pods.values()].find((pod) => pod.address === address)?.spotOf(port),
    kill: (name) => pods.get(name)?.kill(),
    async stop() {
      await kubelet.stop()
      await logs.stop()
    },
  }
}
