// `allod exposure` as its users run it: over an example alone, beside a running exchange, and after that was killed.
import assert from 'node:assert/strict'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Exposure } from '../../src/drills/exposure/exposure.ts'
import { allod, example, newData, removeData, type Started, startAllod } from './allod.ts'

type Printed = Exposure & { readonly exchange: string; readonly rows: readonly { readonly id: string }[] }
const exposed = async (...options: readonly string[]): Promise<Printed> => {
  const ran = await allod('exposure', '--json', ...options)
  assert.equal(ran.code, 0, ran.error)
  return JSON.parse(ran.out)
}

test('examples/hybrid: the alias with a model at home stands, the one without hangs on each of those over the frontier', async () => {
  const data = newData()
  const answer = await exposed('--config', example('hybrid'), '--data', data)
  assert.equal(answer.traffic, undefined)
  const of = (alias: string, dataClass: string) =>
    answer.demands.find((demand) => demand.alias === alias && demand.asked.some((asked) => asked.dataClass === dataClass))
  assert.deepEqual(of('assistant', 'public')?.safe, ['home/seed'])
  assert.deepEqual(of('assistant', 'secret')?.routes, ['home/seed'])
  const frontier = of('frontier', 'public')?.cuts
  assert.deepEqual([frontier?.size, frontier?.guaranteed, frontier?.companies], [1, 1, 1])
  const alone = frontier?.sets.flat().flatMap(({ actors }) => actors)
  assert.ok(['country:US', 'unknown', 'entity:microsoft', 'entity:cloudflare'].every((actor) => alone?.includes(actor)))
  assert.equal(of('frontier', 'secret'), undefined, 'policy gives it no route')
  assert.equal(answer.refused, 6)
  const named = new Set(answer.rows.map(({ id }) => id))
  const used = answer.routes.flatMap(({ control }) => [...control.see, ...control.stop, ...control.change].flatMap(({ path }) => path))
  assert.ok(used.length > 0 && used.every((id) => named.has(id)), 'every row of a path is there to read')
  removeData(data)
})

test('what cannot be asked is refused with what can', async () => {
  const wrong = [
    ['--window', '30'],
    ['--power', 'buy'],
  ]
  for (const options of wrong) {
    const ran = await allod('exposure', ...options)
    assert.equal(ran.code, 2)
    assert.match(ran.error, /^allod exposure: `(30|buy)` /)
  }
})

describe('beside an exchange', () => {
  let exchange: Started
  let file: string
  before(async () => {
    const data = newData()
    file = join(data, 'allod.yaml')
    copyFileSync(example('hybrid'), file)
    exchange = await startAllod(data, '--config', file, '--sandbox')
  })
  after(async () => {
    await exchange.kill()
    removeData(exchange.data)
  })

  const ask = async (model: string, dataClass: string): Promise<number> => {
    const answer = await fetch(`${exchange.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${exchange.key}`, 'content-type': 'application/json', 'allod-data-class': dataClass },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'All human beings' }], max_tokens: 4 }),
    })
    await answer.text()
    return answer.status
  }
  const shares = ({ traffic, actors }: Printed) => {
    const us = actors.find((each) => each.actors.includes('country:US'))
    return {
      answered: traffic?.answered.calls,
      unanswered: traffic?.unanswered,
      seen: us?.powers.see.calls.part,
      alone: us?.alone.calls.part,
    }
  }

  test('counts what the log has, at once and after a kill', async () => {
    assert.deepEqual(
      [
        await ask('assistant', 'public'),
        await ask('frontier', 'public'),
        await ask('assistant', 'secret'),
        await ask('frontier', 'secret'),
      ],
      [200, 200, 200, 451],
    )
    const expected = { answered: 3, unanswered: 1, seen: 2, alone: 1 }
    const here = ['--config', file, '--data', exchange.data]
    assert.deepEqual(shares(await exposed(...here)), expected)
    assert.equal((await exposed(...here)).traffic?.countedSince, undefined)
    await exchange.kill()
    assert.deepEqual(shares(await exposed(...here)), expected)
    const page = join(exchange.data, 'exposure.html')
    const ran = await allod('exposure', ...here, '--html', page)
    assert.match(ran.out, /^2 of 12 demands can be ended by one actor outside; 10 by nobody outside\. Written to /)
    const text = readFileSync(page, 'utf8')
    assert.match(text, /<title>Exposure · hybrid\.example<\/title>/)
    assert.ok(!/<script|<link|<img|\ssrc=|url\(/i.test(text), 'it loads nothing')
    const nowhere = await allod('exposure', ...here, '--html', join(exchange.data, 'none', 'x.html'))
    assert.deepEqual([nowhere.code, existsSync(join(exchange.data, 'none'))], [3, false])
    assert.match(nowhere.error, /cannot write `.*x\.html`: ENOENT/)
  })

  test('a person reads it: who, what it takes, by which rows', async () => {
    const { out, code } = await allod('exposure', '--config', file, '--data', exchange.data, '--power', 'stop')
    assert.equal(code, 0)
    assert.match(out, /^hybrid\.example on \d{4}-\d\d-\d\d, home FR\n3 calls answered from .*, and 1 call that nobody answered$/m)
    assert.match(out, /^1 +66\.7 % .* 2 of 12 demands +US, somebody unknown/m)
    assert.match(out, /US can stop frontier\/gpt-5: .*\[f\d+\].* \((unverified|declared|documented)\)/)
    assert.ok(!out.includes('who outside can see'))
  })
})
