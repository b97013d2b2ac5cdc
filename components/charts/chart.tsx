'use client'

import dynamic from 'next/dynamic'
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'
import { Skeleton } from '@/components/ui/skeleton'
import { nearest, useCrosshair } from './crosshair'
import { EndLabels } from './end-labels'
import { Readout, readoutText } from './readout'
import { MARGIN, scaleOf } from './scale'
import { type ChartSpec, withGaps } from './spec'
import { ChartTools } from './tools'

const Plot = dynamic(() => import('./plot'), { ssr: false, loading: () => <Skeleton className="h-full w-full" /> })
const HEIGHT = 180

/**
 * A chart over time: crosshair shared with the charts around it, labels at the ends of the lines, points by keyboard (arrows, Home, End), a table view and CSV.
 * The drawing itself is loaded only when the chart comes near the screen; its frame stands from the beginning.
 */
export function Chart({ spec: given }: { spec: ChartSpec }) {
  const spec = useMemo(() => withGaps(given), [given])
  const scale = useMemo(() => scaleOf(spec), [spec])
  const height = spec.height ?? HEIGHT
  const from = spec.from ?? spec.at[0] ?? 0
  const to = Math.max(spec.to ?? spec.at.at(-1) ?? 1, from + 1)
  const { at: pointed, setAt } = useCrosshair()
  const frame = useRef<HTMLDivElement>(null)
  const near = useNear(frame)
  const empty = spec.series.every((series) => series.values.every((value) => value === null))
  const index = pointed === null ? spec.at.length - 1 : nearest(spec.at, pointed)
  const cursor = pointed === null ? null : (spec.at[index] ?? null)
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const share = (event.clientX - box.left - MARGIN.left) / (box.width - MARGIN.left - MARGIN.right)
    setAt(share < 0 || share > 1 ? null : from + share * (to - from))
  }
  return (
    <figure className="min-w-0">
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h3 className="font-medium">{spec.title}</h3>
        <Readout spec={spec} index={index} pointed={pointed !== null} />
      </figcaption>
      <div
        ref={frame}
        role="slider"
        tabIndex={0}
        aria-label={spec.sentence}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, spec.at.length - 1)}
        aria-valuenow={Math.max(0, index)}
        aria-valuetext={readoutText(spec, index)}
        className="relative mt-1 touch-pan-y rounded-sm"
        style={{ height }}
        onPointerMove={point}
        onPointerLeave={() => setAt(null)}
        onBlur={() => setAt(null)}
        onKeyDown={(event) => step(event, spec.at, index, setAt)}
      >
        <div aria-hidden className="absolute inset-0">
          {empty ? (
            <Nothing />
          ) : near ? (
            <Plot spec={spec} scale={scale} from={from} to={to} height={height} cursor={cursor} />
          ) : (
            <Skeleton className="h-full w-full" />
          )}
        </div>
        {empty ? null : <EndLabels spec={spec} scale={scale} height={height} />}
      </div>
      <ChartTools spec={spec} />
    </figure>
  )
}

function Nothing() {
  return <div className="grid h-full place-items-center rounded-sm border border-dashed text-muted">no data in this time</div>
}

function step(event: KeyboardEvent, at: number[], index: number, setAt: (at: number | null) => void) {
  const moves: Record<string, number> = {
    ArrowLeft: index - 1,
    ArrowDown: index - 1,
    ArrowRight: index + 1,
    ArrowUp: index + 1,
    Home: 0,
    End: at.length - 1,
  }
  const next = moves[event.key]
  if (event.key === 'Escape') setAt(null)
  if (next === undefined) return
  event.preventDefault()
  setAt(at[Math.min(at.length - 1, Math.max(0, next))] ?? null)
}

const NEAR_PX = '300px'

function useNear(frame: React.RefObject<HTMLDivElement | null>): boolean {
  const [near, setNear] = useState(false)
  useEffect(() => {
    if (!frame.current) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return
        setNear(true)
        observer.disconnect()
      },
      { rootMargin: NEAR_PX },
    )
    observer.observe(frame.current)
    return () => observer.disconnect()
  }, [frame])
  return near
}
