import Link from 'next/link'
import { Badge } from '@/components/ui/badge'
import { Card, CardBody } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import type { AliasMoveRow, AliasRow } from '@/lib/aliases/schema'
import { AliasForm, RemoveAlias } from './alias-form'

interface AliasesProps {
  model: string
  aliases: AliasRow[]
  moves: AliasMoveRow[]
  /** Ready versions, newest first; empty where one may not move aliases. */
  ready: number[]
}

/** A model's movable names, and every move: who, when, from where to where, why. */
export function Aliases({ model, aliases, moves, ready }: AliasesProps) {
  return (
    <Card title="Aliases" action={ready.length > 0 ? <AliasForm model={model} ready={ready} /> : null}>
      <CardBody className="grid gap-3">
        {aliases.length === 0 ? (
          <p className="text-muted">None yet. A promotion moves the one that the environment’s policy names.</p>
        ) : null}
        {aliases.map((alias) => (
          <div key={alias.name} className="flex flex-wrap items-center gap-2">
            <Badge>{alias.name}</Badge>
            <Link href={`/models/${model}/versions/${alias.number}`} className="font-medium hover:underline">
              v{alias.number}
            </Link>
            <span className="text-muted text-sm">
              since <RelativeTime at={alias.movedAt} />
            </span>
            {alias.movedBy.length > 0 ? (
              <span className="text-muted text-sm">moved by rollouts in {alias.movedBy.join(', ')}</span>
            ) : ready.length > 0 ? (
              <span className="ml-auto flex gap-1">
                <AliasForm model={model} ready={ready} name={alias.name} />
                <RemoveAlias model={model} name={alias.name} />
              </span>
            ) : null}
          </div>
        ))}
        {moves.length > 0 ? (
          <details>
            <summary className="min-h-6 text-muted text-sm">History, {moves.length === 1 ? '1 move' : `${moves.length} moves`}</summary>
            <ol className="mt-2 grid gap-1.5">
              {moves.map((move) => (
                <Move key={move.id} move={move} />
              ))}
            </ol>
          </details>
        ) : null}
      </CardBody>
    </Card>
  )
}

function Move({ move }: { move: AliasMoveRow }) {
  const version = (number: number | null) => (number === null ? 'nothing' : `v${number}`)
  return (
    <li className="break-words text-sm">
      <RelativeTime at={move.at} className="text-muted" /> {move.actor} moved <span className="font-medium">{move.name}</span> from{' '}
      {version(move.from)} to {version(move.to)}
      {move.rolloutId ? (
        <>
          {' '}
          by{' '}
          <Link href={`/rollouts/${move.rolloutId}`} className="text-link underline underline-offset-3">
            a rollout
          </Link>
        </>
      ) : null}
      {move.reason ? <span className="text-muted">: {move.reason}</span> : null}
    </li>
  )
}
