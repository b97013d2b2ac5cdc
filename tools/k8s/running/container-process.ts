import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Container } from '../fate'
import type { Place } from './place'

// Found from the checkout that is the working folder: bundled code does not know where it came from.
const KEEPER = 'tools/k8s/keeper.mjs'
const LINES_KEPT = 2_000
/** What a container said last stands in its pod's status where it failed. */
const LAST_WORDS = 20

export interface Exit {
  code: number
  startedAt: string
  finishedAt: string
  said: string
}

export interface Line {
  /** ISO 8601. */
  at: string
  text: string
}

/** One run of a container: its command as a process of this machine, with the variables of its own and no others. It ends with this process, however that ends. */
export class ContainerProcess {
  readonly startedAt = new Date().toISOString()
  readonly exited: Promise<Exit>
  readonly lines: Line[] = []
  readonly #child: ChildProcess

  constructor(container: Container, place: Place) {
    const { command = [], args = [], env = [] } = container
    const [, ...words] = [...command, ...args].map((word) => place.told(container, word))
    const own = Object.fromEntries(env.map(({ name, value = '' }) => [name, place.told(container, value)]))
    this.#child = spawn(process.execPath, [path.resolve(KEEPER), place.folder, process.execPath, ...words], {
      // As the image has it: there HOST is every address of the pod. What no image has is this machine's.
      env: { NODE_ENV: 'production', HOST: place.host, ...own },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      if (stream) createInterface(stream).on('line', (text) => this.#wrote(text))
    this.exited = new Promise((resolve) => this.#child.once('close', (code) => resolve(this.#exit(code ?? 1))))
  }

  /** Whether the image of this container is here: the checkout itself, whose programs Node runs. */
  static has({ command = [], args = [] }: Container): boolean {
    return [...command, ...args][0] === 'node'
  }

  signal(signal: NodeJS.Signals): void {
    // It may end by itself in this moment.
    if (this.#child.connected) this.#child.send(signal, () => undefined)
  }

  #wrote(text: string): void {
    this.lines.push({ at: new Date().toISOString(), text })
    if (this.lines.length > LINES_KEPT) this.lines.shift()
  }

  #exit(code: number): Exit {
    const said = this.lines.slice(-LAST_WORDS).map(({ text }) => text)
    return { code, startedAt: this.startedAt, finishedAt: new Date().toISOString(), said: said.join('\n').slice(-2_048) }
  }
}
