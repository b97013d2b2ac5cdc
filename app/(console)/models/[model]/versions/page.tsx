import { redirect } from 'next/navigation'

/** The versions stand on the model's page; this address lies between it and one of them. */
export default async function Versions({ params }: { params: Promise<{ model: string }> }) {
  redirect(`/models/${(await params).model}`)
}
