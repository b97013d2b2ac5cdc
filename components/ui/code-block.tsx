import { CopyButton } from './copy-button'

/** A command to copy; long lines wrap, so that nothing scrolls sideways. */
export function CodeBlock({ code, what = 'command' }: { code: string; what?: string }) {
  return (
    <div className="relative min-w-0 rounded-md border bg-sunken">
      <pre className="whitespace-pre-wrap break-all p-3 pr-10 font-mono text-sm">{code}</pre>
      <CopyButton text={code} what={what} className="absolute top-1 right-1" />
    </div>
  )
}
