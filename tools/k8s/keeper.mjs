// `node keeper.mjs FOLDER PROGRAM ARGS...`: runs a program that is not ours, passes on the signals it is sent as messages, and ends as it ends.
// When whoever started this is gone, even by kill -9, the channel to it closes: then the program is killed and its FOLDER removed.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'

const [folder, program, ...args] = process.argv.slice(2)
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] })
let orphaned = false

process.on('message', (signal) => child.kill(signal))
process.once('disconnect', () => {
  orphaned = true
  child.kill('SIGKILL')
})
child.once('error', (error) => {
  console.error(error.message)
  process.exit(127)
})
child.once('exit', (code, signal) => {
  // The programs beside it may still be writing there.
  if (orphaned) fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  // As a shell tells of a program that a signal ended.
  process.exit(code ?? 128 + os.constants.signals[signal])
})
