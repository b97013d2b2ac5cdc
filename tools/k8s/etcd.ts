import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { freePort } from '@/scripts/free-port.mjs'
import { Program, withFreePorts } from './program'

const READY_WITHIN_S = 60

export interface Etcd {
  url: string
  /** Call it when no API server uses it any more: one whose etcd is gone hangs in its shutdown for minutes. */
  stop(): Promise<void>
}

// Lost data is no loss here. Old releases do not know it.
function withoutFsync(file: string): string[] {
  return spawnSync(file, ['--help'], { encoding: 'utf8' }).stdout?.includes('--unsafe-no-fsync') ? ['--unsafe-no-fsync'] : []
}

/** Starts an etcd on free ports of loopback, with its data in `folder`. */
export function startEtcd(file: string, folder: string): Promise<Etcd> {
  const extra = withoutFsync(file)
  return withFreePorts(async () => {
    const [url, peer] = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`]
    const listen = [`--listen-client-urls=${url}`, `--advertise-client-urls=${url}`, `--listen-peer-urls=${peer}`]
    const join = [`--initial-advertise-peer-urls=${peer}`, `--initial-cluster=default=${peer}`]
    const data = [`--data-dir=${path.join(folder, 'etcd')}`, '--logger=zap', '--log-level=error', ...extra]
    const program = new Program('etcd', folder, file, [...data, ...listen, ...join])
    await program.ready(READY_WITHIN_S, async () => (await fetch(`${url}/health`)).ok)
    return { url, stop: () => program.stop('SIGTERM') }
  })
}
