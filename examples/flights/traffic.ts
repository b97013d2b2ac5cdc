import { fileURLToPath } from 'node:url'
import { env, required } from '@/lib/env'
import { log } from '@/lib/log'
import { tokenFrom } from '@/lib/tokens/secret'
import { detailOf, openApi } from './api'
import { LABEL_DELAY_MS, startLabels } from './labels'
import { findPlaces, launchSlow, type Place } from './places'
import { type Moment, openReplay, serveReader } from './reader'
import { type Sent, startSender } from './sender'

/** How often the process looks for new addresses and says how it goes. */
const LOOK_MS = 2_000
/** Stable requests before the slow model is launched: its frame needs 200 in the last hour. */
const LAUNCH_AFTER = 400

interface Running {
  place: Place
  sent: Sent
  stop(): Promise<void>
}

/**
 * The example's traffic: replays the flights of March to June 2001 at a steady rate over the endpoints that are live, tells every true outcome after 10 to 40 s, and launches the
 * slow model once. An ordinary client: it knows the address of web and a token.
 */
async function main(): Promise<void> {
  const api = openApi(env().SLIPWAY_URL, tokenFrom(required('SLIPWAY_TRAFFIC_TOKEN')))
  const labels = startLabels(api)
  let replay: Moment | undefined
  const next = await openReplay(fileURLToPath(import.meta.url), (place) => {
    if (replay && place.round > replay.round) log.info({ round: place.round }, 'June has ended: the replay begins again in March')
    replay = place
  })
  const running = new Map<string, Running>()
  let launched = false
  let refused: string | true = true
  const look = async () => {
    for (const place of await findPlaces(api)) {
      const key = `${place.environment}/${place.cluster}`
      if (running.has(key)) continue
      const sender = startSender({ origin: place.origin, path: place.path, perSecond: place.perSecond, key: null }, next, (id, row) =>
        labels.add(id, row.late),
      )
      running.set(key, { place, ...sender })
      log.info({ endpoint: key, perSecond: place.perSecond }, 'sending')
    }
    const trial = [...running.values()].find(({ place }) => place.environment === 'trial')
    if (!launched && trial && trial.sent.answered >= LAUNCH_AFTER) {
      const answer = await launchSlow(api)
      launched = answer === true
      if (answer !== true && answer !== refused) log.warn({ why: answer }, 'the slow model is not launched yet')
      refused = answer
    }
    if (replay) await report(replay)
  }
  const report = async (place: Moment) => {
    const endpoints = [...running.values()].map(({ place: { environment, cluster, perSecond }, sent }) => ({
      environment,
      cluster,
      perSecond,
      ...sent,
    }))
    const times = { round: place.round, week: place.week, from: place.from.toISOString(), to: place.to.toISOString() }
    const answer = await api.post('/api/v1/example', {
      endpoints,
      labelDelaySeconds: [LABEL_DELAY_MS.min / 1_000, LABEL_DELAY_MS.max / 1_000],
      ...times,
    })
    if (!answer.ok) log.warn({ why: detailOf(answer) }, 'the report was not taken')
  }
  let looking = false
  const timer = setInterval(() => {
    if (looking) return
    looking = true
    void look().finally(() => {
      looking = false
    })
  }, LOOK_MS)
  const end = async () => {
    clearInterval(timer)
    labels.stop()
    await Promise.all([...running.values()].map((sender) => sender.stop()))
    // The last word is exact: nothing is on its way any more.
    if (replay) await report(replay)
    process.exit(0)
  }
  process.once('SIGTERM', () => void end())
  process.once('SIGINT', () => void end())
}

if (!serveReader()) await main()
