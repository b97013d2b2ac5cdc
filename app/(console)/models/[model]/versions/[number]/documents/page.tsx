import { redirect } from 'next/navigation'

/** The documents stand on the version's page; this address lies between it and one of them. */
export default async function Documents({ params }: { params: Promise<{ model: string; number: string }> }) {
  const { model, number } = await params
  redirect(`/models/${model}/versions/${number}`)
}
