import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net'
import { after, test } from 'node:test'
import { patience } from '../../../test/patience.ts'
import type { JsonObject } from '../../core/json.ts'
import { epochMillis, millis } from '../../core/units.ts'
import type { Alert } from './alert.ts'
import { mailTarget } from './mail.ts'
import { AlertQueue, DEFAULT_LIMITS } from './queue.ts'
import { webhookTarget } from './webhook.ts'

const cleanups: (() => unknown)[] = []
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})
const clock = () => epochMillis(1_790_000_000_500)
const SECRET = `whsec_${Buffer.from('thirty-two bytes of a shared key').toString('base64')}`
const alertOf = (number: number): Alert => ({
  id: `alert_${number}`,
  kind: 'cut',
  time: clock(),
  exchange: 'test.example/log',
  sentence: `cut \`country:US\` for the ${number}th time`,
  fields: { subject: 'country:US', number },
})
const QUICK = { ...DEFAULT_LIMITS, firstWait: millis(5), longestWait: millis(10) }

type Received = { readonly headers: IncomingHttpHeaders; readonly body: JsonObject; readonly text: string }
/** A receiver that answers with these statuses in turn, the last of them for ever. */
const receiver = async (...statuses: readonly number[]) => {
  const received: Received[] = []
  let asked = 0
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    request.on('end', () => {
      const status = statuses[Math.min(asked++, statuses.length - 1)] ?? 200
      if (status < 300) received.push({ headers: request.headers, text, body: JSON.parse(text) })
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('x'.repeat(100_000))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { received, asked: () => asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` }
}
const eventually = async (condition: () => boolean): Promise<void> => {
  const deadline = performance.now() + 30_000
  while (!condition()) {
    assert.ok(performance.now() < deadline, 'in time')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('an alert is signed so that a receiver can verify it, and comes again under its own id until it arrives', async () => {
  const { received, asked, url } = await receiver(500, 302, 200)
  const said: string[] = []
  const queue = new AlertQueue(webhookTarget({ url, secret: SECRET }, clock), (sentence) => said.push(sentence), QUICK)
  queue.tell(alertOf(1))
  queue.tell(alertOf(2))
  await eventually(() => received.length === 2)
  assert.equal(asked(), 4)
  const [first, second] = received
  assert.ok(first !== undefined && second !== undefined)
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = first.headers
  assert.deepEqual([id, timestamp], ['alert_1', '1790000000'])
  const key = Buffer.from('thirty-two bytes of a shared key')
  assert.equal(signature, `v1,${createHmac('sha256', key).update(`alert_1.1790000000.${first.text}`).digest('base64')}`)
  assert.deepEqual(first.body, {
    id: 'alert_1',
    type: 'cut',
    timestamp: '2026-09-21T14:13:20.500Z',
    exchange: 'test.example/log',
    sentence: 'cut `country:US` for the 1th time',
    data: { subject: 'country:US', number: 1 },
  })
  assert.equal(second.headers['webhook-id'], 'alert_2')
  assert.deepEqual(said, [`an alert does not reach the webhook at ${new URL(url).host}: it answered 500`])
  await queue.close(millis(100))
})

test('a target that is gone holds nobody up, and what did not fit is counted in what arrives', async () => {
  const { received, url } = await receiver(503, 503, 200)
  const queue = new AlertQueue(webhookTarget({ url, secret: 'plain text' }, clock), () => {}, { ...QUICK, maxQueued: 3 })
  const before = performance.now()
  for (let number = 1; number <= 1000; number++) queue.tell(alertOf(number))
  assert.ok(performance.now() - before < patience(100))
  await eventually(() => received.length === 3)
  assert.deepEqual(
    received.map(({ body }) => body.data),
    [
      { subject: 'country:US', number: 1, dropped: 997 },
      { subject: 'country:US', number: 2 },
      { subject: 'country:US', number: 3 },
    ],
  )
  await queue.close(millis(100))
})

test('an alert that never arrives is given up, told, and closing does not wait for it', async () => {
  const said: string[] = []
  const dead = webhookTarget({ url: 'http://127.0.0.1:9/', secret: 'x' }, clock)
  const queue = new AlertQueue(dead, (sentence) => said.push(sentence), { ...QUICK, attempts: 3 })
  queue.tell(alertOf(1))
  await eventually(() => said.length === 2)
  assert.deepEqual(said, [
    'an alert does not reach the webhook at 127.0.0.1:9: ECONNREFUSED',
    'an alert (cut) was given up after 3 attempts at the webhook at 127.0.0.1:9',
  ])
  queue.tell(alertOf(2))
  const before = performance.now()
  await queue.close(millis(50))
  assert.ok(performance.now() - before < patience(1000))
  queue.tell(alertOf(3))
})

/** As much of SMTP as a client needs that has something to deliver. */
const smtp = async (rejects = false) => {
  const mails: string[] = []
  const said: string[] = []
  const server: Server = createSocketServer((socket) => {
    let data: string | undefined
    let rest = ''
    const say = (line: string) => socket.write(`${line}\r\n`)
    say('220 test ESMTP')
    socket.setEncoding('utf8').on('data', (part: string) => {
      rest += part
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 2)
        if (data !== undefined) {
          if (line !== '.') data += `${line}\n`
          else {
            mails.push(data)
            data = undefined
            say('250 taken')
          }
          continue
        }
        said.push(line)
        if (line === 'DATA') {
          data = ''
          say('354 go on')
        } else if (line === 'QUIT') socket.end('221 bye\r\n')
        else if (line === 'STARTTLS') say('502 no such thing')
        else if (line.startsWith('RCPT') && rejects) say('550 nobody here')
        else say('250 fine')
      }
    })
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => server.close())
  return { mails, said, port: (server.address() as AddressInfo).port }
}
const MAIL = { host: '127.0.0.1', security: 'none', from: 'exchange@test.example', to: ['a@test.example', 'b@test.example'] } as const

test('mail says in plain words what happened, once for all who get it', async () => {
  const { mails, said, port } = await smtp()
  const target = mailTarget({ ...MAIL, port })
  assert.deepEqual(await target.deliver(alertOf(1)), { ok: true, value: undefined })
  assert.deepEqual(
    said.filter((line) => /^(MAIL|RCPT)/.test(line)).map((line) => line.split(' ').slice(0, 2).join(' ')),
    ['MAIL FROM:<exchange@test.example>', 'RCPT TO:<a@test.example>', 'RCPT TO:<b@test.example>'],
  )
  const [mail = ''] = mails
  assert.match(mail, /^Subject: \[test\.example\/log\] cut: cut `country:US` for the 1th time$/m)
  assert.match(mail, /^Message-ID: <alert_1@test\.example\.log>$/m)
  assert.match(mail, /^subject: country:US\nnumber: 1\nalert: alert_1$/m)
  await target.close()
})

test('mail that a server refuses, or would take only without TLS, did not arrive', async () => {
  const refusing = mailTarget({ ...MAIL, port: (await smtp(true)).port })
  assert.deepEqual(await refusing.deliver(alertOf(1)), { ok: false, error: 'the server answered 550' })
  const plain = await smtp()
  const secure = mailTarget({ ...MAIL, security: 'starttls', port: plain.port })
  const delivered = await secure.deliver(alertOf(1))
  assert.equal(delivered.ok, false)
  assert.deepEqual(plain.mails, [])
  for (const target of [refusing, secure]) await target.close()
})
