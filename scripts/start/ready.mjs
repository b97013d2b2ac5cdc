import { setTimeout as sleep } from 'node:timers/promises'
import { say } from './console.mjs'

const LOOK_EVERY_MS = 100
const ANSWER_WITHIN_MS = 5_000
const TELL_EVERY_MS = 30_000
/** A part that ends again and again is told by that: what else keeps it from being ready is a slow machine, or a part that hangs. */
const GIVE_UP_AFTER_MS = 300_000
const TOO_MANY_ENDS = 4

async function ask(url) {
  try {
    const answer = await fetch(`${url}/api/ready`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    const text = (await answer.text()).slice(0, 1000)
    return { ok: answer.ok, says: answer.ok ? '' : lacking(text) }
  } catch (error) {
    return { ok: false, says: `web does not answer (${error.cause?.code ?? error.message})` }
  }
}

/** The parts that are not ready, each with what it says; an answer of another form as it is. */
function lacking(text) {
  try {
    const parts = Object.entries(JSON.parse(text).parts).filter(([, part]) => !part.ok)
    return parts.map(([name, part]) => `${name} ${part.says}`).join('; ')
  } catch {
    return text
  }
}

/**
 * Waits until web says that every part is ready, and says every 30 s for what. Throws when a part cannot be kept alive, or after 5 min, and says which.
 * @param {{ tell?: (line: string) => void, tellEveryMs?: number, giveUpAfterMs?: number }} [bounds]
 */
export async function waitUntilReady(url, supervisor, names, signal, bounds = {}) {
  const { tell = say, tellEveryMs = TELL_EVERY_MS, giveUpAfterMs = GIVE_UP_AFTER_MS } = bounds
  const began = Date.now()
  let told = began
  for (;;) {
    signal.throwIfAborted()
    const answer = await ask(url)
    if (answer.ok) return
    const dying = names.find((name) => supervisor.failures(name) >= TOO_MANY_ENDS)
    if (dying) throw new Error(`${dying} ends again and again:\n${supervisor.tail(dying)}`)
    const now = Date.now()
    if (now - began > giveUpAfterMs) throw new Error(`Not ready after ${Math.round((now - began) / 1000)} s: ${answer.says}`)
    if (now - told >= tellEveryMs) {
      tell(`  Not ready yet: ${answer.says}`)
      told = now
    }
    await sleep(LOOK_EVERY_MS)
  }
}
