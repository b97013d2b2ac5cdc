import { defineCommand } from '@/lib/command'
import { Problem } from '@/lib/errors'
import { ReportTraffic } from './schema'

/** The traffic process's heartbeat. It changes nothing that anyone decides by, so it leaves no line in the audit. */
export const reportTraffic = defineCommand({
  name: 'example.report-traffic',
  input: ReportTraffic,
  permission: 'outcome:write',
  scope: async () => ({}),
  async run({ tx, actor, input, now }) {
    const installation = await tx.installation.findUnique({ where: { id: 1 } })
    if (!installation?.example) throw new Problem('conflict', 'This is not an example workspace.')
    await tx.process.upsert({
      where: { id: actor.id },
      create: { id: actor.id, kind: 'traffic', detail: input, startedAt: now, seenAt: now },
      update: { detail: input, seenAt: now },
    })
  },
})
