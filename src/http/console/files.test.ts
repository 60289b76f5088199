import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Hono } from 'hono'
import { readConsoleFiles, sendFile } from './files.ts'

const folder = mkdtempSync(join(tmpdir(), 'allod-console-files-'))
after(() => rmSync(folder, { recursive: true }))
writeFileSync(join(folder, 'index.html'), '<!doctype html>')
writeFileSync(join(folder, 'files.txt'), 'index.html\n')
writeFileSync(join(folder, 'preload.txt'), '/map a/map.js a/map.css en:a/map-en.js fr:a/map-fr.js\n/calls a/calls.js\n')
const files = readConsoleFiles(folder)
const application = new Hono().get('/console/*', (context) => sendFile(files, context))
const linkOf = async (path: string, language?: string): Promise<string | null> => {
  const headers = language === undefined ? {} : { 'accept-language': language }
  return (await application.request(`/console${path}`, { headers })).headers.get('link')
}
const link = (...names: readonly string[]): string =>
  names.map((name) => `</console/a/${name}>; rel=${name.endsWith('.css') ? 'preload; as=style' : 'modulepreload'}`).join(', ')

test('a page is answered with links to what it needs, words in the first language of the browser’s that there is', async () => {
  assert.equal(await linkOf('/map', 'fr-CA,en;q=0.8'), link('map.js', 'map.css', 'map-fr.js'))
  assert.equal(await linkOf('/map', 'sv, FR;q=0.9'), link('map.js', 'map.css', 'map-fr.js'))
  assert.equal(await linkOf('/map', 'sv'), link('map.js', 'map.css', 'map-en.js'))
  assert.equal(await linkOf('/map'), link('map.js', 'map.css', 'map-en.js'))
  assert.equal(await linkOf('/calls', 'fr'), link('calls.js'))
  assert.equal(await linkOf('/nowhere', 'fr'), null)
})
