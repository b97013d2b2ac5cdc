import fs from 'node:fs'
import path from 'node:path'

const MAX_BYTES = 10 * 1024 * 1024
const TAIL_LINES = 8

/** One child's output: written to FOLDER/NAME.log (two files of at most 10 MB), its last lines kept for when it ends badly. */
export class ChildLog {
  #bytes
  #tail = []

  constructor(folder, name) {
    fs.mkdirSync(folder, { recursive: true })
    this.file = path.join(folder, `${name}.log`)
    this.#bytes = fs.statSync(this.file, { throwIfNoEntry: false })?.size ?? 0
  }

  get tail() {
    return this.#tail.join('\n')
  }

  write(chunk) {
    const lines = chunk.toString().split('\n').filter(Boolean)
    this.#tail = [...this.#tail, ...lines].slice(-TAIL_LINES)
    try {
      if (this.#bytes > MAX_BYTES) {
        fs.renameSync(this.file, `${this.file}.1`)
        this.#bytes = 0
      }
      fs.appendFileSync(this.file, chunk)
      this.#bytes += chunk.length
    } catch (error) {
      // A full disk must not end the supervisor: the last lines are still held in memory.
      this.#tail.push(`(this log cannot be written: ${error.message})`)
    }
  }
}
