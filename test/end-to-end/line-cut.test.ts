// When the line is cut under load: 200 streams at once, most of them abroad. Every one that has another permitted endpoint is to end whole,
// word for word, whether its owner cuts the line or somebody abroad does.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { Agent, createServer, request as httpRequest, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { askRunning } from '../../src/main/admin.ts'
import { dataPaths } from '../../src/main/paths.ts'
import { patience } from '../patience.ts'
import { eventually, newData, removeData, type Started, startAllod } from './allod.ts'

const STORY = Array.from({ length: 40 }, (_, index) => `mot${index} `)
const WHOLE = STORY.join('')
const PACE = 50
const USAGE = { prompt_tokens: 10, completion_tokens: STORY.length, total_tokens: 10 + STORY.length }
const chunk = (more: object): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', ...more })}\n\n`
const word = (content: string): string => chunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })
const END = `${chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}${chunk({ choices: [], usage: USAGE })}data: [DONE]\n\n`
const REFUSAL = JSON.stringify({
  error: {
    message: 'Country, region, or territory not supported',
    type: 'request_forbidden',
    code: 'unsupported_country_region_territory',
  },
})

type Asked = { readonly messages: readonly { readonly role: string; readonly content: string }[] }
/** Tells the story word by word, and goes on with it where it was begun. */
class Teller {
  requests = 0
  refused = 0
  refuses = false
  url = ''
  private readonly open = new Set<ServerResponse>()
  private readonly server: Server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part
    })
    request.on('end', () => this.answer(JSON.parse(body), response))
  })

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`
    return this
  }

  /** From now on nobody is served, and who was is dropped. */
  shutOut(): void {
    this.refuses = true
    for (const response of this.open) response.destroy()
  }

  stop(): void {
    this.server.closeAllConnections()
    this.server.close()
  }

  private answer({ messages }: Asked, response: ServerResponse): void {
    this.requests++
    if (this.refuses) {
      this.refused++
      response.writeHead(403, { 'content-type': 'application/json' }).end(REFUSAL)
      return
    }
    this.open.add(response)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const begun = messages.findLast(({ role }) => role === 'assistant')?.content ?? ''
    const rest = STORY.slice(begun.split(' ').length - 1)
    const timer = setInterval(() => {
      const next = rest.shift()
      if (next === undefined) response.end(END)
      else response.write(word(next))
    }, PACE)
    response.on('close', () => {
      clearInterval(timer)
      this.open.delete(response)
    })
  }
}

const ROWS = [
  ['endpoint:far', 'located-in', 'country:US'],
  ...['located-in country:FR', 'operated-by entity:operator', 'hosted-on self', 'fronted-by nobody', 'identity-by self', 'dns-by self'].map(
    (row) => ['endpoint:near', ...row.split(' ')],
  ),
]
const data = newData()
const agent = new Agent({ keepAlive: true, maxSockets: 400 })
let [far, near] = [] as unknown as [Teller, Teller]
let exchange: Started
before(async () => {
  ;[far, near] = [await new Teller().start(), await new Teller().start()]
  const rows = ROWS.map(
    ([subject, predicate, object], index) =>
      `    - {id: o${index}, subject: '${subject}', predicate: ${predicate}, object: '${object}', source: the test, sourceKind: owner, asOf: '2026-11-01', evidence: attested}`,
  )
  writeFileSync(join(data, 'all.cedar'), '@id("all")\n@reason("only the line is looked at")\npermit (principal, action, resource);\n')
  writeFileSync(
    join(data, 'line.yaml'),
    `exchange: {name: line.example, seat: FR, operator: a test}
home: [FR]
currency: EUR
policy: {files: [all.cedar]}
facts:
  rows:
${rows.join('\n')}
endpoints:
  far: {kind: openai-chat, baseUrl: '${far.url}', maxConnections: 400, models: {m: {}}}
  near: {kind: openai-chat, baseUrl: '${near.url}', maxConnections: 400, models: {m: {}}}
aliases:
  abroad: {targets: [far/m, near/m], continuations: 1}
  home: {targets: [near/m], continuations: 1}
tenants: {t: {applications: {app: {}}}}
`,
  )
  exchange = await startAllod(join(data, 'data'), '--config', join(data, 'line.yaml'))
})
after(async () => {
  agent.destroy()
  await exchange.stop()
  for (const teller of [far, near]) teller.stop()
  removeData(data)
})

type Told = {
  readonly status: number
  readonly text: string
  readonly clean: boolean
  readonly begunAt: number
  readonly firstAfter: number
  readonly seams: number
}
/** One stream as a caller's SDK reads it: the words of its events; anything else than a whole one is not clean. */
const tell = (model: string): Promise<Told> =>
  new Promise((resolve) => {
    const begunAt = performance.now()
    let [text, left, done, failed, firstAfter, seams] = ['', '', false, false, Number.POSITIVE_INFINITY, 0]
    const end = (status: number, clean: boolean): void => resolve({ status, text, clean, begunAt, firstAfter, seams })
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${exchange.key}` }
    const request = httpRequest(`${exchange.url}/v1/chat/completions`, { method: 'POST', agent, headers }, (response) => {
      const status = response.statusCode ?? 0
      response.setEncoding('utf8').on('data', (part: string) => {
        const events = (left + part).split('\n\n')
        left = events.pop() ?? ''
        for (const event of events) {
          if (event.startsWith(': allod {"seam":{"from":"far/m","to":"near/m","see":["FR"]')) seams++
          const said = /^data: (.*)$/m.exec(event)?.[1]
          if (said === undefined) continue
          if (said === '[DONE]') done = true
          else {
            const { choices, error } = JSON.parse(said)
            failed ||= error !== undefined
            const content = choices?.[0]?.delta?.content
            if (typeof content !== 'string') continue
            if (firstAfter === Number.POSITIVE_INFINITY) firstAfter = performance.now() - begunAt
            text += content
          }
        }
      })
      response.on('close', () => end(status, response.complete && done && !failed))
    })
    request.on('error', () => end(0, false))
    request.end(JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Tell it.' }] }))
  })

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
const p99 = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? Number.NaN

/** 140 streams abroad and 60 at home, with new ones coming all the time; in the middle of them, `cut`. */
const underLoad = async (cut: () => Promise<void>): Promise<{ told: readonly Told[]; cutAt: number }> => {
  const streams = [...Array.from({ length: 140 }, () => tell('abroad')), ...Array.from({ length: 60 }, () => tell('home'))]
  let until = Number.POSITIVE_INFINITY
  const coming = (async () => {
    const more: Promise<Told>[] = []
    while (performance.now() < until) {
      more.push(tell('abroad'))
      await sleep(40)
    }
    return more
  })()
  await sleep(1000)
  const cutAt = performance.now()
  await cut()
  until = performance.now() + 4500
  const told = await Promise.all([...streams, ...(await coming)])
  return { told, cutAt }
}
const allWhole = ({ told, cutAt }: { told: readonly Told[]; cutAt: number }): void => {
  const broken = told.filter(({ status, text, clean }) => status !== 200 || !clean || text !== WHOLE)
  assert.deepEqual(broken.slice(0, 3), [], `${broken.length} of ${told.length} callers noticed`)
  const before = p99(told.filter(({ begunAt }) => begunAt < cutAt).map(({ firstAfter }) => firstAfter))
  const later = told.filter(({ begunAt }) => begunAt > cutAt + 2000).map(({ firstAfter }) => firstAfter)
  assert.ok(later.length > 30)
  assert.ok(
    p99(later) <= Math.max(before * 1.5, patience(PACE + 250)),
    `time to the first word: ${before} ms before, ${p99(later)} ms from two seconds on`,
  )
}

test('the owner cuts a country that carries 70 % of 200 streams: each goes on at home, word for word, and is told where', async () => {
  const askedNear = near.requests
  const load = await underLoad(async () => {
    const cut = await askRunning(dataPaths(join(data, 'data')).adminSocket, 'cut', { subject: 'US', reason: 'a test', running: 'abort' })
    assert.ok(cut?.ok, JSON.stringify(cut))
  })
  allWhole(load)
  assert.ok(near.requests - askedNear >= 200)
  const moved = load.told.filter(({ seams }) => seams === 1).length
  assert.ok(moved >= 140, `${moved} streams were told of a seam`)
  const restored = await askRunning(dataPaths(join(data, 'data')).adminSocket, 'restore', { subject: 'US' })
  assert.ok(restored?.ok, JSON.stringify(restored))
})

test('somebody abroad cuts the line: no caller notices, and the exchange knows it for a cut in time', async () => {
  let shutAt = 0
  const load = await underLoad(async () => {
    shutAt = performance.now()
    far.shutOut()
    await exchange.prints(/cut-detected|is cut off|taken for a cut/)
    const after = performance.now() - shutAt
    assert.ok(far.refused <= 10 || after <= 5000, `detected after ${far.refused} refused attempts and ${after} ms`)
  })
  allWhole(load)
  await eventually(async () => assert.match(exchange.printed(), /country/))
})
