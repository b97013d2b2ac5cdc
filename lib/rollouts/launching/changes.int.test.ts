import type { Server } from 'node:http'
import { afterEach, expect, test, vi } from 'vitest'
import { db } from '@/lib/db'
import { engineAnswers } from '@/lib/engine/answers'
import { serveInternal } from '@/lib/engine/internal'
import { LONG_MS, World } from '@/lib/engine/world.fixture'
import { env } from '@/lib/env'
import { newId } from '@/lib/id'
import { launchRollout, previewRollout, rerunRollout } from '../commands'

let engine: Server | undefined

afterEach(() => {
  engine?.close()
  vi.restoreAllMocks()
})

/** An engine answers here for the world's clusters, over its internal port. */
async function answering(world: World): Promise<void> {
  const answers = engineAnswers(world.ports().clusters)
  engine = await serveInternal({ host: '127.0.0.1', port: 0, token: 'a token', answers, unready: () => null, tlsDir: null })
  const address = engine.address()
  Object.assign(env(), {
    SLIPWAY_ENGINE_URL: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    SLIPWAY_ENGINE_TOKEN: 'a token',
  })
}

const QUOTA = 'Quota models: 1 more pod needs 500m CPU, 100m are left.'

test(
  'what a cluster would refuse is in the preview and stops the launch, with nothing stored, unless it is wanted despite it: then the audit says so',
  async () => {
    const world = await World.make({ clusters: 2 })
    await answering(world)
    world.fake(1).faults.refusals.push(QUOTA)
    const engineer = world.actor('engineer')
    const choice = { model: world.slug, environment: world.environment, version: 2 }

    const preview = await previewRollout(engineer, choice)
    expect(preview).toMatchObject({
      ok: true,
      value: { changes: [{ refusals: [] }, { cluster: world.clusterName(1), refusals: [QUOTA] }] },
    })

    const refused = await launchRollout(engineer, choice)
    expect(refused).toMatchObject({ ok: false, problem: { code: 'invalid', fields: [{ path: 'despiteRefusals' }] } })
    expect(refused.ok ? '' : refused.problem.message).toContain(`${world.clusterName(1)}: ${QUOTA}`)
    expect(await db().rollout.count({ where: { endpointId: world.endpointId } })).toBe(0)

    const id = await world.launch(2, { despiteRefusals: true })
    const { detail } = await db().audit.findFirstOrThrow({ where: { verb: 'rollout.launch', targetId: id } })
    expect(detail).toMatchObject({ despite: [`${world.clusterName(1)}: ${QUOTA}`] })
  },
  LONG_MS,
)

test(
  'a first launch is tried on its clusters too, before there is an endpoint',
  async () => {
    const world = await World.make()
    await answering(world)
    const [modelId, slug] = [newId(), `fresh-${newId().slice(-12)}`]
    await db().model.create({ data: { id: modelId, teamId: world.teamId, slug, name: slug, task: 'binary', segments: [] } })
    const { digest, bytes, format, status, signature } = await db().modelVersion.findUniqueOrThrow({ where: { id: world.version(1) } })
    const own = { id: newId(), modelId, number: 1, authorId: newId(), authorName: 'A', signature: signature as object }
    await db().modelVersion.create({ data: { ...own, digest, bytes, format, status } })
    const choice = { model: slug, environment: world.environment, version: 1, strategy: 'initial' as const }
    const preview = await previewRollout(world.actor('engineer'), choice)
    expect(preview).toMatchObject({
      ok: true,
      value: {
        changes: [
          { cluster: world.clusterName(0), lines: ['Start one replica of version 1.', 'Version 1: from 0 % to 100 % of requests.'] },
        ],
      },
    })
    world.fake().faults.refusals.push(QUOTA)
    expect(await launchRollout(world.actor('engineer'), choice)).toMatchObject({ ok: false, problem: { code: 'invalid' } })
    expect(await db().endpoint.count({ where: { modelId } })).toBe(0)
  },
  LONG_MS,
)

test(
  'a cluster that does not answer refuses nothing, and is named; what the others refuse is still told, also to a rollout that is run again',
  async () => {
    const world = await World.make({ clusters: 2 })
    await answering(world)
    const engineer = world.actor('engineer')
    const id = await world.launch(2)
    await world.until(id, ['promoted'])
    world.fake(0).faults.unreachable = 'The line is cut.'
    world.fake(1).faults.refusals.push(QUOTA)
    const preview = await previewRollout(engineer, { model: world.slug, environment: world.environment, version: 3 })
    expect(preview).toMatchObject({ ok: true, value: { changes: [{ lines: ['The line is cut.'], refusals: [] }, { refusals: [QUOTA] }] } })
    expect(await rerunRollout(engineer, { rolloutId: id })).toMatchObject({ ok: false, problem: { code: 'invalid' } })
    world.fake(1).faults.refusals.length = 0
    expect(await world.launch(3)).toMatch(/^[0-9a-f-]{36}$/)
  },
  LONG_MS,
)
