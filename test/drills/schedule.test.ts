// The schedule as its owner has it: an exchange that carries out what is due by itself, is killed, and repeats nothing.
import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { isJsonObject, type JsonObject } from '../../src/core/json.ts'
import { allod, eventually, newData, removeData, type Started, startAllod } from '../end-to-end/allod.ts'
import { publishedLog } from '../end-to-end/published.ts'
import type { PublicRecord } from '../guarantees/public-log.ts'

const data = newData()
const config = join(data, 'schedule.yaml')
const told: JsonObject[] = []
const pager = createServer((request, response) => {
  let text = ''
  request.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  request.on('end', () => {
    told.push(JSON.parse(text))
    response.end()
  })
})
let exchange: Started

const REHEARSAL =
  '{ run: disconnect, name: rehearsal, every: P1Y, from: 2026-01-01, mode: live, live: { on: sandbox, callsPerSecond: 20, forSeconds: 1, abortAfter: 100000 } }'
const YEARLY = '{ run: annual-disconnect, every: P1Y, from: 2026-01-01 }'
const MISTAKEN = '{ run: no-such-drill, every: P1Y, from: 2026-01-01 }'
const start = async (...entries: readonly string[]): Promise<void> => {
  const { port } = pager.address() as AddressInfo
  const hook = `alerts: { webhooks: [{ url: 'http://127.0.0.1:${port}', secretFile: ${join(data, 'hook.secret')}, kinds: [drill, incident] }] }`
  writeFileSync(join(data, 'all.cedar'), '@id("all")\n@reason("drills are looked at")\npermit (principal, action, resource);\n')
  writeFileSync(
    config,
    `exchange: { name: schedule.example, seat: FR, operator: a test }
home: [FR]
currency: EUR
policy: { files: [all.cedar] }
endpoints:
  frontier: { kind: openai-chat, baseUrl: 'https://api.openai.com/v1', subject: 'endpoint:openai-global', models: { gpt-5: {} } }
  second: { kind: anthropic-messages, baseUrl: 'https://api.anthropic.com/v1', subject: 'endpoint:anthropic-api', models: { claude: {} } }
aliases: { assistant: { targets: [frontier/gpt-5, second/claude] } }
tenants: { ministry: { applications: { portal: {} } } }
${hook}
drills: { schedule: [${entries.join(', ')}] }
`,
  )
  exchange = await startAllod(data, '--config', config, '--sandbox')
}
before(async () => {
  await new Promise<void>((resolve) => pager.listen(0, '127.0.0.1', resolve))
  writeFileSync(join(data, 'hook.secret'), 'shared')
})
after(async () => {
  await exchange.stop()
  pager.close()
  removeData(data)
})

const records = async (): Promise<readonly PublicRecord[]> => (await publishedLog(exchange)).records
const carriedOut = async (): Promise<readonly string[]> =>
  (await records()).flatMap(({ kind, schedule }) => (kind === 'drill' && typeof schedule === 'string' ? [schedule] : []))
const run = (...argv: readonly string[]) => allod(...argv, '--data', data, '--config', config)

test('what is due is carried out once, whatever kills the exchange, and what cannot be is an incident', async () => {
  await start(REHEARSAL)
  await exchange.prints(/the drill `disconnect` runs/)
  await exchange.kill()

  await start(MISTAKEN, REHEARSAL, YEARLY)
  await exchange.prints(/`annual-disconnect`, due 2026-01-01T03:00:00.000Z, was carried out: /)
  await exchange.prints(/`rehearsal`, due 2026-01-01T03:00:00.000Z, was carried out: /)
  await exchange.prints(/`no-such-drill`, due .*, could not be carried out, and is tried again in a day: there is no drill/)
  // What nobody has been told when it dies, nobody will be.
  await eventually(async () => assert.ok(told.length >= 3))
  await exchange.kill()

  // The last in the list comes after the others had their turn.
  await start(MISTAKEN, REHEARSAL, YEARLY, '{ run: region-block, name: last, every: P90D, from: 2026-10-01 }')
  await exchange.prints(/`last`, due .*, was carried out: /)
  await eventually(async () => assert.deepEqual(await carriedOut(), ['rehearsal', 'annual-disconnect', 'last']))
  const failures = (await records()).filter(({ kind, what }) => kind === 'incident' && what === 'drill-failed')
  assert.deepEqual(
    failures.map(({ schedule, due }) => [schedule, due]),
    [['no-such-drill', Date.parse('2026-01-01T03:00:00Z')]],
  )
})

test('its reports verify offline, lists show what is due and how it ended, and those who want to know are told', async () => {
  for (const id of ['disconnect', 'annual-disconnect']) {
    const files = readdirSync(join(data, 'drills', id))
    assert.equal(files.length, 2, files.join())
    for (const name of files) {
      const verified = await allod('verify', join(data, 'drills', id, name), '--key', join(data, 'log.vkey'))
      assert.equal(verified.code, 0, verified.error)
    }
  }
  const { out, error } = await run('drill', 'list')
  assert.match(out, /annual-disconnect {2}next 2027-01-01 03:00 UTC, every P1Y, last 20\S+ \S+: \d+ of \d+ demands keep an answer/)
  assert.match(out, /rehearsal runs disconnect {2}next 2027-01-01 03:00 UTC, every P1Y, live, last .*: \d+ of \d+ calls were answered/)
  assert.match(error, /`no-such-drill` of the schedule names no drill/)
  const status = await run('status', '--json')
  const { schedule } = JSON.parse(status.out)
  assert.deepEqual(
    schedule.map(({ name, due, last, failed }: JsonObject) => [name, due, last !== null, isJsonObject(failed ?? undefined)]),
    [
      ['no-such-drill', false, false, true],
      ['rehearsal', false, true, false],
      ['annual-disconnect', false, true, false],
      ['last', false, true, false],
    ],
  )
  await eventually(async () => {
    const kinds = new Map(told.map(({ kind, type, data: fields }) => [String((fields as JsonObject).schedule), kind ?? type]))
    assert.deepEqual(Object.fromEntries(kinds), {
      rehearsal: 'drill',
      'annual-disconnect': 'drill',
      last: 'drill',
      'no-such-drill': 'incident',
    })
  })
})

test('an exchange that stops in the middle of a live drill leaves it due', async () => {
  const before = await carriedOut()
  await exchange.stop()
  await start(REHEARSAL.replace('name: rehearsal', 'name: long').replace('forSeconds: 1', 'forSeconds: 600'))
  await exchange.prints(/the drill `disconnect` runs/)
  assert.equal(await exchange.stop(), 0)
  await start(YEARLY)
  assert.deepEqual(await carriedOut(), before)
  assert.equal(readdirSync(join(data, 'drills/disconnect')).length, 2)
})
