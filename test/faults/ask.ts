import { Agent, request } from 'node:http'
import type { Started } from '../end-to-end/allod.ts'

export type Answer = {
  /** 0 when there was none. */
  readonly status: number
  readonly call: string
  readonly text: string
  /** Whether it ended as its framing says, and for a stream with `[DONE]`. */
  readonly complete: boolean
}

/** Asks `alias` one question over a connection of its own. */
export const ask = (exchange: Started, alias: 'near' | 'far', how: { readonly stream?: boolean; readonly text?: string } = {}) =>
  new Promise<Answer>((resolve) => {
    const stream = how.stream ?? false
    const body = JSON.stringify({ model: alias, stream, messages: [{ role: 'user', content: how.text ?? 'x' }] })
    const headers = { authorization: `Bearer ${exchange.key}`, 'content-type': 'application/json' }
    const none = { status: 0, call: '', text: '', complete: false }
    const call = request(`${exchange.url}/v1/chat/completions`, { agent: new Agent(), method: 'POST', headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('error', () => {})
      response.on('close', () => {
        const complete = response.complete && (!stream || text.includes('data: [DONE]'))
        resolve({ status: response.statusCode ?? 0, call: String(response.headers['allod-call'] ?? ''), text, complete })
      })
    })
    call.on('error', () => resolve(none))
    call.end(body)
  })

/** The message of an error in OpenAI's shape; undefined when `text` is none. */
export const errorOf = (text: string): { readonly message: string; readonly code: string } | undefined => {
  try {
    const { error } = JSON.parse(text)
    return typeof error?.message === 'string' && typeof error.code === 'string' ? error : undefined
  } catch {
    return undefined
  }
}
/** One sentence, lower case, that ends without a full stop and leaks no stack. */
export const isSentence = (message: string): boolean => /^[a-z`0-9][^\n]*[^.\s]$/.test(message) && !/ {4}at |Error:|node:/.test(message)
