import Markdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'

// The page's own heading is above: what the document calls its first level is the second here.
const components: Components = {
  h1: ({ children }) => <h2 className="mt-4 font-semibold text-xl first:mt-0">{children}</h2>,
  h2: ({ children }) => <h3 className="mt-3 font-semibold text-lg first:mt-0">{children}</h3>,
  h3: ({ children }) => <h4 className="mt-2 font-semibold first:mt-0">{children}</h4>,
  h4: ({ children }) => <h5 className="font-medium">{children}</h5>,
  h5: ({ children }) => <h6 className="font-medium text-muted">{children}</h6>,
  h6: ({ children }) => <p className="font-medium text-muted">{children}</p>,
  a: ({ href, children }) =>
    href ? (
      <a href={href} rel="noreferrer" className="break-words text-link underline underline-offset-3 hover:no-underline">
        {children}
      </a>
    ) : (
      children
    ),
  // Nothing is fetched from elsewhere while somebody reads.
  img: ({ src, alt }) => (
    <span className="text-muted">
      [picture{alt ? `: ${alt}` : ''}
      {typeof src === 'string' && src ? `, ${src}` : ''}]
    </span>
  ),
  input: ({ checked }) => <span>{checked ? '[done]' : '[open]'}</span>,
  ul: ({ children }) => <ul className="grid list-disc gap-1 pl-5">{children}</ul>,
  ol: ({ children, start }) => (
    <ol start={start} className="grid list-decimal gap-1 pl-5">
      {children}
    </ol>
  ),
  blockquote: ({ children }) => <blockquote className="grid gap-2 border-l-2 pl-3 text-muted">{children}</blockquote>,
  pre: ({ children }) => (
    <pre className="whitespace-pre-wrap break-words rounded-md border bg-sunken p-3 font-mono text-sm">{children}</pre>
  ),
  code: ({ children }) => <code className="break-words font-mono text-sm">{children}</code>,
  hr: () => <hr className="my-2" />,
  table: ({ children }) => <table className="border-collapse text-sm tabular-nums wrap-anywhere">{children}</table>,
  th: ({ children, style }) => (
    <th scope="col" style={style} className="border-b px-2 py-1 text-left font-medium text-muted">
      {children}
    </th>
  ),
  td: ({ children, style }) => (
    <td style={style} className="break-words border-b px-2 py-1 align-top">
      {children}
    </td>
  ),
}

/**
 * A document as Markdown, rendered on the server: no script reaches the browser for it. HTML in it stays text, addresses other than http, https and mailto
 * are dropped, and pictures are named, not fetched.
 */
export function DocumentText({ text }: { text: string }) {
  return (
    <div className="grid max-w-prose gap-3 break-words">
      <Markdown remarkPlugins={[remarkGfm]} components={components}>
        {text}
      </Markdown>
    </div>
  )
}
