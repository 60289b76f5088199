// The seed model, in the real process, through the official SDK.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI, { BadRequestError, NotFoundError } from 'openai'
import { Agent, fetch as fetchOver } from 'undici'
import { parseJson } from '../core/json.ts'
import { millis } from '../core/units.ts'
import { type Engine, type EngineEvent, startEngine } from './index.ts'

const modelPath = join(import.meta.dirname, '../../models/seed/allod-seed.gguf')
const model = 'allod-seed'
const folder = mkdtempSync(join(tmpdir(), 'allod-engine-'))
const socketPath = join(folder, 'engine.sock')
const dispatcher = new Agent({ connect: { socketPath } })
// One fetch is undici's, the other the platform's: the same function by two type names.
const overSocket = ((url: string, init: object) => fetchOver(url, { ...init, dispatcher })) as unknown as typeof fetch
const client = new OpenAI({ baseURL: 'http://engine/v1', apiKey: 'none', fetch: overSocket, maxRetries: 0 })
const ask = (content: string) => [{ role: 'user' as const, content }]
const load = async () => (await overSocket('http://engine/health')).json() as Promise<{ active: number; waiting: number }>
const eventually = async (holds: () => Promise<boolean> | boolean, why: string): Promise<void> => {
  for (let i = 0; i < 600; i++) {
    if (await holds()) return
    await sleep(50)
  }
  assert.fail(why)
}

describe('the local engine', () => {
  const events: EngineEvent[] = []
  let engine: Engine
  before(async () => {
    const timing = { firstWait: millis(50), healthInterval: millis(1000), healthTimeout: millis(2000) }
    engine = startEngine({
      name: model,
      modelPath,
      socketPath,
      threads: 1,
      parallel: 2,
      maxWaiting: 3,
      timing,
      onEvent: (event) => events.push(event),
    })
    const ready = await engine.ready
    assert.ok(ready.ok, ready.ok ? '' : ready.error.message)
    assert.match(ready.value.sha256, /^[0-9a-f]{64}$/)
  })
  after(async () => {
    await dispatcher.destroy()
    await engine.stop()
    rmSync(folder, { recursive: true })
  })

  test('answers a chat, and counts what it read and wrote', async () => {
    const answer = await client.chat.completions.create({ model, messages: ask('Article 1 in English'), max_tokens: 20 })
    assert.ok((answer.choices[0]?.message.content ?? '').length > 0)
    assert.ok(['stop', 'length'].includes(answer.choices[0]?.finish_reason ?? ''))
    assert.ok((answer.usage?.completion_tokens ?? 99) <= 20)
    assert.equal(answer.usage?.total_tokens, (answer.usage?.prompt_tokens ?? 0) + (answer.usage?.completion_tokens ?? 0))
  })

  test('streams the same text as it answers whole, with usage at the end', async () => {
    const body = { model, messages: ask('Article 3 in German'), seed: 7, temperature: 0.8, max_tokens: 40 }
    const whole = await client.chat.completions.create(body)
    const stream = await client.chat.completions.create({ ...body, stream: true, stream_options: { include_usage: true } })
    let text = ''
    let finish: string | null | undefined
    let usage: OpenAI.CompletionUsage | null | undefined
    let pieces = 0
    for await (const chunk of stream) {
      pieces++
      text += chunk.choices[0]?.delta.content ?? ''
      finish = chunk.choices[0]?.finish_reason ?? finish
      usage = chunk.usage ?? usage
    }
    assert.equal(text, whole.choices[0]?.message.content)
    assert.equal(finish, whole.choices[0]?.finish_reason)
    assert.deepEqual(usage, whole.usage)
    assert.ok(pieces > 3, 'the stream came in pieces')
  })

  test('holds a text to a schema', async () => {
    const schema = {
      type: 'object',
      properties: {
        title: { type: 'string', maxLength: 12 },
        kind: { enum: ['right', 'duty'] },
        numbers: { type: 'array', items: { type: 'integer' }, maxItems: 2 },
      },
      required: ['title', 'kind', 'numbers'],
      additionalProperties: false,
    }
    for (const seed of [1, 2]) {
      const answer = await client.chat.completions.create({
        model,
        seed,
        messages: ask('Article 2 in English'),
        max_tokens: 200,
        response_format: { type: 'json_schema', json_schema: { name: 'article', schema } },
      })
      assert.equal(answer.choices[0]?.finish_reason, 'stop')
      const parsed = parseJson(answer.choices[0]?.message.content ?? '')
      assert.ok(parsed.ok, answer.choices[0]?.message.content ?? '')
      const { title, kind, numbers } = parsed.value as { title: string; kind: string; numbers: number[] }
      assert.ok(title.length <= 12 && ['right', 'duty'].includes(kind) && numbers.every(Number.isSafeInteger) && numbers.length <= 2)
    }
  })

  test('ends at a stop sequence, which it does not show', async () => {
    const body = { model, messages: ask('Article 1 in English'), temperature: 0, max_tokens: 40 }
    const whole = (await client.chat.completions.create(body)).choices[0]?.message.content ?? ''
    const stop = whole.slice(5, 9)
    const cut = await client.chat.completions.create({ ...body, stop })
    assert.equal(cut.choices[0]?.message.content, whole.slice(0, whole.indexOf(stop)))
    assert.equal(cut.choices[0]?.finish_reason, 'stop')
  })

  test('gives probabilities of what it wrote', async () => {
    const answer = await client.chat.completions.create({
      model,
      messages: ask('Hello'),
      max_tokens: 4,
      temperature: 0,
      logprobs: true,
      top_logprobs: 2,
    })
    const tokens = answer.choices[0]?.logprobs?.content ?? []
    assert.equal(tokens.map(({ token }) => token).join(''), answer.choices[0]?.message.content)
    for (const { token, logprob, top_logprobs } of tokens) {
      assert.ok(logprob <= 0)
      assert.equal(top_logprobs[0]?.token, token, 'the likeliest is drawn at temperature 0')
    }
  })

  test('continues a text, and echoes it when asked', async () => {
    const answer = await client.completions.create({ model, prompt: 'Article 1', max_tokens: 5, echo: true })
    assert.ok(answer.choices[0]?.text.startsWith('Article 1'))
    assert.equal(answer.usage?.completion_tokens, 5)
  })

  test('embeds texts as vectors of length one', async () => {
    const answer = await client.embeddings.create({
      model,
      input: ['Everyone has the right to life', 'Everyone has the right to life', 'œuvre'],
    })
    const [a = [], b = [], c = []] = answer.data.map(({ embedding }) => embedding)
    const product = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0)
    assert.ok(Math.abs(product(a, a) - 1) < 1e-5 && Math.abs(product(a, b) - 1) < 1e-5)
    assert.ok(product(a, c) < 0.999)
    assert.ok(answer.usage.prompt_tokens > 3)
  })

  test('says what does not fit its context, with the numbers', async () => {
    const long = client.chat.completions.create({ model, messages: ask('right '.repeat(3000)) })
    await assert.rejects(
      long,
      (failure) =>
        failure instanceof BadRequestError && failure.code === 'context_length_exceeded' && /1024 tokens.*\d{4}/.test(failure.message),
    )
    await assert.rejects(client.chat.completions.create({ model, messages: ask('Hello'), max_tokens: 1020 }), /context is 1024 tokens/)
    await assert.rejects(client.embeddings.create({ model, input: 'right '.repeat(3000) }), /1023 at most/)
  })

  test('refuses what it cannot honour', async () => {
    await assert.rejects(client.chat.completions.create({ model: 'other', messages: ask('x') }), NotFoundError)
    await assert.rejects(client.chat.completions.create({ model, messages: ask('x'), n: 2 }), /`n` can only be 1/)
    await assert.rejects(
      client.chat.completions.create({ model, messages: ask('x'), logit_bias: { 999999: 1 } }),
      /not in the model's vocabulary/,
    )
    await assert.rejects(client.completions.create({ model, prompt: [999999] }), /not in the model's vocabulary/)
    const broken = await overSocket('http://engine/v1/chat/completions', { method: 'POST', body: '{"model":' })
    assert.equal(broken.status, 400)
  })

  test('writes for as many as it has places, lets some wait and turns the rest away', async () => {
    const create = (seed: number) => client.chat.completions.create({ model, messages: ask('Preamble in English'), seed, max_tokens: 60 })
    const answers = await Promise.allSettled([1, 2, 3, 4, 5, 6, 7].map(create))
    const refused = answers.filter((answer) => answer.status === 'rejected')
    assert.equal(refused.length, 2)
    for (const { reason } of refused) assert.equal((reason as { status: number }).status, 503)
    for (const answer of answers) if (answer.status === 'fulfilled') assert.ok(answer.value.choices[0]?.message.content)
  })

  test('stops writing when the caller goes away', async () => {
    const leaving = [1, 2].map(async (seed) => {
      const stream = await client.chat.completions.create({
        model,
        messages: ask('Preamble in French'),
        seed,
        stream: true,
        logit_bias: { 2: -100 },
      })
      for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break
      stream.controller.abort()
    })
    await Promise.all(leaving)
    await eventually(async () => (await load()).active === 0, 'the places were not given back')
    const answer = await client.chat.completions.create({ model, messages: ask('Hello'), max_tokens: 2 })
    assert.ok(answer.choices[0])
  })

  test('says something for any question, in every language', async () => {
    for (const question of ['What is the weather like?', 'Was ist Freiheit?', 'Πού είναι η Αθήνα;', '42', '日本語']) {
      const answer = await client.chat.completions.create({ model, messages: ask(question), max_tokens: 8 })
      assert.ok(answer.choices[0]?.message.content?.trim(), question)
    }
  })

  test('a killed process is restarted, its calls fail, and the next call is answered', async () => {
    const before = engine.pid()
    assert.ok(before !== undefined)
    const stream = await client.chat.completions.create({ model, messages: ask('Preamble in Greek'), stream: true, max_tokens: 500 })
    const reading = (async () => {
      for await (const _ of stream) if (engine.pid() === before) process.kill(before, 'SIGKILL')
    })()
    await assert.rejects(reading)
    await eventually(() => engine.state() === 'ready' && engine.pid() !== before, 'the engine was not restarted')
    const exited = events.find((event) => event.kind === 'engine-exited')
    assert.equal(exited?.signal, 'SIGKILL')
    assert.ok(events.some((event) => event.kind === 'engine-restarted'))
    const answer = await client.chat.completions.create({ model, messages: ask('Hello'), max_tokens: 2 })
    assert.ok(answer.choices[0])
  })

  test('a process that no longer answers is killed and restarted', async () => {
    const before = engine.pid()
    assert.ok(before !== undefined)
    process.kill(before, 'SIGSTOP')
    // Its health check times out; a stopped process takes SIGKILL nevertheless.
    await eventually(() => engine.state() === 'ready' && engine.pid() !== before, 'the engine was not restarted')
    assert.ok(events.some((event) => event.kind === 'engine-unhealthy'))
  })
})

test('a model that cannot be used fails clearly, once, and is not tried again', async () => {
  const inside = mkdtempSync(join(tmpdir(), 'allod-engine-'))
  const wrong = join(inside, 'wrong.gguf')
  writeFileSync(wrong, 'this is no model')
  const start = async (options: object) => {
    const events: EngineEvent[] = []
    const socket = join(inside, 'engine.sock')
    const engine = startEngine({
      name: model,
      modelPath,
      socketPath: socket,
      threads: 1,
      onEvent: (event) => events.push(event),
      ...options,
    })
    const ready = await engine.ready
    assert.ok(!ready.ok)
    assert.equal(engine.state(), 'failed')
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['engine-failed'],
    )
    await engine.stop()
    assert.ok(!existsSync(socket))
    return ready.error.message
  }
  const [pinned, invalid, missing] = await Promise.all([
    start({ sha256: '0'.repeat(64) }),
    start({ modelPath: wrong }),
    start({ modelPath: join(inside, 'missing.gguf') }),
  ])
  assert.match(pinned, /has SHA-256 [0-9a-f]{64}, but 0{64} is required/)
  assert.match(invalid, /could not be loaded/)
  assert.match(missing, /cannot be read/)
  rmSync(inside, { recursive: true })
})

test('the socket is for this user only, and the process ends with the one that started it', async () => {
  const inside = mkdtempSync(join(tmpdir(), 'allod-engine-'))
  const socket = join(inside, 'engine.sock')
  const script = `
    const { startEngine } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)})
    const engine = startEngine(${JSON.stringify({ name: model, modelPath, socketPath: socket, threads: 1 })})
    await engine.ready
    console.log(engine.pid())`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(parent.stdout, 'data')) as [Buffer]
  const pid = Number(said.toString())
  const lives = () => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }
  assert.ok(pid > 0 && lives())
  assert.equal(statSync(socket).mode & 0o077, 0)
  parent.kill('SIGKILL')
  await eventually(() => !lives(), 'the engine outlived its parent')
  rmSync(inside, { recursive: true })
})
