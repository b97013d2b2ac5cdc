import { Card, CardBody } from '@/components/ui/card'
import { CodeBlock } from '@/components/ui/code-block'
import type { WithoutSlipway as Box } from '@/lib/endpoints/without/schema'

/** The way back when nothing of Slipway answers: copy it now, before it is needed. */
export function WithoutSlipway({ box }: { box: Box | null }) {
  if (!box) return null
  return (
    <Card
      title="Without Slipway"
      note="The way back by hand, also while web, engine and database are down. Slipway will not write over it: this page then asks what to do."
    >
      <CardBody className="grid gap-4">
        <div className="grid gap-1">
          <p className="text-sm">
            On the engine’s host, on every cluster at once, to the version before (add <code className="font-mono">--to NUMBER</code> for
            another one):
          </p>
          <CodeBlock code={box.rescue} />
        </div>
        <details className="group">
          <summary className="cursor-pointer text-sm underline underline-offset-3">One cluster, by its own API</summary>
          <div className="mt-3 grid gap-4">
            {box.commands.map(({ cluster, to, code, says }) => (
              <div key={cluster} className="grid gap-1">
                <p className="font-medium text-sm">{to === null ? cluster : `${cluster}: all traffic to v${to}`}</p>
                {code ? <CodeBlock code={code} /> : null}
                <p className="text-muted text-sm">{says}</p>
              </div>
            ))}
          </div>
        </details>
      </CardBody>
    </Card>
  )
}
