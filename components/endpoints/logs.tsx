'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ScrollBox } from '@/components/ui/scroll-box'
import { Skeleton } from '@/components/ui/skeleton'
import { logsOptions } from '@/lib/endpoints/client'
import type { LogLineView } from '@/lib/endpoints/view-schema'

/** The last 500 log lines, asked for only when one wants them: they come from the clusters, through the engine. */
export function Logs({ endpointId }: { endpointId: string }) {
  const [wanted, setWanted] = useState(false)
  const { data, error, isFetching, refetch } = useQuery({ ...logsOptions(endpointId), enabled: wanted })
  return (
    <div className="grid gap-2 p-4">
      <Button className="justify-self-start" pending={isFetching} onClick={() => (wanted ? void refetch() : setWanted(true))}>
        {wanted ? 'Ask again' : 'Show the last 500 lines'}
      </Button>
      {error ? <p className="text-warn">{error.message}</p> : null}
      {data?.silent.map((each) => (
        <p key={each.cluster} className="text-warn">
          {each.cluster}: {each.reason}
        </p>
      ))}
      {wanted && !data && !error ? <Skeleton className="h-40" /> : null}
      {data && data.lines.length === 0 && data.silent.length === 0 ? <p className="text-muted">No line was written yet.</p> : null}
      {data && data.lines.length > 0 ? <Lines lines={data.lines} /> : null}
    </div>
  )
}

function Lines({ lines }: { lines: LogLineView[] }) {
  const text = lines.map(
    (line) =>
      `${new Date(line.at).toISOString()} ${line.cluster} ${line.replica} ${line.stream === 'stdout' ? '' : `[${line.stream}] `}${line.text}`,
  )
  return (
    <ScrollBox label="Log lines, times in UTC" className="max-h-96 bg-sunken p-2">
      <pre className="whitespace-pre-wrap break-all font-mono text-xs">{text.join('\n')}</pre>
    </ScrollBox>
  )
}
