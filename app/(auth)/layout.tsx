import type { ReactNode } from 'react'

/** The pages before a session: one narrow column, nothing else. */
export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <main className="mx-auto grid w-full max-w-md content-start gap-6 px-4 py-12 sm:py-20">
      <p className="font-semibold text-lg">Slipway</p>
      {children}
    </main>
  )
}
