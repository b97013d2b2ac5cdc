/** Runs the parts one after another, prints what each took, and closes with one line. Sets the exit code. */
export async function summarise(parts) {
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const [name, run] of parts) {
    const since = performance.now()
    console.log(`\n== ${name}`)
    const count = await run()
    for (const key of Object.keys(total)) total[key] += count[key]
    const verdict = count.failed ? `${count.failed} failed` : 'ok'
    console.log(`== ${name}: ${verdict} (${((performance.now() - since) / 1000).toFixed(1)} s)`)
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`)
  process.exitCode = total.failed > 0 ? 1 : 0
}
