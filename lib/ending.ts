// Next reloads modules in development; the process is told once.
const held = globalThis as unknown as { slipwayEnding?: AbortController }

/** Aborts when this process is told to end (SIGTERM, SIGINT). What would go on for long, such as an event stream, ends by it: the server waits for open answers. */
export function ending(): AbortSignal {
  if (held.slipwayEnding) return held.slipwayEnding.signal
  const controller = new AbortController()
  held.slipwayEnding = controller
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => controller.abort())
  return controller.signal
}
