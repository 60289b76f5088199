import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { html, page, percent, prose, table } from '../../src/drills/html.ts'
import { reportPage, takeNote } from '../../src/drills/page.ts'
import type { Report } from '../../src/drills/report.ts'
import { stageOf } from './stage.ts'

const report = stageOf('coalition').run('change-of-control', { target: 'entity:riga-centre' })
const HOSTILE = `</pre><pre id="note">x</pre><script>alert(1)</script><img src=https://example.org/x onerror="alert(1)">'"&`

/** The same report with a text in every place that holds one. */
const filledWith = (value: unknown, text: string): unknown => {
  if (typeof value === 'string') return text
  if (Array.isArray(value)) return value.map((each) => filledWith(each, text))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, name === 'kind' ? each : filledWith(each, text)]))
}

test('nothing that a report holds becomes markup, and its note is found again', () => {
  const content = reportPage(filledWith(report, HOSTILE) as Report, 'the note\n\n— log abc\n')
  assert.doesNotMatch(content, /<(?:script|img|link|iframe|object)\b/)
  assert.equal(content.split('<pre id="note">').length, 2)
  assert.deepEqual(takeNote(content)?.note, 'the note\n\n— log abc\n')
})

test('the page without its note is the same whatever note it is given', () => {
  assert.equal(takeNote(reportPage(report, 'one'))?.bare, reportPage(report, ''))
  assert.equal(takeNote(reportPage(report, 'another'))?.bare, reportPage(report, ''))
})

test('a page loads nothing and runs nothing, in light and in dark', () => {
  const content = reportPage(report, '')
  assert.match(content, /^<!doctype html>\n<html lang="en">/)
  assert.match(content, /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/)
  assert.doesNotMatch(content, /url\(|@import|\bsrc=|javascript:| on[a-z]+=/)
  assert.match(content, /prefers-color-scheme:dark/)
})

test('what is no markup is text, and stays the text it was', () => {
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  fc.assert(
    fc.property(fc.string(), (text) => {
      const written = html`${text}`.text
      assert.doesNotMatch(written, /[<>"']/)
      assert.equal(
        written.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? ''),
        text,
      )
    }),
  )
  assert.equal(prose('`a<b` is cut').text, '<code>a&lt;b</code> is cut')
  assert.equal(table('empty', ['a'], []).text, '')
  assert.match(page('<t>', html`x`), /<title>&lt;t&gt;<\/title>/)
})

test('a share is never rounded to all or nothing', () => {
  assert.deepEqual(
    [percent(0, 0), percent(0, 7), percent(1, 8), percent(7, 7), percent(1, 100_000), percent(99_999, 100_000), percent(1, 2)],
    ['none', '0 %', '12.5 %', '100 %', 'under 0.1 %', 'over 99.9 %', '50 %'],
  )
})
