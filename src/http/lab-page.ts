import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { LAB_STYLE } from '../gateway/lab/page.ts'

/** The page may do nothing but look as it does: what an endpoint said stands on it. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(LAB_STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
const HEADERS = [
  'vary',
  'accept',
  'x-content-type-options',
  'nosniff',
  'content-security-policy',
  POLICY,
  'referrer-policy',
  'no-referrer',
  'access-control-allow-origin',
  '*',
]

/** Answers with what the lab measured: as JSON where that is asked for, and to whoever accepts it and no page. */
export const sendLab = (
  { headers: { accept = '' } }: IncomingMessage,
  response: ServerResponse,
  asked: 'json' | undefined,
  lab: (form: 'html' | 'json') => string,
): void => {
  const form = asked ?? (/application\/json/i.test(accept) && !/text\/html/i.test(accept) ? 'json' : 'html')
  const text = lab(form)
  const type = form === 'json' ? 'application/json' : 'text/html; charset=utf-8'
  response.writeHead(200, ['content-type', type, 'content-length', String(Buffer.byteLength(text)), ...HEADERS])
  response.end(text)
}
