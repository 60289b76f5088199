// The verify page: what anybody can find out with a receipt, keys, and nothing else. Six states, each from a real file that was really made.
import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import {
  formatNote,
  formatPromise,
  formatPromiseFile,
  formatReceipt,
  formatVerifierKey,
  leafHash,
  noteMessage,
  parseReceipt,
  type Receipt,
  utf8,
  verifierKey,
} from '#verifier'
import { eventually } from '../end-to-end/allod.ts'
import { type Look, lookTest, NARROW, picture, Stage, violations } from './stage.ts'
import { fill } from './traffic.ts'

let stage: Stage
let receipt: string
before(async () => {
  stage = await Stage.openHybrid()
  const [sent] = await fill(stage)
  const headers = { authorization: `Bearer ${await stage.keyOf('auditor')}` }
  // Until the next checkpoint there is but a promise of it.
  receipt = await eventually(async () => {
    const answer = await fetch(`${stage.exchange.url}/admin/v1/calls/${sent?.id}/receipt`, { headers })
    assert.equal(answer.status, 200, sent?.id)
    const { text } = (await answer.json()) as { text: string }
    fileOf(text)
    return text
  })
})
afterEach(() => stage.rest())
after(() => stage.close())

const fileOf = (text: string): Receipt => {
  const parsed = parseReceipt(text)
  if (!parsed.ok || parsed.value.file.kind !== 'receipt') throw new Error('the exchange gave no receipt')
  return parsed.value.file
}
const rawKey = (): { readonly publicKey: Uint8Array; sign(message: Uint8Array): Uint8Array } => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'),
    sign: (message) => sign(null, message, privateKey),
  }
}

const open = async (look: Look = {}): Promise<Page> => {
  const page = await stage.page('/verify', { role: 'nobody', ...look })
  await eventually(async () => assert.match(await keysOf(page).inputValue(), /^hybrid\.example\+/))
  return page
}
const paste = (page: Page, text: string): Promise<void> => page.locator('textarea').first().fill(text)
const keysOf = (page: Page) => page.locator('textarea').nth(1)
const shows = (page: Page, verdict: string): Promise<void> => page.getByRole('status').filter({ hasText: verdict }).waitFor()

test('genuine: found so by whoever has no account, offline as well, and nothing is sent anywhere', async () => {
  const page = await open({ own: true })
  await page.context().setOffline(true)
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.locator('input[type=file]').setInputFiles({ name: 'receipt.txt', mimeType: 'text/plain', buffer: Buffer.from(receipt) })
  await shows(page, 'This receipt is genuine')
  assert.deepEqual(asked, [])
  assert.match((await page.locator('main').textContent()) ?? '', /Root signed by the log’s key/)
  assert.deepEqual(await violations(page), [])
  await picture(page, 'call-state-genuine')
})

test('altered content: one word changed and sealed anew leads to another root', async () => {
  const page = await open()
  const file = fileOf(receipt)
  const leaf = utf8(new TextDecoder().decode(file.leaf).replace('"class":"public"', '"class":"secret"'))
  await paste(page, formatReceipt({ ...file, leaf }))
  await shows(page, 'This receipt was altered')
  assert.match((await page.locator('main').textContent()) ?? '', /Not the entry in the log/)
  assert.equal(await page.getByText('What the exchange states in it').count(), 0, 'what failed a check is not shown as a record')
  await picture(page, 'call-state-altered-content')
})

test('altered path: another hash on the way up leads nowhere either', async () => {
  const page = await open()
  const file = fileOf(receipt)
  const [first = new Uint8Array(32), ...rest] = file.proof
  await paste(page, formatReceipt({ ...file, proof: [first.map((byte) => byte ^ 1), ...rest] }))
  await shows(page, 'This receipt was altered')
  await picture(page, 'call-state-altered-path')
})

test('wrong key: a receipt that is whole in itself, but that the key given did not sign', async () => {
  const page = await open()
  await keysOf(page).fill(formatVerifierKey(verifierKey('hybrid.example', 'ed25519', rawKey().publicKey)))
  await paste(page, receipt)
  await shows(page, 'This receipt is signed by another key')
  await picture(page, 'call-state-wrong-key')
})

test('too few witnesses, or no checkpoint yet: signed, and said how far', async () => {
  const page = await open()
  const witness = formatVerifierKey(verifierKey('witness.example', 'cosignature-ed25519', rawKey().publicKey))
  await keysOf(page).fill(`${await keysOf(page).inputValue()}\n${witness}`)
  await paste(page, receipt)
  await shows(page, 'Signed, but not yet seen by every witness')
  await picture(page, 'call-state-few-witnesses')
  const own = rawKey()
  const key = verifierKey('promising.example', 'ed25519', own.publicKey)
  const { leaf } = fileOf(receipt)
  const text = formatPromise({ origin: key.name, index: 50, leafHash: leafHash(leaf), time: Date.UTC(2026, 10, 22), delay: 60_000 })
  const note = formatNote({ text, signatures: [{ name: key.name, id: key.id, signature: own.sign(noteMessage(text)) }] })
  await keysOf(page).fill(formatVerifierKey(key))
  await paste(page, formatPromiseFile({ leaf, note }))
  await shows(page, 'Promised: not yet in the log')
  await picture(page, 'call-state-promise')
})

test('no WebCrypto: the page’s own code comes to the same verdicts, and says that it did', async () => {
  const page = await open()
  await page.evaluate(() => Object.defineProperty(globalThis.crypto, 'subtle', { value: undefined }))
  await paste(page, receipt)
  await shows(page, 'This receipt is genuine')
  await page.getByText('This page was not served securely').waitFor()
  await picture(page, 'call-state-no-webcrypto')
  const file = fileOf(receipt)
  const end = file.note.lastIndexOf('— hybrid.example ')
  const line = file.note.slice(end)
  const other = line.replace(/(.)(=*)\n/, (_, last: string, rest: string) => `${last === 'A' ? 'B' : 'A'}${rest}\n`)
  await paste(page, formatReceipt({ ...file, note: file.note.slice(0, end) + other }))
  await page
    .getByRole('status')
    .filter({ hasText: /signed by another key|damaged/ })
    .waitFor()
})

test('what is no receipt, what is far too large and what holds script fail safely', async () => {
  const page = await open()
  await paste(page, '<script>alert(1)</script><img src=x onerror=alert(1)>')
  await shows(page, 'This is no receipt')
  const large = join(mkdtempSync(join(tmpdir(), 'allod-large-')), 'large.txt')
  writeFileSync(large, Buffer.alloc(10 << 20, 'a'))
  await page.locator('input[type=file]').setInputFiles(large)
  await page.getByRole('alert').filter({ hasText: 'No receipt is larger' }).waitFor()
  rmSync(join(large, '..'), { recursive: true })
  const file = fileOf(receipt)
  const leaf = utf8(new TextDecoder().decode(file.leaf).replace('"alias":"', '"alias":"<img src=x onerror=alert(1)>'))
  await paste(page, formatReceipt({ ...file, leaf }))
  await shows(page, 'This receipt was altered')
  assert.equal(await page.locator('main img').count(), 0)
})

test('saved as one file it needs no exchange, no network and nothing beside it', async () => {
  const served = await fetch(`${stage.exchange.url}/console/verify.html`)
  assert.equal(served.status, 200)
  const folder = mkdtempSync(join(tmpdir(), 'allod-offline-'))
  try {
    const file = join(folder, 'verify.html')
    writeFileSync(file, Buffer.from(await served.arrayBuffer()))
    assert.doesNotMatch(readFileSync(file, 'utf8').slice(0, 2000), /unsafe-inline/)
    const context = await stage.browser.newContext({ offline: true })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    await page.goto(pathToFileURL(file).href)
    const known = (await (await fetch(`${stage.exchange.url}/.well-known/allod.json`)).json()) as { log: { vkey: string } }
    await keysOf(page).fill(known.log.vkey)
    await paste(page, receipt)
    await shows(page, 'This receipt is genuine')
    assert.deepEqual(complaints, [])
    await context.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

lookTest('in Arabic on a phone in the dark it is as usable', async () => {
  const page = await open({ language: 'ar', size: NARROW, theme: 'dark' })
  await paste(page, receipt)
  await shows(page, 'هذا الإيصال أصيل')
  assert.deepEqual(await violations(page), [])
  const width = await page.evaluate<number>('document.documentElement.scrollWidth')
  assert.ok(width <= NARROW.width, `${width} px wide`)
  await picture(page, 'verify-narrow-dark-ar')
})
