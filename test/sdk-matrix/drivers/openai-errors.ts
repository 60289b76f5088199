import OpenAI from 'openai'
import type { Raised } from '../driver.ts'

export const raisedByOpenai = (failure: unknown): Raised => {
  if (!(failure instanceof Error)) throw failure
  const api = failure instanceof OpenAI.APIError ? failure : undefined
  return {
    name: failure.constructor.name,
    status: api?.status,
    retryAfter: api?.headers?.get('retry-after') ?? undefined,
    message: failure.message,
  }
}
