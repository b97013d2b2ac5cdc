import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../steps.mjs'
import { ChildLog } from './child-log.mjs'

const PRELOAD = pathToFileURL(path.join(import.meta.dirname, 'child.mjs')).href
const BACK_OFF_MS = { first: 500, most: 30_000, healthyAfter: 30_000 }
const KILL_AFTER_MS = 10_000

/**
 * Runs processes and starts each again when it ends, with a growing pause. `say(line)` tells people; `note([{ name, pid }])` is called
 * whenever the set of running processes changes.
 */
export class Supervisor {
  #children = new Map()
  #stopping = false

  constructor({ logFolder, say, note }) {
    this.logFolder = logFolder
    this.say = say
    this.note = note
  }

  /**
   * `spec`: file, args, env; `preload: false` for a process that watches its channel itself; `mayFinish` for one that is not
   * started again when it ends well.
   */
  start(name, spec) {
    if (this.#stopping) throw new Error(`${name} is not started: everything is being stopped`)
    const child = { name, spec, failures: 0, log: new ChildLog(this.logFolder, name) }
    this.#children.set(name, child)
    this.#spawn(child)
    return child.process
  }

  #spawn(child) {
    const { file, args = [], env, preload = true } = child.spec
    const node = preload ? ['--import', PRELOAD] : []
    // A session of its own: Ctrl-C in the terminal reaches only the supervisor, which then stops everything in order.
    child.process = spawn(process.execPath, [...node, file, ...args], {
      cwd: ROOT,
      env,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    child.since = Date.now()
    child.wanted = true
    for (const stream of [child.process.stdout, child.process.stderr]) stream.on('data', (chunk) => child.log.write(chunk))
    child.process.once('exit', (code, signal) => this.#ended(child, code ?? signal))
    child.process.once('error', (error) => child.log.write(Buffer.from(`${error.message}\n`)))
    this.#noteAll()
  }

  #noteAll() {
    const running = [...this.#children.values()].filter(({ process: it }) => it.pid && it.exitCode === null && it.signalCode === null)
    this.note(running.map(({ name, process: { pid } }) => ({ name, pid })))
  }

  #ended(child, how) {
    this.#noteAll()
    if (!child.wanted || this.#stopping || (how === 0 && child.spec.mayFinish)) return
    if (Date.now() - child.since > BACK_OFF_MS.healthyAfter) child.failures = 0
    const pause = Math.min(BACK_OFF_MS.most, BACK_OFF_MS.first * 2 ** child.failures++)
    this.say(`${child.name} ended (${how}), starting again in ${pause / 1000} s. Log: ${path.relative(ROOT, child.log.file)}`)
    if (typeof how === 'number' && child.log.tail) this.say(child.log.tail.replace(/^/gm, `  ${child.name}: `))
    child.timer = setTimeout(() => this.#spawn(child), pause)
  }

  /** How often a process has ended in a row without having lived for 30 s. */
  failures(name) {
    return this.#children.get(name)?.failures ?? 0
  }

  tail(name) {
    return this.#children.get(name)?.log.tail ?? ''
  }

  /** Ends a process (SIGTERM, after 10 s SIGKILL) and waits until it is gone. */
  async stop(name) {
    const child = this.#children.get(name)
    if (!child) return
    child.wanted = false
    clearTimeout(child.timer)
    const { process: running } = child
    if (running.exitCode !== null || running.signalCode !== null) return
    const gone = once(running, 'exit')
    running.kill('SIGTERM')
    const timer = setTimeout(() => running.kill('SIGKILL'), KILL_AFTER_MS)
    await gone
    clearTimeout(timer)
  }

  async restart(name) {
    await this.stop(name)
    const child = this.#children.get(name)
    if (child && !this.#stopping) this.#spawn(child)
  }

  /** Stops all in this order; nothing is started again. */
  async stopAll(order) {
    this.#stopping = true
    for (const child of this.#children.values()) clearTimeout(child.timer)
    for (const name of order) await this.stop(name)
  }

  /** Ends the named processes at once, for a person who does not want to wait. */
  killNow(names) {
    for (const name of names) this.#children.get(name)?.process.kill('SIGKILL')
  }
}
