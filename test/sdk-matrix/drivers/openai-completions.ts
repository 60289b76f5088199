import OpenAI from 'openai'
import { type Asked, type Driver, type Heard, only, type Way } from '../driver.ts'
import { raisedByOpenai } from './openai-errors.ts'

const ask = async ({ url, key }: Way, { model, question, stream }: Asked): Promise<Heard> => {
  const { completions } = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })
  const parameters = { model, prompt: question, max_tokens: 100 }
  if (!stream) {
    const answer = await completions.create(parameters)
    const { text, finish_reason } = only(answer.choices, 'choices')
    return heard(text, finish_reason, answer.usage)
  }
  let [text, finish, usage] = ['', '', undefined as OpenAI.CompletionUsage | undefined]
  for await (const chunk of await completions.create({ ...parameters, stream: true, stream_options: { include_usage: true } })) {
    text += chunk.choices[0]?.text ?? ''
    finish = chunk.choices[0]?.finish_reason ?? finish
    usage = chunk.usage ?? usage
  }
  return heard(text, finish, usage)
}
const heard = (text: string, finish: string, usage: OpenAI.CompletionUsage | undefined): Heard => ({
  text,
  reasoning: '',
  calls: [],
  finish,
  usage: { input: usage?.prompt_tokens, output: usage?.completion_tokens },
  turn: undefined,
})

const TEXT_ALONE = 'text completions take and give text alone'
export const openaiCompletions: Driver = {
  name: 'OpenAI, completions',
  package: 'openai',
  finish: { stop: 'stop', calls: '' },
  raises: { 400: 'BadRequestError', 401: 'AuthenticationError', 429: 'RateLimitError', 451: 'APIError' },
  without: {
    'one tool': TEXT_ALONE,
    'parallel tools, streamed in fragments': TEXT_ALONE,
    'structured output': TEXT_ALONE,
    'reasoning shown': TEXT_ALONE,
    'reasoning echoed': TEXT_ALONE,
    'sealed calls echoed': TEXT_ALONE,
  },
  echoes: 'nothing',
  ask,
  raised: raisedByOpenai,
}
