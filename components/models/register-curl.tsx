import Link from 'next/link'
import { Card, CardBody } from '@/components/ui/card'
import { CodeBlock } from '@/components/ui/code-block'
import { curlOf } from './curl-text'
import type { RegisterDraft } from './register-draft'

interface RegisterCurlProps {
  origin: string
  model: string
  draft: RegisterDraft
  modelFile: string | null
  sampleFile: string | null
}

/** The same registration for a pipeline, kept in step with the form. */
export function RegisterCurl(props: RegisterCurlProps) {
  return (
    <Card title="The same from a pipeline" className="lg:sticky lg:top-16">
      <CardBody className="grid gap-3">
        <CodeBlock code={curlOf(props)} />
        <p className="text-muted text-sm">
          <code className="font-mono">$SLIPWAY_TOKEN</code> is an API token with the scopes model:write and team:read.{' '}
          <Link href="/settings/tokens" className="text-link underline underline-offset-3 hover:no-underline">
            Make a token
          </Link>
          . The answer holds the version’s number; GET the version until its status is ready or failed.
        </p>
      </CardBody>
    </Card>
  )
}
