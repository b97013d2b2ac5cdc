import { Input } from '@/components/ui/input'

/** The trail's own filters; the field above them looks for what was acted on. */
export function AuditControls({ who, verb }: { who: string | undefined; verb: string | undefined }) {
  return (
    <>
      <Input
        name="who"
        defaultValue={who}
        maxLength={200}
        placeholder="Who: part of a name"
        aria-label="Who"
        className="w-44 max-sm:w-[calc(50%-0.25rem)]"
      />
      <Input
        name="verb"
        defaultValue={verb}
        maxLength={200}
        placeholder="rollout, member.invite"
        aria-label="What: the beginning of a verb"
        className="w-44 max-sm:w-[calc(50%-0.25rem)]"
      />
    </>
  )
}
