import type { JsonObject } from '../../../src/core/json.ts'
import { HELLO, type Probe, type Seen } from '../probe.ts'
import { WEATHER } from './demonstration.ts'

const SCOPE = { scope: 'GIGACHAT_API_PERS' }

/** A question to GigaChat with a fresh token. */
export const gigachat = async ({ post, token }: Probe, members: JsonObject): Promise<Seen> => {
  const authorization = `Bearer ${await token('/api/v2/oauth', SCOPE)}`
  return post('/api/v1/chat/completions', { model: 'GigaChat-2-Max', messages: [HELLO], ...members }, { authorization })
}

export const WEATHER_FUNCTION = WEATHER.function as JsonObject
