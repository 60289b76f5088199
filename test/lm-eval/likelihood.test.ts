// What lm-evaluation-harness asks and how it counts, through an exchange as its owner starts it, against a direct computation (direct.py).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { newData, removeData, type Started, startAllod } from '../end-to-end/allod.ts'
import { times } from '../thorough.ts'

type Question = { prompts: number[][]; context: number; likelihoods: number[] }
const questions = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/answers.json'), 'utf8')) as Question[]

let exchange: Started
before(async () => {
  exchange = await startAllod(newData())
})
after(async () => {
  await exchange.kill()
  removeData(exchange.data)
})

type Logprobs = {
  token_logprobs: (number | null)[]
  top_logprobs: (Record<string, number> | null)[]
  tokens: string[]
  text_offset: number[]
}
const complete = async (fields: object) => {
  const answer = await fetch(`${exchange.url}/v1/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${exchange.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'assistant', temperature: 0, max_tokens: 1, logprobs: 1, seed: 1234, echo: true, ...fields }),
  })
  assert.equal(answer.status, 200)
  return answer
}
const best = (values: readonly number[]): number => values.indexOf(Math.max(...values))

test('a likelihood task has the same score through the exchange as computed directly', async () => {
  for (const { prompts, context, likelihoods } of questions.slice(0, times(3, questions.length))) {
    const { choices } = (await (await complete({ prompt: prompts })).json()) as { choices: { index: number; logprobs: Logprobs }[] }
    const heard = choices.map(({ logprobs }) => {
      assert.equal(logprobs.token_logprobs[0], null)
      // The last token is the one that had to be written.
      return logprobs.token_logprobs.slice(context, -1).reduce<number>((sum, each) => sum + (each ?? Number.NaN), 0)
    })
    assert.deepEqual(
      choices.map(({ index }) => index),
      [0, 1, 2, 3],
    )
    assert.deepEqual(
      choices.map(({ logprobs }) => logprobs.tokens.length - 1),
      prompts.map(({ length }) => length),
    )
    assert.equal(best(heard), best(likelihoods))
    // The engine rounds activations to 8 bits; of a sum over some ten unlikely tokens this is a few hundredths of each.
    for (const [index, value] of heard.entries()) assert.ok(Math.abs(value - (likelihoods[index] ?? Number.NaN)) < 1.2, `${value}`)
  }
})

test('a stream of scored prompts passes the exchange with the same lists', async () => {
  const prompt = questions.slice(0, 1).flatMap(({ prompts }) => prompts.slice(0, 2))
  const fields = { prompt, max_tokens: 2, n: 2 }
  const whole = (await (await complete(fields)).json()) as { choices: { text: string; logprobs: Logprobs }[] }
  const events = (await (await complete({ ...fields, stream: true })).text()).split('\n\n').filter(Boolean)
  assert.equal(events.at(-1), 'data: [DONE]')
  const heard = whole.choices.map(() => ({
    text: '',
    logprobs: { tokens: [], token_logprobs: [], top_logprobs: [], text_offset: [] } as Logprobs,
  }))
  for (const event of events.slice(0, -1)) {
    const { choices } = JSON.parse(event.slice('data: '.length)) as {
      choices: { index: number; text: string; logprobs: Logprobs | null }[]
    }
    for (const { index, text, logprobs } of choices) {
      const to = heard[index] ?? assert.fail('an answer nobody asked for')
      to.text += text
      to.logprobs.tokens.push(...(logprobs?.tokens ?? []))
      to.logprobs.token_logprobs.push(...(logprobs?.token_logprobs ?? []))
      to.logprobs.top_logprobs.push(...(logprobs?.top_logprobs ?? []))
      to.logprobs.text_offset.push(...(logprobs?.text_offset ?? []))
    }
  }
  assert.deepEqual(
    heard,
    whole.choices.map(({ text, logprobs }) => ({ text, logprobs })),
  )
})
