import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { RegisterForm } from '@/components/models/register-form'
import { Banner } from '@/components/ui/banner'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { getModel } from '@/lib/models/queries'
import { found } from '@/lib/pages'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Register a version' }

/** Registers the next version of a model. */
export default async function RegisterPage({ params }: { params: Promise<{ model: string }> }) {
  const actor = await sessionActor()
  const model = await found(getModel(actor, (await params).model))
  const asked = await headers()
  const origin = `${asked.get('x-forwarded-proto') ?? 'http'}://${asked.get('host') ?? 'localhost:3000'}`
  return (
    <>
      <PageHeader
        title={`Register ${model.name} v${model.versions + 1}`}
        lead="It is pending until its check run has passed: a bounded model server loads the file and tries it over the sample."
      />
      {model.may.register ? (
        <RegisterForm model={model.slug} origin={origin} />
      ) : (
        <Banner tone="info">Engineers of the team {model.team.name} register versions.</Banner>
      )}
    </>
  )
}
