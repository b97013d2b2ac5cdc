// Preloaded into every child: when the supervisor is gone, even by kill -9, the channel to it closes and the child ends too.
// Listening keeps the channel open: a process whose work is done calls process.exit.
const GRACE_MS = 8_000

if (process.send) {
  process.on('disconnect', () => {
    setTimeout(() => process.exit(1), GRACE_MS).unref()
    process.kill(process.pid, 'SIGTERM')
  })
}
