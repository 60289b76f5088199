import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { openCheckedFetch } from './checked-fetch.ts'

const asked: string[] = []
const server = createServer((request, response) => {
  asked.push(request.url ?? '')
  if (request.url === '/moved') response.writeHead(302, { location: '/secret' }).end()
  else if (request.url === '/long') response.end('x'.repeat(1 << 20))
  else response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')
})
let host = ''
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
after(() => {
  server.closeAllConnections()
  server.close()
})

test('a named host answers; a redirect is an answer, and is not followed', async () => {
  const fetched = openCheckedFetch({ hosts: [host], privateNetwork: true })
  assert.deepEqual(await (await fetched(`http://${host}/fine`)).json(), { ok: true })
  assert.equal((await fetched(`http://${host}/moved`)).status, 302)
  assert.ok(!asked.includes('/secret'))
})

test('a host that is not named, a private one that is not configured so, and a flood are refused', async () => {
  const before = asked.length
  await assert.rejects(openCheckedFetch({ hosts: ['id.example'], privateNetwork: true })(`http://${host}/`), /is not named/)
  await assert.rejects(openCheckedFetch({ hosts: [host], privateNetwork: false })(`http://${host}/`), /private address/)
  assert.equal(asked.length, before, 'nothing was sent')
  await assert.rejects(openCheckedFetch({ hosts: [host], privateNetwork: true })(`http://${host}/long`), /too long/)
})
