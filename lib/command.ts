import type { z } from 'zod'
import type { Actor } from './auth/actor'
import { may, PERMISSIONS, type Permission, type Scope } from './auth/permissions'
import { unstorableText } from './body'
import { databaseNow } from './clock'
import { db, type Tx } from './db'
import { Problem, type Result } from './errors'
import { newId } from './id'
import { answerOfBefore, keepAnswer, type Once } from './idempotency'
import { log } from './log'

/** What the audit says of one act: on what, and the few facts that matter. */
export interface AuditTarget {
  kind: string
  id: string
  name?: string
  detail?: Record<string, unknown>
}

/** What a command's body is given. `now` is Postgres time. It must call `audit` exactly once, unless nothing was changed. */
export interface CommandContext<I> {
  tx: Tx
  actor: Actor
  input: I
  now: Date
  requestId: string
  scope: Scope
  audit(target: AuditTarget): void
}

interface CommandSpec<I extends z.ZodType, O> {
  /** noun.verb: the audit's verb, the log's field, the metric's label */
  name: string
  input: I
  permission: Permission
  /** The team and environment where the permission must hold; throws not-found for what is not there. */
  scope(tx: Tx, input: z.output<I>, actor: Actor): Promise<Scope>
  run(context: CommandContext<z.output<I>>): Promise<O>
}

/** `once`: the same request may come again, and must have its effect once; the answer of before is then given as JSON holds it. */
interface CommandMeta {
  requestId?: string
  once?: Once
}

export interface Command<I extends z.ZodType, O> {
  (actor: Actor, input: unknown, meta?: CommandMeta): Promise<Result<O>>
  spec: CommandSpec<I, O>
}

/**
 * The way people change anything: parse, permission in scope, one transaction, the body, the audit row in the same transaction, a typed Result.
 * An expected refusal comes back as a Result; an unknown error is logged with its request id, which is all that the caller sees.
 */
export function defineCommand<I extends z.ZodType, O>(spec: CommandSpec<I, O>): Command<I, O> {
  const command = async (actor: Actor, raw: unknown, meta?: CommandMeta): Promise<Result<O>> => {
    const requestId = meta?.requestId ?? newId()
    try {
      return { ok: true, value: await execute(spec, actor, parse(spec.input, raw), { ...meta, requestId }) }
    } catch (error) {
      if (error instanceof Problem) return { ok: false, problem: error.detail(requestId) }
      log.error({ err: error, command: spec.name, requestId }, 'command failed')
      return {
        ok: false,
        problem: { code: 'internal', message: `Something failed on our side. Tell an admin this request id: ${requestId}.`, requestId },
      }
    }
  }
  return Object.assign(command, { spec })
}

/** Parses with zod; a refusal names every wrong field. */
export function parse<I extends z.ZodType>(schema: I, raw: unknown): z.output<I> {
  const unstorable = unstorableText(raw)
  if (unstorable !== null)
    throw new Problem('invalid', `${unstorable}: holds a character that cannot be stored (NUL, or half of a pair).`, [
      { path: unstorable, message: 'Holds a character that cannot be stored: take it out.' },
    ])
  const result = schema.safeParse(raw)
  if (result.success) return result.data
  const fields = result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  const first = fields[0]
  throw new Problem('invalid', first ? `${first.path ? `${first.path}: ` : ''}${first.message}` : 'The input is not valid.', fields)
}

async function execute<I extends z.ZodType, O>(
  spec: CommandSpec<I, O>,
  actor: Actor,
  input: z.output<I>,
  { requestId, once }: CommandMeta & { requestId: string },
): Promise<O> {
  const asked = once ? { ...once, actorId: actor.id, route: spec.name } : null
  return db().$transaction(async (tx) => {
    const before = asked && (await answerOfBefore(tx, asked))
    if (before) return before.value as O
    const scope = await spec.scope(tx, input, actor)
    demand(actor, spec.permission, scope)
    const now = await databaseNow(tx)
    const targets: AuditTarget[] = []
    const value = await spec.run({ tx, actor, input, now, requestId, scope, audit: (target) => targets.push(target) })
    for (const target of targets) await writeAudit(tx, { actor, verb: spec.name, target, scope, now, requestId })
    if (asked) await keepAnswer(tx, asked, value)
    return value
  })
}

/** Throws unless the actor may: another team's thing answers as not found, a missing role as forbidden. */
export function demand(actor: Actor, permission: Permission, scope: Scope): void {
  const scoped = actor.scopes === null || actor.scopes.includes(permission)
  if (scoped && may(actor.grants, permission, scope)) return
  if (!may(actor.grants, 'team:read', scope)) throw new Problem('not-found', 'There is nothing here that you may see.')
  demandScope(actor, permission)
  throw new Problem(
    'forbidden',
    `You may not do this: it needs the role ${PERMISSIONS[permission].join(' or ')} (permission ${permission}).`,
  )
}

/** Throws unless the actor's token holds this permission; a member's session always does. Where it must hold is for the query to ask. */
export function demandScope(actor: Actor, permission: Permission): void {
  if (actor.scopes && !actor.scopes.includes(permission))
    throw new Problem('forbidden', `This token's scopes do not include ${permission}.`)
}

interface AuditRow {
  actor: Actor
  verb: string
  target: AuditTarget
  scope: Scope
  now: Date
  requestId: string
}

/** Writes one row of the trail; for acts that are not commands (sign-in, the engine's own returns) as well. */
export async function writeAudit(tx: Tx, { actor, verb, target, scope, now, requestId }: AuditRow): Promise<void> {
  await tx.audit.create({
    data: {
      id: newId(),
      at: now,
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.name,
      signedInAs: actor.signedInAs,
      verb,
      targetKind: target.kind,
      targetId: target.id,
      targetName: target.name ?? '',
      teamId: scope.teamId ?? null,
      environmentId: scope.environmentId ?? null,
      detail: JSON.parse(JSON.stringify(target.detail ?? {})),
      requestId,
    },
  })
}
