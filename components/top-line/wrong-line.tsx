import { Banner } from '@/components/ui/banner'

/** Says what of the address cannot be read, so that nobody takes what is shown for what was asked. */
export function WrongLine({ wrong }: { wrong: string | null }) {
  return wrong ? <Banner>{wrong} It is left out of what is shown.</Banner> : null
}
