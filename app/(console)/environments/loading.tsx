import { Skeleton } from '@/components/ui/skeleton'

/** Keeps the frame of the page while it is made. */
export default function Loading() {
  return (
    <div role="status" aria-label="Loading" className="grid gap-4">
      <Skeleton className="h-8 w-56" />
      <Skeleton className="h-72" />
    </div>
  )
}
