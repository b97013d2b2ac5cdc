import { Skeleton } from './skeleton'

/** Keeps the frame of a page while it is made. */
export function PageSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="grid gap-4">
      <Skeleton className="h-8 w-56" />
      <Skeleton className="h-72" />
    </div>
  )
}
