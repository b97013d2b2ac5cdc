import fs from 'node:fs'
import path from 'node:path'
import { freePort } from '@/scripts/free-port.mjs'
import type { Access } from '../api'
import type { Gateway } from './gateway'
import { type At, type Command, OneGateway, opened } from './one-gateway'
import { programOf } from './program'

class Traefik extends OneGateway {
  readonly className = 'traefik'
  readonly controller = 'traefik.io/gateway-controller'
  readonly #file = programOf('traefik')
  /** Where it answers of itself. */
  #own = 0

  protected async prepare(): Promise<void> {
    this.#own = await freePort()
    fs.writeFileSync(path.join(this.folder, 'token'), this.access.token, { mode: 0o600 })
    fs.writeFileSync(path.join(this.folder, 'ca.crt'), this.access.ca)
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#own}/metrics`)).text()
  }

  protected async answers(): Promise<boolean> {
    return (await fetch(`http://127.0.0.1:${this.#own}/ping`)).ok
  }

  /** As in its documentation: https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-gateway. */
  protected command(): Command {
    const provider = '--providers.kubernetesgateway'
    const args = [
      `--entrypoints.web.address=127.0.0.1:${this.port}`,
      `--entrypoints.traefik.address=127.0.0.1:${this.#own}`,
      `${provider}.endpoint=${this.access.url}`,
      `${provider}.token=${path.join(this.folder, 'token')}`,
      `${provider}.certauthfilepath=${path.join(this.folder, 'ca.crt')}`,
      `${provider}.statusaddress.ip=127.0.0.1`,
      '--ping=true',
      '--metrics.prometheus=true',
      '--metrics.prometheus.addserviceslabels=true',
      '--global.checknewversion=false',
      '--global.sendanonymoususage=false',
      '--log.level=INFO',
    ]
    return { name: 'traefik', file: this.#file, args }
  }
}

export function startTraefik(access: Access, at: At): Promise<Gateway> {
  return opened(new Traefik(access, at))
}
