// INVARIANT(G9): no network that the configuration does not name. The whole main job runs in a network namespace of its own that leads
// nowhere, and whose kernel counts what would have gone elsewhere.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

const ROOT = join(import.meta.dirname, '../..')
const NAMESPACES = [
  ['unshare', '--user', '--map-root-user', '--net'],
  ['unshare', '--net'],
]
/** Packets and connections for which there was no way out, since the namespace began (RFC 4293, `ipSystemStatsOutNoRoutes`). */
const COUNT = `awk '/^Ip: [0-9]/ {four = $13} /^Ip6OutNoRoutes/ {six = $2} END {print "outward", four + six}' /proc/net/snmp /proc/net/snmp6`
const runs = ([command = '', ...argv]: readonly string[]): boolean => spawnSync(command, argv).status === 0
const namespace = NAMESPACES.find((words) => runs([...words, 'sh', '-ec', `ip link set lo up; ${COUNT}`]))
const skip = namespace === undefined && 'this machine lends no network namespace (`unshare --net`)'

/** Runs a command with no network but loopback; resolves with its exit status, its words, and how often it tried to get out. */
const alone = (command: string): Promise<{ readonly code: number | null; readonly said: string; readonly outward: number }> =>
  new Promise((resolve) => {
    const [first = '', ...rest] = namespace ?? []
    const script = `ip link set lo up; code=0; ${command} || code=$?; ${COUNT}; exit $code`
    const { NODE_TEST_CONTEXT: _, ...environment } = process.env
    const child = spawn(first, [...rest, 'sh', '-c', script, process.execPath], { cwd: ROOT, env: environment })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part: string) => {
        said += part
      })
    child.on('close', (code) => resolve({ code, said, outward: Number(/^outward (\d+)$/m.exec(said)?.[1] ?? Number.NaN) }))
  })

test('the kernel counts: whoever phones home is seen', { skip }, async () => {
  const datagram = `require('node:dgram').createSocket('udp4').send('x', 53, '192.0.2.1', () => process.exit())`
  const connection = `require('node:net').connect(443, '2001:db8::1').on('error', () => {})`
  const { outward } = await alone(`{ "$0" -e "${datagram}"; "$0" -e "${connection}"; }`)
  assert.equal(outward, 2)
})

test('start, question, receipt, verification and the command line try to reach nobody', { skip }, async () => {
  const { code, said, outward } = await alone('"$0" --test --test-reporter=tap test/end-to-end/first-call.test.ts')
  assert.equal(code, 0, said.slice(-3000))
  assert.match(said, /^# fail 0$/m)
  assert.match(said, /^# pass [1-9]/m)
  assert.equal(outward, 0, `${outward} attempts to get out`)
})
