import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { streamSSE } from 'hono/streaming'
import { z } from 'zod'
import { type Json, parseJson } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { type Answer, contract, type RouteName } from './contract/index.ts'
import type { Route } from './contract/route.ts'
import { type ConsoleFiles, sendFile } from './files.ts'
import { type ConsoleFailure, type Handlers, type SessionRoute, STATUS, type Visitor } from './handlers.ts'
import { describeContract } from './openapi.ts'
import { capabilitiesOf } from './roles.ts'
import { CSRF_HEADER, isSame, SESSION_COOKIE, type Session, type Sessions } from './sessions.ts'

export type ConsoleOptions = {
  readonly handlers: Handlers
  readonly sessions: Sessions
  /** Whose key this is. Takes the same time for every wrong one. */
  readonly findKey: (secret: string) => Result<Visitor | undefined, { readonly message: string }>
  readonly exchange: () => Answer<'GET /session'>['exchange']
  readonly files: ConsoleFiles
  /** Tells of everything that happens from now on, until the function that comes back is called. */
  readonly subscribe: (hear: (event: ConsoleEvent) => void) => () => void
  /** Told of a fault in our own code that ended one request. */
  readonly onFault: (fault: unknown) => void
}
/** Something of this topic is new: who shows it, asks again. `detail` holds what is cheaper sent than asked for. */
export type ConsoleEvent = { readonly topic: string; readonly detail?: Json }

const MAX_BODY = 1 << 20
const LIMITS = { maxLength: MAX_BODY, maxDepth: 32 }
const BASE = '/admin/v1'
const KEEP_ALIVE = 15_000
/** Nothing from elsewhere, no script in the page, nothing may frame it. `wasm-unsafe-eval` is not needed: Cedar is checked by the exchange. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** The console and the API behind it, as one listener for Node's server. It answers `/`, `/console/…` and `/admin/v1/…`. */
export const createConsole = (options: ConsoleOptions): ReturnType<typeof getRequestListener> => {
  const application = new Hono()
  application.use(async (context, next) => {
    await next()
    context.header('content-security-policy', CONTENT_SECURITY_POLICY)
    context.header('x-content-type-options', 'nosniff')
    context.header('referrer-policy', 'no-referrer')
    context.header('cross-origin-opener-policy', 'same-origin')
    context.header('cross-origin-resource-policy', 'same-origin')
  })
  application.use(`${BASE}/*`, bodyLimit({ maxSize: MAX_BODY, onError: (context) => context.json(failed(TOO_LONG), 413) }))
  application.get('/', (context) => context.redirect('/console/'))
  application.get(`${BASE}/openapi.json`, (context) => context.json(describeContract(contract)))
  application.get(`${BASE}/events`, (context) => follow(options, context))
  for (const name of Object.keys(contract) as RouteName[]) {
    const [method = '', path = ''] = name.split(' ')
    const at = `${BASE}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`
    application.on(method, at, (context) => serve(options, name, context))
  }
  application.all(`${BASE}/*`, (context) => context.json(failed({ kind: 'not-found', message: 'there is nothing at this path' }), 404))
  application.get('/console', (context) => context.redirect('/console/'))
  application.get('/console/*', (context) => sendFile(options.files, context))
  application.onError((fault, context) => {
    options.onFault(fault)
    return context.json(failed({ kind: 'unavailable', message: 'the exchange failed to handle this' }), 500)
  })
  return getRequestListener(application.fetch, { overrideGlobalObjects: false })
}

const TOO_LONG: ConsoleFailure = { kind: 'unusable', message: `the body is longer than ${MAX_BODY} bytes` }
const failed = ({ kind, message }: ConsoleFailure) => ({ error: { kind, message } })
const refuse = (context: Context, failure: ConsoleFailure): Response => {
  if (failure.kind === 'not-signed-in') context.header('www-authenticate', 'Bearer')
  if (failure.retryAfter !== undefined) context.header('retry-after', String(failure.retryAfter))
  return context.json(failed(failure), STATUS[failure.kind])
}

/** Who asks, and the session where there is one; undefined where nobody is signed in. */
type Authenticated = { readonly visitor: Visitor; readonly session?: Session; readonly token?: string }

const authenticate = ({ sessions, findKey }: ConsoleOptions, context: Context): Result<Authenticated | undefined, ConsoleFailure> => {
  const [, secret] = /^bearer (\S+)$/i.exec(context.req.header('authorization') ?? '') ?? []
  if (secret !== undefined) {
    const found = findKey(secret)
    if (!found.ok) return err({ kind: 'unavailable', message: found.error.message })
    return ok(found.value === undefined ? undefined : { visitor: found.value })
  }
  const token = getCookie(context, SESSION_COOKIE)
  if (token === undefined) return ok(undefined)
  const found = sessions.find(token)
  if (!found.ok) return err({ kind: 'unavailable', message: found.error.message })
  return ok(found.value === undefined ? undefined : { visitor: found.value.visitor, session: found.value, token })
}

/** INVARIANT: nothing is read of a body, and nothing said of what there is, before it is known who asks and that they may. */
const permitted = (route: Route, who: Authenticated | undefined, context: Context): ConsoleFailure | undefined => {
  if (route.may === 'anyone') return isForeign(context) ? FOREIGN : undefined
  if (who === undefined) return { kind: 'not-signed-in', message: 'sign in, or send an administrator’s key: `authorization: Bearer …`' }
  // A key in a header is sent on purpose; a cookie is sent by whatever page the browser shows.
  if (who.session !== undefined && context.req.method !== 'GET') {
    if (isForeign(context)) return FOREIGN
    if (!isSame(context.req.header(CSRF_HEADER) ?? '', who.session.csrf))
      return { kind: 'not-allowed', message: `the header \`${CSRF_HEADER}\` must be what \`GET ${BASE}/session\` says` }
  }
  if (route.may === 'person' || capabilitiesOf(who.visitor.role).includes(route.may)) return undefined
  return { kind: 'not-allowed', message: `the role ${who.visitor.role} may not do this; it takes one that may ${route.may}` }
}
const FOREIGN: ConsoleFailure = { kind: 'not-allowed', message: 'this was asked from the page of another site' }
/** Browsers say where a request comes from; what is no browser need not. */
const isForeign = (context: Context): boolean => {
  const site = context.req.header('sec-fetch-site')
  if (context.req.method === 'GET') return false
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  const origin = context.req.header('origin')
  return origin !== undefined && URL.parse(origin)?.host !== context.req.header('host')
}

const serve = async (options: ConsoleOptions, name: RouteName, context: Context): Promise<Response> => {
  const route: Route = contract[name]
  context.header('cache-control', 'no-store')
  const who = authenticate(options, context)
  if (!who.ok) return refuse(context, who.error)
  const refusal = permitted(route, who.value, context)
  if (refusal !== undefined) return refuse(context, refusal)
  const asked = await read(route, context)
  if (!asked.ok) return refuse(context, asked.error)
  if (isSessionRoute(name)) return ofSession(options, name, asked.value, who.value, context)
  const visitor = who.value?.visitor ?? { name: 'nobody', role: 'viewer' }
  const handle = options.handlers[name] as unknown as (asked: unknown, who: Visitor) => Promise<Result<unknown, ConsoleFailure>>
  const answered = await handle(asked.value, visitor)
  // A contract that is not held is a bug, and shows as one.
  return answered.ok ? answer(context, route.answer.parse(answered.value) as object) : refuse(context, answered.error)
}
/** What waits for another person has been taken, and not yet done. */
const answer = (context: Context, value: object): Response => context.json(value, 'proposal' in value ? 202 : 200)

type Read = { readonly path: Record<string, string>; readonly query: unknown; readonly body: unknown }
/** INVARIANT(G4): what a route does not take is refused: a `dryRun` in the wrong place must not become an order. */
const read = async (route: Route, context: Context): Promise<Result<Read, ConsoleFailure>> => {
  const query = (route.query ?? NO_QUERY).strict().safeParse(context.req.query())
  if (query.success === false) return err({ kind: 'unusable', message: sentence(query.error, 'the query') })
  const path = context.req.param() as Record<string, string>
  if (route.body === undefined && hasBody(context)) return err({ kind: 'unusable', message: 'this route takes no body' })
  if (route.body === undefined) return ok({ path, query: query.data, body: undefined })
  const parsed = parseJson(await context.req.text(), LIMITS)
  if (!parsed.ok) return err({ kind: 'unusable', message: parsed.error.message })
  const body = route.body.safeParse(parsed.value)
  if (!body.success) return err({ kind: 'unusable', message: sentence(body.error, 'the body') })
  return ok({ path, query: query.data, body: body.data })
}
const NO_QUERY = z.object({})
/** An empty text, or an empty object, says nothing. */
const hasBody = ({ req }: Context): boolean =>
  req.header('transfer-encoding') !== undefined || Number(req.header('content-length') ?? 0) > '{}'.length
const sentence = (error: z.ZodError, where: string): string => {
  const [issue] = error.issues
  const at = issue === undefined || issue.path.length === 0 ? where : `\`${issue.path.join('.')}\` of ${where}`
  return `${at}: ${(issue?.message ?? 'it is unusable').toLowerCase()}`
}

const isSessionRoute = (name: RouteName): name is SessionRoute => name.endsWith(' /session')

const ofSession = (
  { sessions, findKey, exchange }: ConsoleOptions,
  name: SessionRoute,
  { body }: Read,
  who: Authenticated | undefined,
  context: Context,
): Response => {
  const show = ({ visitor: { name, role }, csrf }: Session): Response =>
    context.json({ person: { name, role, capabilities: [...capabilitiesOf(role)] }, csrf, exchange: exchange() })
  if (name === 'GET /session') return show(who?.session ?? { visitor: who?.visitor as Visitor, csrf: '' })
  if (name === 'DELETE /session') {
    const closed = sessions.close(who?.token ?? '')
    deleteCookie(context, SESSION_COOKIE, { path: '/' })
    return closed.ok ? context.json({}) : refuse(context, { kind: 'unavailable', message: closed.error.message })
  }
  const found = findKey((body as { readonly key: string }).key)
  if (!found.ok) return refuse(context, { kind: 'unavailable', message: found.error.message })
  if (found.value === undefined) return refuse(context, { kind: 'not-signed-in', message: 'this is no administrator’s key' })
  const opened = sessions.open(found.value)
  if (!opened.ok) return refuse(context, { kind: 'unavailable', message: opened.error.message })
  setCookie(context, SESSION_COOKIE, opened.value.token, { path: '/', httpOnly: true, sameSite: 'Strict' })
  return show(opened.value.session)
}

/** Server-sent events: each names a topic of which something is new. */
const follow = (options: ConsoleOptions, context: Context): Response => {
  const who = authenticate(options, context)
  if (!who.ok) return refuse(context, who.error)
  if (who.value === undefined) return refuse(context, { kind: 'not-signed-in', message: 'sign in first' })
  context.header('cache-control', 'no-store')
  return streamSSE(context, async (stream) => {
    const unsubscribe = options.subscribe(({ topic, detail }) => {
      stream.writeSSE({ event: topic, data: JSON.stringify(detail ?? null) })
    })
    stream.onAbort(unsubscribe)
    while (!stream.aborted && !stream.closed) {
      await stream.writeSSE({ event: 'alive', data: '' })
      await stream.sleep(KEEP_ALIVE)
    }
    unsubscribe()
  })
}
