import { CodeBlock } from '@/components/ui/code-block'
import type { WaveView } from '@/lib/rollouts/view-schema'

/** Where next can be tried before it has traffic: pinned requests reach it, and are never evidence. */
export function PreviewAddress({ waves, version }: { waves: WaveView[]; version: string }) {
  const reachable = waves.flatMap((wave) => (wave.address ? [{ cluster: wave.cluster, address: wave.address }] : []))
  if (reachable.length === 0) return null
  return (
    <div className="grid gap-2">
      <p>Try {version} before it has traffic. A pinned request reaches it alone and is never evidence.</p>
      {reachable.map(({ cluster, address }) => (
        <div key={cluster} className="grid gap-1">
          <span className="text-muted text-sm">{cluster}</span>
          <CodeBlock code={`curl -X POST ${address} -H 'content-type: application/json' -H 'x-slipway-arm: candidate' -d @request.json`} />
        </div>
      ))}
    </div>
  )
}
