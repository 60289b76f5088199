import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPrivateAddress, isPrivateHost, publicLookup } from './private-addresses.ts'

const INSIDE = ['127.0.0.1', '10.1.2.3', '172.31.255.255', '192.168.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '255.255.255.255']
const INSIDE_6 = ['::1', '::', 'fd00::1', 'fe80::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::']
const OUTSIDE = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2001:4860:4860::8888', '::ffff:8.8.8.8']

test('addresses inside are known in every way they are written', () => {
  for (const address of [...INSIDE, ...INSIDE_6]) assert.ok(isPrivateAddress(address), address)
  for (const address of OUTSIDE) assert.ok(!isPrivateAddress(address), address)
  for (const host of ['localhost', 'a.localhost', 'localhost.', '[::1]', '127.1.1.1']) assert.ok(isPrivateHost(host), host)
  for (const host of ['localhost.example.org', 'api.example.org', '8.8.8.8']) assert.ok(!isPrivateHost(host), host)
})

test('a name that leads inwards is not followed', async () => {
  for (const all of [true, false]) {
    const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => publicLookup('localhost', { all }, resolve))
    assert.equal(error?.code, 'ERR_PRIVATE_ADDRESS')
  }
})
