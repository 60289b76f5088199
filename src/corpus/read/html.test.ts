import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mainTextOf } from './html.ts'
import { ARTICLES, type Article, SITES } from './pages.test.ts'

const textOf = (html: string): string => {
  const main = mainTextOf(html)
  assert.ok(main.ok, main.ok ? '' : main.error)
  return main.value.text
}

/** Four words in a row, as the benchmark of Scrapinghub counts them; a Chinese character is one. */
const shingles = (text: string): Map<string, number> => {
  const words = text.toLowerCase().match(/\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu) ?? []
  const counts = new Map<string, number>()
  for (let at = 0; at < Math.max(1, words.length - 3); at++) {
    const shingle = words.slice(at, at + 4).join(' ')
    counts.set(shingle, (counts.get(shingle) ?? 0) + 1)
  }
  return counts
}
const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((total, count) => total + count, 0)
const score = (found: string, wanted: string): { readonly precision: number; readonly recall: number } => {
  const [ours, theirs] = [shingles(found), shingles(wanted)]
  const shared = [...ours].reduce((total, [shingle, count]) => total + Math.min(count, theirs.get(shingle) ?? 0), 0)
  return { precision: shared / sum(ours), recall: shared / sum(theirs) }
}
const wantedOf = ({ blocks }: Article): string => blocks.map((block) => block.replace(/^(# |- )/, '')).join('\n')

test('the main text of pages of many kinds is found: F1 of at least 0.94 over all, and 0.8 on each', (t) => {
  const scores: { name: string; precision: number; recall: number; f1: number }[] = []
  for (const [site, write] of Object.entries(SITES))
    for (const article of ARTICLES) {
      const { precision, recall } = score(textOf(write(article)), wantedOf(article))
      scores.push({ name: `${site} ${article.language}`, precision, recall, f1: (2 * precision * recall) / (precision + recall) })
    }
  const mean = scores.reduce((total, { f1 }) => total + f1, 0) / scores.length
  t.diagnostic(`F1 ${mean.toFixed(3)} over ${scores.length} pages`)
  for (const { name, precision, recall, f1 } of scores) {
    if (f1 < 0.95) t.diagnostic(`${name}: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`)
    assert.ok(f1 >= 0.8, `${name} has ${f1}`)
  }
  assert.ok(mean >= 0.94, `F1 is ${mean}`)
})

test('blocks are written as lines of text: headings, lists, tables, what stands verbatim', () => {
  const long = 'A paragraph that is long enough to be running text, and says what the page is about.'
  const html = `<article><h1>Title</h1><p>${long}</p><h2>A list</h2><ul><li>one <b>bold</b></li><li>two<br>lines</li></ul><p>${long}</p>
    <table><tr><th>Year</th><th>Mills</th></tr><tr><td>1900</td><td>12</td></tr></table><pre>let x = 1
  let y = 2</pre><p>${long}</p><h2>Nothing follows</h2></article>`
  assert.equal(
    textOf(html),
    `Title\n\n${long}\n\nA list\n\n- one bold\n- two\nlines\n\n${long}\n\nYear\tMills\n1900\t12\n\nlet x = 1\n  let y = 2\n\n${long}`,
  )
})

test('a list of links is text where a sentence says that it follows', () => {
  const long = 'A paragraph that is long enough to be running text, and says what the page is about'
  const list = '<ul><li><a href="/a">Tides</a></li><li><a href="/b">Mills</a></li></ul>'
  assert.equal(textOf(`<main><p>${long}:</p>${list}<p>${long}.</p></main>`), `${long}:\n\n- Tides\n- Mills\n\n${long}.`)
  assert.equal(textOf(`<main><p>${long}.</p>${list}<p>${long}.</p></main>`), `${long}.\n\n${long}.`)
})

test('what nobody sees is no text', () => {
  const long = 'A paragraph that is long enough to be running text, and says what the page is about.'
  const hidden = [
    '<p hidden>',
    '<p style="display: none">',
    '<div aria-hidden="true">',
    '<script>',
    '<template><p>',
    '<noscript>',
    '<nav>',
    '<form><select><option>',
    '<div role="dialog">',
    '<div class="cookie-consent">',
  ]
  for (const open of hidden)
    assert.equal(
      textOf(
        `<body><article>${open}${long} HIDDEN</article><p>${long}</p>`.replace(
          '</article>',
          `${open.replace(/<(\w+)[^>]*>/g, '</$1>')}</article>`,
        ),
      ),
      long,
      open,
    )
})

test('a short page gives what it has; a page of links gives nothing', () => {
  assert.equal(textOf('<p>Closed today.</p>'), 'Closed today.')
  assert.equal(textOf('<ul><li><a href="/">One page</a></li><li><a href="/">Another</a></li></ul>'), '')
  assert.equal(textOf(''), '')
})

test('a page may be nested as deep as it likes, and costs no more for it', () => {
  const deep = mainTextOf(`${'<div>'.repeat(1_000_000)}words`)
  assert.equal(deep.ok, false)
  assert.equal(textOf(`${'<div>'.repeat(3000)}Words at the bottom of it all.`), 'Words at the bottom of it all.')
  const wide = mainTextOf('<p>a'.repeat(1_100_000))
  assert.match(wide.ok ? '' : wide.error, /more than 1000000 blocks/)
})

test('whatever stands in a page, its text is made of its words', () => {
  const tags = fc.constantFrom(
    '<p>',
    '</p>',
    '<div class="x">',
    '</div>',
    '<a href="#">',
    '</a>',
    '<li>',
    '<table>',
    '<td>',
    '<script>',
    '</script>',
    '<',
    '>',
    '&amp;',
    '&#x41;',
    'word ',
    'and more words. ',
    '<br>',
    '<h2>',
    '</h2>',
    '<pre>',
    '<!--',
    '-->',
  )
  fc.assert(
    fc.property(fc.array(tags, { maxLength: 60 }), (parts) => {
      const text = textOf(parts.join(''))
      assert.equal(text, text.trim())
      assert.ok(!/\n{3,}/.test(text) || parts.includes('<pre>'))
    }),
    { numRuns: 500 },
  )
})
