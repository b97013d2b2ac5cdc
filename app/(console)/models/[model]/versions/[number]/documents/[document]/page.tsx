import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { z } from 'zod'
import { DocumentText } from '@/components/models/document-text'
import { Crumb } from '@/components/shell/crumbs'
import { Badge } from '@/components/ui/badge'
import { Card, CardBody } from '@/components/ui/card'
import { Digest } from '@/components/ui/digest'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { sessionActor } from '@/lib/auth/session'
import { found } from '@/lib/pages'
import { getDocument } from '@/lib/versions/queries'
import { VersionNumber } from '@/lib/versions/schema'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Document' }

/** A version's card or report. */
export default async function DocumentPage({ params }: { params: Promise<{ model: string; number: string; document: string }> }) {
  const actor = await sessionActor()
  const path = await params
  const number = VersionNumber.safeParse(path.number)
  if (!number.success || !z.uuid().safeParse(path.document).success) notFound()
  const document = await found(getDocument(actor, path.model, number.data, path.document))
  return (
    <>
      <Crumb label={document.name} />
      <PageHeader
        title={document.name}
        meta={
          <>
            <Badge tone="quiet">{document.kind}</Badge>
            <Digest value={document.digest} />
          </>
        }
        lead={
          <>
            {path.model} v{number.data}, added <RelativeTime at={document.createdAt} />
          </>
        }
      />
      <Card>
        <CardBody>
          <DocumentText text={document.body} />
        </CardBody>
      </Card>
    </>
  )
}
