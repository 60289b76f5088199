// The four approaches as a newcomer tries them: each example passes the checker and starts with --sandbox; hybrid is asked in every class.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import OpenAI from 'openai'
import { allod, eventually, example, newData, removeData, type Started, startAllod } from './allod.ts'

for (const name of ['full-stack', 'coalition', 'hybrid', 'partnership'])
  test(`the checker passes examples/${name}`, async () => {
    const checked = await allod('policy', 'check', '--config', example(name))
    assert.equal(checked.code, 0, checked.out)
    assert.match(checked.out, /the policies pass\n$/)
  })

test('the checker fails an alias that leaves a data class without an endpoint, and says which', async () => {
  const data = newData()
  const file = join(data, 'allod.yaml')
  writeFileSync(file, readFileSync(example('hybrid'), 'utf8').replace(', refuses: [internal, confidential, secret]', ''))
  const checked = await allod('policy', 'check', '--config', file)
  assert.equal(checked.code, 1)
  assert.match(checked.out, /alias `frontier`.*(internal|confidential|secret)/)
  removeData(data)
})

describe('examples/hybrid with --sandbox', () => {
  let exchange: Started
  let file: string
  before(async () => {
    const data = newData()
    file = join(data, 'allod.yaml')
    writeFileSync(file, readFileSync(example('hybrid'), 'utf8'))
    exchange = await startAllod(data, '--config', file, '--sandbox')
  })
  after(async () => {
    await exchange.kill()
    removeData(exchange.data)
  })

  const ask = async (model: string, dataClass: string | undefined, more: Record<string, string> = {}) => {
    const client = new OpenAI({ baseURL: `${exchange.url}/v1`, apiKey: exchange.key, maxRetries: 0 })
    const headers = { ...(dataClass === undefined ? {} : { 'allod-data-class': dataClass }), ...more }
    const { data, response } = await client.chat.completions
      .create({ model, messages: [{ role: 'user', content: 'All human beings' }], max_tokens: 4 }, { headers })
      .withResponse()
    return { text: data.choices[0]?.message.content ?? '', headers: response.headers }
  }
  const refusal = async (asked: Promise<unknown>) => {
    const failure = await asked.then(
      () => assert.fail('it was answered'),
      (thrown: unknown) => thrown,
    )
    assert.ok(failure instanceof OpenAI.APIError)
    return failure
  }

  test('a public call goes abroad, says it is simulated, and its border record stands before its outcome', async () => {
    const answer = await ask('assistant', 'public')
    assert.equal(answer.headers.get('allod-endpoint'), 'frontier')
    assert.equal(answer.headers.get('allod-simulated'), 'true')
    assert.match(answer.text, /^\[simulated\]/)
    assert.match(answer.headers.get('jurisdiction-served') ?? '', /^see=\(US unknown\)/)
    const call = answer.headers.get('allod-call') ?? ''
    const indexOf = (receipt: string) => Number(/^index (\d+)$/m.exec(receipt)?.[1])
    await eventually(async () => {
      const border = await allod('receipt', call, '--border', '--data', exchange.data)
      const outcome = await allod('receipt', call, '--data', exchange.data)
      assert.ok(indexOf(border.out) < indexOf(outcome.out), `${border.error}${outcome.error}`)
    })
  })

  for (const dataClass of ['internal', 'confidential', 'secret'])
    test(`a call of class ${dataClass} is answered at home although the foreign endpoint is listed first`, async () => {
      const answer = await ask('assistant', dataClass)
      assert.equal(answer.headers.get('allod-endpoint'), 'home')
      assert.equal(answer.headers.get('jurisdiction-served'), 'see=(FR), stop=(FR), change=(FR)')
    })

  test('a secret call with no endpoint at home is refused: 451, with the reason of each endpoint', async () => {
    const failure = await refusal(ask('frontier', 'secret'))
    assert.equal(failure.status, 451)
    const { considered, call } = (failure.error as { allod: { considered: { endpoint: string }[]; call: string } }).allod
    assert.deepEqual(
      considered.map(({ endpoint }) => endpoint),
      ['frontier'],
    )
    assert.match(JSON.stringify(considered[0]), /hybrid-confidential-home-only/)
    assert.match(JSON.stringify(considered[0]), /could read confidential data there/)
    await eventually(async () => {
      const receipt = await allod('receipt', call, '--out', join(exchange.data, 'refusal'), '--data', exchange.data)
      assert.equal(receipt.code, 0, receipt.error)
      assert.equal((await allod('verify', join(exchange.data, 'refusal'), '--data', exchange.data)).code, 0)
    })
  })

  test('a caller may narrow where its call may go, and a misspelt class is told the right ones', async () => {
    const narrowed = await ask('assistant', 'public', { 'jurisdiction-accept': 'see=(FR), stop=(FR)' })
    assert.equal(narrowed.headers.get('allod-endpoint'), 'home')
    assert.equal((await refusal(ask('frontier', 'public', { 'jurisdiction-accept': 'see=(FR)' }))).status, 451)
    const misspelt = await refusal(ask('assistant', 'secrett'))
    assert.equal(misspelt.status, 400)
    assert.match(misspelt.message, /secret/)
  })

  test('a changed policy is in force after SIGHUP, and a broken one is refused whole', async () => {
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace('preset: hybrid', 'preset: hybird'))
    exchange.process.kill('SIGHUP')
    await exchange.prints(/was refused and the one before stays in force: .*policy\.preset/)
    assert.equal((await ask('assistant', 'public')).headers.get('allod-endpoint'), 'frontier')
    writeFileSync(file, text.replace('preset: hybrid', 'preset: full-stack'))
    exchange.process.kill('SIGHUP')
    await exchange.prints(/is in force\n/)
    assert.equal((await ask('assistant', 'public')).headers.get('allod-endpoint'), 'home')
  })

  test('asked to stop, it lets a running call finish', async () => {
    const client = new OpenAI({ baseURL: `${exchange.url}/v1`, apiKey: exchange.key, maxRetries: 0 })
    const messages = [{ role: 'user' as const, content: 'All human beings' }]
    const headers = { 'allod-data-class': 'secret' }
    // Its head is here, so it runs.
    const running = await client.chat.completions.create({ model: 'assistant', messages, max_tokens: 8, stream: true }, { headers })
    const stopped = exchange.stop()
    let finish: string | null = null
    for await (const { choices } of running) finish = choices[0]?.finish_reason ?? finish
    assert.match(finish ?? '', /^(stop|length)$/)
    assert.equal(await stopped, 0)
  })
})
