import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_EVERY_MS = 100
const ANSWER_WITHIN_MS = 5_000
const GIVE_UP_AFTER_MS = 90_000
const TOO_MANY_ENDS = 4

async function ask(url) {
  try {
    const answer = await fetch(`${url}/api/ready`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    return { ok: answer.ok, text: (await answer.text()).slice(0, 1000) }
  } catch (error) {
    return { ok: false, text: `web does not answer (${error.cause?.code ?? error.message})` }
  }
}

/** Waits until web says that every part is ready. Throws when a part cannot be kept alive, or after 90 s, and says which. */
export async function waitUntilReady(url, supervisor, names, signal) {
  const deadline = Date.now() + GIVE_UP_AFTER_MS
  for (;;) {
    signal.throwIfAborted()
    const answer = await ask(url)
    if (answer.ok) return
    const dying = names.find((name) => supervisor.failures(name) >= TOO_MANY_ENDS)
    if (dying) throw new Error(`${dying} ends again and again:\n${supervisor.tail(dying)}`)
    if (Date.now() > deadline) throw new Error(`Not ready after ${GIVE_UP_AFTER_MS / 1000} s: ${answer.text}`)
    await sleep(LOOK_EVERY_MS)
  }
}
