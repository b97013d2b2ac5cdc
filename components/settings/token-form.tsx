'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { CodeBlock } from '@/components/ui/code-block'
import { Dialog, DialogActions, DialogContent, DialogTrigger } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { reached } from '@/components/ui/reached'
import { NO_REFUSAL, namesIn, refusalOf } from '@/components/ui/refusal'
import { Select } from '@/components/ui/select'
import { createTokenAction } from '@/lib/tokens/actions'
import { TOKEN_DAYS_MAX } from '@/lib/tokens/schema'

interface Choice {
  teamId: string | null
  team: string
  scopes: string[]
}

const USUAL = ['team:read', 'model:write', 'rollout:launch', 'outcome:write']

/** Makes a token and shows it once. */
export function TokenForm({ choices }: { choices: Choice[] }) {
  const [place, setPlace] = useState(0)
  const [token, setToken] = useState<string | null>(null)
  const [refusal, setRefusal] = useState(NO_REFUSAL)
  const [pending, setPending] = useState(false)
  const router = useRouter()
  const choice = choices[place]
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const typed = new FormData(form)
    setPending(true)
    const given = { name: typed.get('name'), scopes: typed.getAll('scopes'), days: Number(typed.get('days')) }
    const result = await reached(createTokenAction({ ...given, teamId: choice?.teamId ?? null }))
    setPending(false)
    setRefusal(refusalOf(result, [...namesIn(form), 'teamId']))
    if (result.ok) setToken(result.value.token)
  }
  const closed = (open: boolean) => {
    if (open) return
    if (token) router.refresh()
    setToken(null)
  }
  return (
    <Dialog onOpenChange={closed}>
      <DialogTrigger asChild>
        <Button variant="primary">Make a token</Button>
      </DialogTrigger>
      {token ? (
        <DialogContent title="Your new token" description="It is shown only now. Keep it where your pipeline keeps its secrets.">
          <CodeBlock code={token} what="token" />
        </DialogContent>
      ) : (
        <DialogContent title="Make a token" description="It acts in your name, within what you may do yourself. Tokens never approve.">
          <form onSubmit={submit} className="grid gap-3">
            {refusal.message ? <Banner>{refusal.message}</Banner> : null}
            <Field label="What it is for" error={refusal.fields.name}>
              <Input name="name" required maxLength={80} placeholder="deploy pipeline" />
            </Field>
            <Field label="Team" error={refusal.fields.teamId}>
              <Select value={String(place)} onChange={(event) => setPlace(Number(event.target.value))}>
                {choices.map((each, index) => (
                  <option key={each.team} value={index}>
                    {each.team}
                  </option>
                ))}
              </Select>
            </Field>
            <Scopes key={place} scopes={choice?.scopes ?? []} error={refusal.fields.scopes} />
            <Field label="Expires after (days)" hint={`At most ${TOKEN_DAYS_MAX}.`} error={refusal.fields.days}>
              <Input name="days" type="number" min={1} max={TOKEN_DAYS_MAX} defaultValue={90} required />
            </Field>
            <DialogActions>
              <Button type="submit" variant="primary" pending={pending}>
                Make the token
              </Button>
            </DialogActions>
          </form>
        </DialogContent>
      )}
    </Dialog>
  )
}

function Scopes({ scopes, error }: { scopes: string[]; error: string | undefined }) {
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 font-medium text-sm">It may</legend>
      <div className="grid sm:grid-cols-2">
        {scopes.map((scope) => (
          <Checkbox key={scope} name="scopes" value={scope} defaultChecked={USUAL.includes(scope)}>
            {scope}
          </Checkbox>
        ))}
      </div>
      {error ? <p className="text-fail text-sm">{error}</p> : null}
    </fieldset>
  )
}
