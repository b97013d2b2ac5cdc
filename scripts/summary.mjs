/** Runs the parts one after another, prints what each took, and closes with one line, with the reasons of what was skipped. Sets the exit code. */
export async function summarise(parts) {
  const total = { passed: 0, failed: 0, skipped: 0 }
  const reasons = new Set()
  for (const [name, run] of parts) {
    const since = performance.now()
    console.log(`\n== ${name}`)
    const count = await run()
    for (const key of Object.keys(total)) total[key] += count[key]
    for (const reason of count.reasons ?? []) reasons.add(reason)
    const verdict = count.failed ? `${count.failed} failed` : 'ok'
    console.log(`== ${name}: ${verdict} (${((performance.now() - since) / 1000).toFixed(1)} s)`)
  }
  const why = reasons.size > 0 ? `: ${[...reasons].join('; ')}` : ''
  console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped${why}` : ''}`)
  process.exitCode = total.failed > 0 ? 1 : 0
}
