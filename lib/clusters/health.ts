import type { Health } from './schema'

/** A probe as its driver or the engine tells it; an engine of an older release says nothing of copies. */
type Probed = { ok: true; version: string; detail: string; noMirror?: string | null } | { ok: false; reason: string }

/** What is kept of a probe, but for its time: to be laid over what was kept before, so that what was said of copies stays known while nothing answers. Pure. */
export function healthOf(said: Probed): Omit<Health, 'at'> {
  if (!said.ok) return { ok: false, text: said.reason }
  return { ok: true, text: `${said.version}: ${said.detail}`, ...(said.noMirror === undefined ? {} : { noMirror: said.noMirror }) }
}
