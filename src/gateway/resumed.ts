import { err, ok, type Result } from '../core/result.ts'
import type { Asked } from './asked.ts'
import type { Decoded } from './carriage.ts'
import { invalidBody, parseBody } from './decoded.ts'
import type { CallFailure } from './failure.ts'
import { type Resumed, resume } from './keeping.ts'
import type { GatewayPorts } from './ports.ts'
import type { Authenticated } from './stages.ts'

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()
/** In every id that the exchange gives to an item of an answer, or to a file. */
const OWN_IDS = ['_call_', 'file-']

/** A call as it goes on once what it refers to is loaded. */
export type Continuing = {
  readonly authenticated: Authenticated
  readonly decoded: Decoded | undefined
  readonly resumed: Resumed | undefined
  readonly inputBytes: number
}

/**
 * What a call has to do with what is kept. Only one that says `store: false` and names nothing that is kept here is carried as it came:
 * where nothing is said of it, an endpoint of this dialect would keep the question itself. A body of which `asked` was read is UTF-8.
 */
export const continuingOf = (
  ports: GatewayPorts,
  authenticated: Authenticated,
  body: Uint8Array,
  { asked, decoded, purpose }: { readonly asked: Asked; readonly decoded: Decoded | undefined; readonly purpose: string },
): Result<Continuing, CallFailure> => {
  const { snapshot, key, head, arrived } = authenticated
  const apart = ok({ authenticated, decoded, resumed: undefined, inputBytes: body.length })
  if (head.route !== 'responses' || ports.kept === undefined) return apart
  const text = utf8.decode(body)
  if (asked.detached && !OWN_IDS.some((mark) => text.includes(mark))) return apart
  const parsed = parseBody(authenticated, text)
  if (!parsed.ok) return err(invalidBody(parsed.error))
  const asker = { owner: { tenant: key.tenant, application: key.application }, purpose, classes: snapshot.dataClasses }
  const resumed = resume(ports.kept, asker, parsed.value, arrived)
  if (!resumed.ok) return err(failureOf(resumed.error))
  const { recall, request } = resumed.value
  const refers = recall.follows !== undefined || recall.answers.length > 0 || recall.files.length > 0
  if (asked.detached && !refers) return apart
  return ok({
    authenticated: { ...authenticated, head: { ...head, route: 'kept-responses' } },
    decoded: ok(request),
    resumed: resumed.value,
    inputBytes: refers ? Math.max(body.length, encoder.encode(JSON.stringify(request)).length) : body.length,
  })
}

type ResumeFailure = Extract<ReturnType<typeof resume>, { readonly ok: false }>['error']
const failureOf = (failure: ResumeFailure): CallFailure => {
  switch (failure.kind) {
    case 'unreadable':
      return invalidBody(failure)
    case 'absent':
      return { kind: 'absent', message: failure.message, param: failure.parameter }
    case 'gone':
      return { kind: 'absent', message: failure.message, param: null }
    case 'too-large':
      return { kind: 'body-too-large', message: failure.message }
    case 'unavailable':
      return { kind: 'keeping-unavailable', message: failure.message }
    case 'full':
    case 'damaged':
      return { kind: 'broken', message: failure.message }
  }
}
