import { generateKeyPairSync, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

/** What one API server and its controller manager share: written into `folder`, new for every one. */
export class Keys {
  /** The administrator's. */
  readonly token = randomBytes(24).toString('base64url')
  /** Files. */
  readonly tokens: string
  readonly serviceAccounts: string

  constructor(readonly folder: string) {
    this.tokens = path.join(folder, 'tokens.csv')
    this.serviceAccounts = path.join(folder, 'service-accounts.key')
    fs.writeFileSync(this.tokens, `${this.token},admin,admin,"system:masters"\n`, { mode: 0o600 })
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    fs.writeFileSync(this.serviceAccounts, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 })
  }

  /** The API server writes it at its first start: its own certificate, and the authority that signed it. */
  get certificate(): string {
    return path.join(this.folder, 'certificates', 'apiserver.crt')
  }
}
