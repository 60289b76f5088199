import { createHmac } from 'node:crypto'
import { Agent, request } from 'undici'
import { err, ok } from '../../core/result.ts'
import type { Clock } from '../../core/units.ts'
import type { AlertTarget } from './alert.ts'

export type WebhookSettings = {
  readonly url: string
  /** As it stands in its file: `whsec_` and base 64, or any other text. */
  readonly secret: string
}

const PATIENCE = 10_000
const MAX_ANSWER = 16_384

/** The key as https://www.standardwebhooks.com says it is written; any other text is its own bytes. */
const keyOf = (secret: string): Buffer =>
  secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret, 'utf8')

/** `v1,` and the HMAC-SHA256, in base 64, of `id.timestamp.body`. Time in seconds since 1970. */
export const webhookSignature = (secret: string, id: string, timestamp: number, body: string): string =>
  `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')}`

/**
 * Alerts as JSON to one URL, signed by the Standard Webhooks specification 1.0 (headers `webhook-id`, `webhook-timestamp`,
 * `webhook-signature`), so that a receiver can verify them with a library of its own language. An alert that is sent again keeps its id.
 * INVARIANT(G9): nothing but this address is contacted; a redirect is a failure.
 */
export const webhookTarget = ({ url, secret }: WebhookSettings, clock: Clock): AlertTarget => {
  const agent = new Agent({ connections: 1, connectTimeout: PATIENCE, headersTimeout: PATIENCE, bodyTimeout: PATIENCE })
  return {
    name: `the webhook at ${new URL(url).host}`,
    deliver: async ({ id, kind, time, exchange, sentence, fields }) => {
      const body = JSON.stringify({ id, type: kind, timestamp: new Date(time).toISOString(), exchange, sentence, data: fields })
      const timestamp = Math.floor(clock() / 1000)
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'allod',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': webhookSignature(secret, id, timestamp, body),
      }
      try {
        const answer = await request(url, { method: 'POST', headers, body, dispatcher: agent })
        await answer.body.dump({ limit: MAX_ANSWER })
        return answer.statusCode >= 200 && answer.statusCode < 300 ? ok(undefined) : err(`it answered ${answer.statusCode}`)
      } catch (failure) {
        const { code, name } = failure as NodeJS.ErrnoException
        return err(code ?? name)
      }
    },
    close: () => agent.destroy(),
  }
}
