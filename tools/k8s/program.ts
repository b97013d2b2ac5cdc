import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

// Found from the checkout that is the working folder: bundled code does not know where it came from.
const KEEPER = 'tools/k8s/keeper.mjs'
const LOOK_EVERY_MS = 50
const KILL_AFTER_MS = 10_000
const TAIL_LINES = 12

/** A program that runs until it is stopped, or until this process is gone. Its output is FOLDER/NAME.log. */
export class Program {
  readonly #child: ChildProcess
  readonly #log: string
  readonly #exited: Promise<void>

  /** Starts it. `folder` is removed when this process is killed. */
  constructor(
    readonly name: string,
    folder: string,
    file: string,
    args: readonly string[],
  ) {
    this.#log = path.join(folder, `${name}.log`)
    const log = fs.openSync(this.#log, 'w', 0o600)
    // A session of its own: Ctrl-C in the terminal ends it in our order, not at once.
    this.#child = spawn(process.execPath, [path.resolve(KEEPER), folder, file, ...args], {
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    })
    fs.closeSync(log)
    this.#exited = new Promise((resolve) => this.#child.once('exit', () => resolve()))
    this.#child.unref()
    this.#child.channel?.unref()
  }

  get runs(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** The last lines it wrote. */
  get tail(): string {
    return fs.readFileSync(this.#log, 'utf8').trim().split('\n').slice(-TAIL_LINES).join('\n')
  }

  /** Resolves when `probe` does to true. Throws with the end of the log when the program ends or the time is over; then it runs no more. */
  async ready(seconds: number, probe: () => Promise<boolean>): Promise<void> {
    for (const end = performance.now() + seconds * 1_000; performance.now() < end && this.runs; await pause(LOOK_EVERY_MS)) {
      if (await probe().catch(() => false)) return
    }
    const how = this.runs ? `was not ready within ${seconds} s` : 'ended'
    await this.stop('SIGKILL')
    throw new Error(`${this.name} ${how}. It wrote last:\n${this.tail}`)
  }

  /** Ends it and waits until it is gone: by this signal, after 10 s by SIGKILL. */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!this.runs) return
    this.#child.ref()
    this.#tell(signal)
    const timer = setTimeout(() => this.#tell('SIGKILL'), KILL_AFTER_MS)
    await this.#exited
    clearTimeout(timer)
  }

  #tell(signal: NodeJS.Signals): void {
    // It may end by itself in this moment.
    if (this.#child.connected) this.#child.send(signal, () => undefined)
  }
}

/** Starts what listens on ports that are only probably still free: again, with others, when somebody took one. */
export async function withFreePorts<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start()
    } catch (error) {
      if (attempt === 3 || !/address already in use/i.test((error as Error).message)) throw error
    }
  }
}
