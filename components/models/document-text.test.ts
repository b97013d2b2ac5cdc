import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { DocumentText } from './document-text'

const html = (text: string) => renderToStaticMarkup(createElement(DocumentText, { text }))
/** The elements and attributes of the answer, without its texts. */
const tags = (text: string) =>
  html(text)
    .match(/<[^>]*>/g)
    ?.join('') ?? ''

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  'a <b onclick="alert(1)">bold</b> word',
  '<svg/onload=alert(1)>',
  '<iframe src="https://evil.example"></iframe>',
  '<style>body{display:none}</style>',
  '<a href="javascript:alert(1)">here</a>',
  '[here](javascript:alert(1))',
  '[here](JaVaScRiPt:alert(1))',
  '[here](java&#10;script:alert(1))',
  '[here](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
  '[here](vbscript:alert(1))',
  '<javascript:alert(1)>',
  '![x](javascript:alert(1))',
  '![x](https://evil.example/pixel.png)',
  '![x" onerror="alert(1)](https://evil.example/p.png)',
  '[x]: javascript:alert(1)\n\n[here][x]',
  '| a |\n|---|\n| <img src=x onerror=alert(1)> |',
]

test.each(HOSTILE)('no script, handler, frame, picture or script address comes of %s', (text) => {
  const made = tags(text)
  expect(made).not.toMatch(/<(script|img|svg|iframe|style|object|embed|form|base|meta|link)\b/i)
  expect(made).not.toMatch(/\son\w+=/i)
  expect(made).not.toMatch(/(href|src|action)="\s*(javascript|data|vbscript):/i)
})

test('what a card is written with comes out as what it is', () => {
  const made = html('# Card\n\n- one\n- two\n\n| metric | value |\n|---|---:|\n| AUC | 0.71 |\n\n[paper](https://example.org/p) and `code`')
  for (const part of ['<h2', '<li>one</li>', '<th', '0.71</td>', 'href="https://example.org/p"', '<code']) expect(made).toContain(part)
  expect(made, 'the page has its own first heading').not.toContain('<h1')
})
