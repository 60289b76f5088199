import type { IncomingMessage } from 'node:http'
import { err, ok, type Result } from '../core/result.ts'
import type { CallFailure } from '../gateway/failure.ts'
import type { IncomingHead, Route } from '../gateway/ports.ts'

/** The head of an inference request, and what only the server needs of it. */
export type ReadHead = { readonly head: IncomingHead; readonly contentType: string | undefined; readonly contentLength: number | undefined }

/** Headers an endpoint may see. */
const FORWARDED: ReadonlySet<string> = new Set(['accept', 'openai-beta'])
/** Headers that decide something. Given twice, two readers could act on two values, so that is refused. */
const SINGLE = [
  'authorization',
  'content-type',
  'content-length',
  'content-encoding',
  'allod-data-class',
  'allod-purpose',
  'allod-subject',
] as const
type Single = (typeof SINGLE)[number]
const isSingle = (name: string): name is Single => (SINGLE as readonly string[]).includes(name)

/** Reads the raw header list once; Node's joined and de-duplicated view would hide a header given twice. */
export const readHead = (request: IncomingMessage, route: Route): Result<ReadHead, CallFailure> => {
  const { rawHeaders } = request
  const found: Partial<Record<Single, string>> = {}
  const forwarded: string[] = []
  let accept: string | undefined
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase()
    const value = rawHeaders[i + 1] as string
    if (isSingle(name)) {
      if (found[name] !== undefined) return err({ kind: 'header-invalid', header: name, message: `\`${name}\` is given twice` })
      found[name] = value
    } else if (name === 'jurisdiction-accept') accept = accept === undefined ? value : `${accept}, ${value}`
    else if (FORWARDED.has(name)) forwarded.push(name, value)
  }
  if (found['content-encoding'] !== undefined && found['content-encoding'] !== 'identity')
    return err({ kind: 'media-unsupported', message: 'the body must not be compressed' })
  const length = found['content-length']
  return ok({
    head: {
      route,
      authorization: found.authorization,
      dataClass: found['allod-data-class'],
      purpose: found['allod-purpose'],
      jurisdictionAccept: accept,
      subject: found['allod-subject'],
      forwarded,
    },
    contentType: found['content-type'],
    contentLength: length === undefined ? undefined : Number(length),
  })
}

/** `application/json`, with or without parameters. */
export const isJsonType = (value: string | undefined): boolean =>
  value === 'application/json' || (value !== undefined && /^application\/json\s*(;|$)/i.test(value))
