import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { request } from 'undici'
import { freePort } from '@/scripts/free-port.mjs'

/** A proxy that runs: its address and the process whose CPU is counted. */
export interface Running {
  url: string
  pid: number
  stop(): Promise<void>
}

function nginxConfig(port: number, folder: string, live: readonly number[], candidate: readonly number[]): string {
  return `daemon off; master_process off; worker_processes 1; error_log stderr crit; pid ${folder}/nginx.pid;
events { worker_connections 512; }
http {
  access_log off; client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  upstream live { ${live.map((at) => `server 127.0.0.1:${at};`).join(' ')} keepalive 32; }
  upstream candidate { ${candidate.map((at) => `server 127.0.0.1:${at};`).join(' ')} keepalive 32; }
  split_clients $request_id $arm { 10% candidate; * live; }
  server { listen 127.0.0.1:${port}; keepalive_requests 1000000; location / { proxy_pass http://$arm; proxy_http_version 1.1; proxy_set_header Connection ""; } }
}`
}

function haproxyConfig(port: number, live: readonly number[], candidate: readonly number[]): string {
  return `global
  nbthread 1
defaults
  mode http
  timeout connect 1s
  timeout client 30s
  timeout server 30s
frontend in
  bind 127.0.0.1:${port}
  default_backend models
backend models
  balance roundrobin
  http-reuse always
${live.map((at, i) => `  server live${i} 127.0.0.1:${at} weight 90`).join('\n')}
${candidate.map((at, i) => `  server candidate${i} 127.0.0.1:${at} weight 10`).join('\n')}
`
}

/** Starts nginx or haproxy with a 90:10 split over the model servers (ports) of two versions; null where it is not installed. */
export async function startProxy(
  name: 'nginx' | 'haproxy',
  live: readonly number[],
  candidate: readonly number[],
): Promise<Running | null> {
  const folder = mkdtempSync(path.join(os.tmpdir(), `slipway-bench-${name}-`))
  const port = await freePort()
  const file = path.join(folder, 'config')
  writeFileSync(file, name === 'nginx' ? nginxConfig(port, folder, live, candidate) : haproxyConfig(port, live, candidate))
  const args = name === 'nginx' ? ['-p', folder, '-c', file] : ['-f', file, '-db']
  const child = spawn(name, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const started = await once(child, 'spawn').then(
    () => true,
    () => false,
  )
  if (!started || child.pid === undefined) return null
  const url = `http://127.0.0.1:${port}`
  await answers(url, child)
  return {
    url,
    pid: child.pid,
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The proxy ended with code ${child.exitCode}.`)
    const status = await request(`${url}/v2/health/live`).then(
      async ({ statusCode, body }) => {
        await body.dump()
        return statusCode
      },
      () => 0,
    )
    if (status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
