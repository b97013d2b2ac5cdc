import { Card, CardBody } from '@/components/ui/card'
import { Table, TableBody, TableCell, TableHead, TableHeading, TableRow } from '@/components/ui/table'
import type { Signature } from '@/lib/artifacts/schema'
import { words } from '@/lib/models/signature'

/** What the model takes and gives, and what its file says of itself. */
export function SignatureCard({ signature }: { signature: Signature }) {
  const specs = [
    ...signature.inputs.map((spec) => ({ kind: 'input', spec })),
    ...signature.outputs.map((spec) => ({ kind: 'output', spec })),
  ]
  const metadata = Object.entries(signature.metadata)
  return (
    <Card title="Signature" note={signature.producer ? `Written by ${signature.producer}.` : undefined}>
      <Table label="Inputs and outputs">
        <TableHead>
          <TableHeading>Name</TableHeading>
          <TableHeading>Kind</TableHeading>
          <TableHeading>Type and shape</TableHeading>
        </TableHead>
        <TableBody>
          {specs.map(({ kind, spec }) => (
            <TableRow key={`${kind} ${spec.name}`}>
              <TableCell className="break-all font-mono text-sm">{spec.name}</TableCell>
              <TableCell>{kind}</TableCell>
              <TableCell className="font-mono text-sm">{words(spec)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {metadata.length > 0 ? (
        <CardBody>
          <details>
            <summary className="min-h-6 text-muted text-sm">What the file says of itself, {metadata.length}</summary>
            <dl className="mt-2 grid gap-1">
              {metadata.map(([key, content]) => (
                <div key={key} className="grid gap-x-3 sm:grid-cols-[8rem_minmax(0,1fr)]">
                  <dt className="break-all text-muted text-sm">{key}</dt>
                  <dd className="break-words text-sm">{content}</dd>
                </div>
              ))}
            </dl>
          </details>
        </CardBody>
      ) : null}
    </Card>
  )
}
