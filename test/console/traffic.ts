// Calls as an organisation would make them, so that pages have something to show: public ones answered abroad, confidential ones at home, and
// some that are refused. Each is a real call to the exchange of a stage that runs the `hybrid` example with simulated endpoints.
import assert from 'node:assert/strict'
import { allod } from '../end-to-end/allod.ts'
import type { Stage } from './stage.ts'

type Call = { readonly model: string; readonly dataClass: string; readonly purpose: string; readonly text: string; readonly status: number }

const CALLS: readonly Call[] = [
  { model: 'assistant', dataClass: 'public', purpose: 'general', text: 'Which rivers flow through Lyon?', status: 200 },
  { model: 'frontier', dataClass: 'public', purpose: 'general', text: 'Summarise the history of the printing press.', status: 200 },
  { model: 'assistant', dataClass: 'confidential', purpose: 'casework', text: 'Draft a letter on file 2210.', status: 200 },
  { model: 'assistant', dataClass: 'public', purpose: 'general', text: 'What is a treaty?', status: 200 },
  { model: 'frontier', dataClass: 'confidential', purpose: 'casework', text: 'Who is named in file 2211?', status: 451 },
  { model: 'assistant', dataClass: 'internal', purpose: 'general', text: 'Minutes of the meeting on Tuesday.', status: 200 },
]

export type Sent = { readonly id: string; readonly status: number }

/** Sends these calls so many times over, a few at once, and waits for every answer. What was sent comes back in order. */
export const fill = async ({ exchange }: Stage, rounds = 1): Promise<readonly Sent[]> => {
  const sent: Sent[] = []
  for (let round = 0; round < rounds; round += 1) {
    sent.push(...(await Promise.all(CALLS.map((call) => send(exchange.url, exchange.key, call)))))
  }
  return sent
}

/** A key of another application of the example: its calls are confidential at least. */
export const caseworkKey = async ({ exchange }: Stage): Promise<string> => {
  const made = await allod('key', 'create', 'ministry/casework', '--data', exchange.data)
  assert.equal(made.code, 0, made.error)
  return made.out.trim().split('\n').at(-1) ?? ''
}

const send = async (url: string, key: string, { model, dataClass, purpose, text, status }: Call): Promise<Sent> => {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'allod-data-class': dataClass,
      'allod-purpose': purpose,
    },
    body: JSON.stringify({ model, max_tokens: 8, messages: [{ role: 'user', content: text }] }),
  })
  const answered = await response.text()
  assert.equal(response.status, status, `${model} with ${dataClass} data: ${answered.slice(0, 400)}`)
  return { id: response.headers.get('allod-call') ?? '', status: response.status }
}
