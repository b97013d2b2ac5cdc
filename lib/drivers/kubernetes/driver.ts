import type { Allow } from '@/lib/outbound/address'
import type { ClusterTarget, Driver, Unreachable } from '../driver'
import { surveyRoutes } from './adopted/survey'
import { returnRoute, takeRoute } from './adopted/take'
import { applyWish, removeEndpoint } from './apply'
import { Clients, type Hand, unreachable } from './clients'
import { readLogs } from './logs'
import { observeAll } from './observe'
import { previewWish } from './preview'
import { probeCluster } from './probe'

/**
 * The driver of Kubernetes clusters with Gateway API. Every call is one turn: it reads, decides, and writes what differs; what waits for capacity is written
 * by the next one. `allow`: what beyond the public internet an API server's address may be.
 */
export function kubernetesDriver(allow: Allow): Driver {
  const clients = new Clients(allow)
  /** What a cluster can do wrong is a value; so is what we do not understand of it. */
  const through = async <T>(target: ClusterTarget, work: (hand: Hand) => Promise<T>): Promise<T | Unreachable> => {
    try {
      const hand = await clients.open(target)
      return 'ok' in hand ? hand : await work(hand)
    } catch (error) {
      return unreachable(`${target.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return {
    observe: (target, signal) => through(target, (hand) => observeAll(hand, signal)),
    apply: (target, wish, signal) => through(target, (hand) => applyWish(hand, wish, signal)),
    remove: (target, key, signal) => through(target, (hand) => removeEndpoint(hand, key, signal)),
    probe: (target, signal) => through(target, (hand) => probeCluster(hand, signal)),
    preview: (target, wish, signal) => through(target, (hand) => previewWish(hand, wish, signal)),
    logs: (target, endpointId, limit, signal) => through(target, (hand) => readLogs(hand, endpointId, limit, signal)),
    takeRoute: (target, asked, signal) => through(target, (hand) => takeRoute(hand, asked, signal)),
    returnRoute: (target, asked, signal) => through(target, (hand) => returnRoute(hand, asked, signal)),
    survey: (target, signal) => through(target, (hand) => surveyRoutes(hand, signal)),
  }
}
