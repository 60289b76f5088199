// Likelihoods of the seed model against those of an independent computation: test/lm-eval/direct.py, in 64-bit numpy from the GGUF file.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import OpenAI, { APIError } from 'openai'
import { Agent, fetch as fetchOver } from 'undici'
import { type Engine, startEngine } from './index.ts'

const modelPath = join(import.meta.dirname, '../../models/seed/allod-seed.gguf')
const model = 'allod-seed'
const folder = mkdtempSync(join(tmpdir(), 'allod-likelihood-'))
const socketPath = join(folder, 'engine.sock')
const dispatcher = new Agent({ connect: { socketPath } })
const overSocket = ((url: string, init: object) => fetchOver(url, { ...init, dispatcher })) as unknown as typeof fetch
const client = new OpenAI({ baseURL: 'http://engine/v1', apiKey: 'none', fetch: overSocket, maxRetries: 0 })

type Case = { prompt: string | number[]; tokens: number[]; logprobs: number[]; best: [token: number, logprob: number][] }
const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/seed-likelihoods.json'), 'utf8')) as { cases: Case[] }
const ARTICLE = 'Article 1\nAll human beings are born free and equal in dignity and rights.'

/** The four lists, as lists of what belongs together. */
const scored = (choice: OpenAI.CompletionChoice | undefined) => {
  const { tokens = [], token_logprobs = [], top_logprobs = [], text_offset = [] } = choice?.logprobs ?? {}
  const rows = tokens.map((token, index) => ({
    token,
    logprob: token_logprobs[index] as number | null,
    top: top_logprobs[index] as Record<string, number> | null,
    offset: text_offset[index],
  }))
  return { text: choice?.text ?? '', finish: choice?.finish_reason, rows }
}
const score = async (prompt: string | number[], more: object = {}) => {
  const answer = await client.completions.create({ model, prompt, echo: true, logprobs: 1, max_tokens: 0, ...more })
  return { ...scored(answer.choices[0]), usage: answer.usage }
}
const refused = (code: string, message: RegExp) => (failure: unknown) =>
  failure instanceof APIError && failure.code === code && message.test(failure.message)

describe('text completions of the local engine', () => {
  let engine: Engine
  before(async () => {
    engine = startEngine({ name: model, modelPath, socketPath, threads: 1, parallel: 2 })
    const ready = await engine.ready
    assert.ok(ready.ok, ready.ok ? '' : ready.error.message)
  })
  after(async () => {
    await dispatcher.destroy()
    await engine.stop()
    rmSync(folder, { recursive: true })
  })

  // llama.cpp rounds activations to 8 bits where they meet 8-bit weights; on the same weights in 32 bits the two agree to 0.008 (short texts).
  test('the likelihood of each token of a prompt is what an independent computation says', async () => {
    for (const { prompt, tokens, logprobs, best } of cases) {
      const { rows, usage, finish } = await score(prompt)
      // A text begins with a token that its caller did not write.
      const hidden = typeof prompt === 'string' ? 1 : 0
      assert.equal(rows.length, tokens.length - hidden)
      assert.deepEqual(usage, { prompt_tokens: tokens.length, completion_tokens: 0, total_tokens: tokens.length })
      assert.equal(finish, 'length')
      assert.deepEqual([rows[0]?.logprob, rows[0]?.top], [null, null], 'nothing stands before the first token')
      const differences = rows.slice(1).flatMap(({ logprob, top }, index) => {
        const [, likeliest = 0] = best[index + hidden] ?? []
        const chosen = logprob ?? Number.NaN
        return [Math.abs(chosen - (logprobs[index + hidden] ?? Number.NaN)), Math.abs(Math.max(...Object.values(top ?? {})) - likeliest)]
      })
      const mean = differences.reduce((sum, each) => sum + each) / differences.length
      assert.ok(
        Math.max(...differences) < 0.6 && mean < 0.06,
        `${JSON.stringify(prompt).slice(0, 50)}: ${Math.max(...differences)}, ${mean}`,
      )
      if (prompt === ARTICLE) assert.ok(Math.max(...differences) < 0.03, 'a text it knows by heart')
    }
  })

  test('tokens are named so that none is lost, and offsets count Unicode characters', async () => {
    const prompt = 'a 😀 日本 œuvre'
    const { rows, text } = await score(prompt)
    assert.equal(text, prompt)
    assert.deepEqual(
      rows.slice(0, 7).map(({ token, offset }) => [token, offset]),
      [
        ['a', 0],
        [' ', 1],
        ['bytes:\\xf0', 2],
        ['bytes:\\x9f', 2],
        ['bytes:\\x98', 2],
        ['bytes:\\x80', 2],
        [' ', 3],
      ],
    )
    assert.deepEqual([rows.at(-1)?.token, rows.at(-1)?.offset], ['re', [...prompt].length - 2])
    const bytes = rows.flatMap(({ token }) =>
      token.startsWith('bytes:')
        ? [...token.matchAll(/\\x(..)/g)].map(([, hex]) => Number.parseInt(hex ?? '', 16))
        : [...Buffer.from(token)],
    )
    assert.equal(Buffer.from(bytes).toString(), prompt)
  })

  test('the token itself is always among the likeliest, and as many others as asked for', async () => {
    for (const count of [0, 5]) {
      const { rows } = await score(ARTICLE, { logprobs: count })
      for (const { token, logprob, top } of rows.slice(1)) {
        assert.equal(top?.[token], logprob)
        const length = Object.keys(top ?? {}).length
        assert.ok(length === Math.max(1, count) || length === count + 1, `${length}`)
      }
    }
  })

  test('what is written after a scored prompt is what is written without, and is scored as it would be in a prompt', async () => {
    const body = { model, prompt: 'Article 1\nAll human', temperature: 0, max_tokens: 12 }
    const plain = await client.completions.create(body)
    const alone = scored((await client.completions.create({ ...body, logprobs: 2 })).choices[0])
    const { rows, text } = await score(body.prompt, { ...body, logprobs: 2 })
    assert.equal(alone.text, plain.choices[0]?.text)
    assert.equal(text, body.prompt + alone.text)
    assert.deepEqual(rows.slice(-12), alone.rows, 'offsets count from the beginning of the prompt, echoed or not')
    assert.equal(rows.map(({ token }) => token).join(''), text)
    const again = await score(text)
    assert.equal(again.rows.length, rows.length)
    for (const [index, { logprob }] of again.rows.entries()) {
      if (index > 0) assert.ok(Math.abs((logprob ?? 9) - (rows[index]?.logprob ?? -9)) < 0.05, `token ${index}`)
    }
  })

  test('several prompts are answered in order, each as if it were alone, and counted once', async () => {
    const prompts = [cases[4]?.tokens ?? [], cases[5]?.tokens ?? []]
    const both = await client.completions.create({
      model,
      prompt: prompts,
      echo: true,
      logprobs: 1,
      max_tokens: 1,
      temperature: 0,
      seed: 1,
    })
    assert.deepEqual(
      both.choices.map(({ index }) => index),
      [0, 1],
    )
    for (const [index, prompt] of prompts.entries()) {
      const alone = await score(prompt, { max_tokens: 1, temperature: 0 })
      assert.deepEqual(scored(both.choices[index]).rows, alone.rows)
    }
    assert.equal(both.usage?.prompt_tokens, prompts.flat().length)
    const texts = await client.completions.create({
      model,
      prompt: ['Article 2', 'Article 3'],
      n: 2,
      max_tokens: 3,
      seed: 5,
      temperature: 1.5,
    })
    assert.deepEqual(
      texts.choices.map(({ index }) => index),
      [0, 1, 2, 3],
    )
    assert.equal(new Set(texts.choices.slice(0, 2).map(({ text }) => text)).size, 2, 'two answers to one prompt are drawn apart')
    const other = await client.completions.create({ model, prompt: 'Article 3', n: 2, max_tokens: 3, seed: 5, temperature: 1.5 })
    assert.deepEqual(
      other.choices.map(({ text }) => text),
      texts.choices.slice(2).map(({ text }) => text),
      'a seed gives the same again',
    )
  })

  test('the best of several is the likeliest of them', async () => {
    const body = { model, prompt: 'Article 5', max_tokens: 6, seed: 3, temperature: 1.3, logprobs: 0 }
    const mean = (choice: OpenAI.CompletionChoice) => {
      const values = choice.logprobs?.token_logprobs ?? []
      return values.reduce((sum, value) => sum + value, 0) / values.length
    }
    const all = await client.completions.create({ ...body, n: 4 })
    const ranked = [...all.choices].sort((one, other) => mean(other) - mean(one)).map(({ text }) => text)
    const best = await client.completions.create({ ...body, n: 2, best_of: 4 })
    assert.deepEqual(
      best.choices.map(({ text }) => text),
      ranked.slice(0, 2),
    )
    assert.equal(best.usage?.completion_tokens, all.usage?.completion_tokens, 'what was written and not chosen was computed all the same')
  })

  test('a stream carries the same lists as the whole answer, and each answer its index', async () => {
    const body = {
      model,
      prompt: 'Article 4\nNo one',
      echo: true,
      logprobs: 1,
      n: 2,
      max_tokens: 8,
      seed: 2,
      temperature: 0.9,
      stop: ['zzz'],
    }
    const whole = await client.completions.create(body)
    const stream = await client.completions.create({ ...body, stream: true, stream_options: { include_usage: true } })
    const heard = whole.choices.map(() => ({ text: '', rows: [] as unknown[], finish: '' }))
    let usage: unknown
    for await (const chunk of stream) {
      usage = chunk.usage ?? usage
      for (const choice of chunk.choices) {
        const to = heard[choice.index] ?? assert.fail('an answer nobody asked for')
        to.text += choice.text
        to.rows.push(...scored(choice).rows)
        to.finish = choice.finish_reason ?? to.finish
      }
    }
    assert.deepEqual(
      heard,
      whole.choices.map((choice) => {
        const { text, rows, finish } = scored(choice)
        return { text, rows, finish }
      }),
    )
    assert.deepEqual(usage, whole.usage)
  })

  test('of a text cut at a stop sequence only the tokens that are shown are listed', async () => {
    const body = { model, prompt: 'Article 1\nAll human', temperature: 0, max_tokens: 12, logprobs: 0 }
    const whole = (await client.completions.create(body)).choices[0]?.text ?? ''
    const stop = whole.slice(8, 11)
    const cut = scored((await client.completions.create({ ...body, stop })).choices[0])
    assert.equal(cut.text, whole.slice(0, whole.indexOf(stop)))
    assert.equal(cut.finish, 'stop')
    const listed = cut.rows.map(({ token }) => token).join('')
    assert.ok(listed.startsWith(cut.text) && listed.slice(0, listed.length - (cut.rows.at(-1)?.token.length ?? 0)).length < cut.text.length)
  })

  test('what does not fit is refused with the numbers', async () => {
    const full = Array.from({ length: 1024 }, () => 5)
    const { rows } = await score(full, { logprobs: 0 })
    assert.equal(rows.length, 1024, 'a prompt that is only scored may fill the context')
    await assert.rejects(
      score(full, { max_tokens: 1 }),
      refused('context_length_exceeded', /context is 1024 tokens.*1024 in its prompt and asks for 1/),
    )
    await assert.rejects(score([...full, 5]), refused('context_length_exceeded', /1025 in its prompt/))
    const many = client.completions.create({
      model,
      prompt: Array.from({ length: 100 }, () => full),
      echo: true,
      logprobs: 20,
      max_tokens: 0,
    })
    await assert.rejects(many, refused('invalid_value', /asks for up to 2150400 probabilities, but gets 1048576 at most/))
    await assert.rejects(client.completions.create({ model, prompt: 'a', suffix: 'b' }), /cannot be given a `suffix`/)
  })

  test('scoring goes on beside other calls, and ends when its caller goes away', async () => {
    const long = Array.from({ length: 1000 }, (_, index) => 5 + (index % 3000))
    const alone = await score(cases[6]?.tokens ?? [])
    const leaving = new AbortController()
    const left = client.completions.create(
      { model, prompt: Array(40).fill(long), echo: true, logprobs: 1, max_tokens: 0 },
      { signal: leaving.signal },
    )
    const beside = await score(cases[6]?.tokens ?? [])
    // Calls computed at the same moment share a batch, which may change the last bits of a sum, and with them how activations are rounded.
    for (const [index, { logprob }] of beside.rows.entries())
      if (index > 0) assert.ok(Math.abs((logprob ?? 9) - (alone.rows[index]?.logprob ?? -9)) < 0.5, `token ${index}`)
    leaving.abort()
    await assert.rejects(left)
    for (let i = 0; i < 100; i++) {
      const health = (await (await overSocket('http://engine/health')).json()) as { active: number }
      if (health.active === 0) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    assert.fail('the place was not given back')
  })
})
