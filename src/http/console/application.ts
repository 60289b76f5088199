import type { IncomingMessage } from 'node:http'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { type Context as AnyContext, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { z } from 'zod'
import { parseJson } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { type BodyLimits, readBody } from './body.ts'
import { contract, type RouteName } from './contract/index.ts'
import { FileAnswer, type Route } from './contract/route.ts'
import { type ConsoleEvent, follow } from './event-stream.ts'
import { type ConsoleFiles, sendFile } from './files.ts'
import { type ConsoleFailure, type Handlers, STATUS, type Visit, type Visitor } from './handlers.ts'
import { describeContract } from './openapi.ts'
import { capabilitiesOf } from './roles.ts'
import { sendParts } from './send-parts.ts'
import { CSRF_HEADER, isSame, SESSION_COOKIE, type Session, type Sessions } from './sessions.ts'

export type ConsoleOptions = {
  readonly handlers: Handlers
  readonly sessions: Sessions
  /** Whose key this is. Takes the same time for every wrong one. */
  readonly findKey: (secret: string) => Result<Visitor | undefined, { readonly message: string }>
  /** Sign-in with a provider; undefined where none is configured. */
  readonly openid?: OpenidDoor
  readonly files: ConsoleFiles
  /** Whether this exchange is known as `host:port`; what comes under another name was led here by somebody else’s. */
  readonly isOwnHost: (host: string) => boolean
  /** `host:port` of the address that the configuration names, which a proxy may not pass on. */
  readonly publicHost?: string
  /** Whether people reach it through TLS, so that the cookie never travels without. */
  readonly isSecure: boolean
  /** Tells of everything that happens from now on, until the function that comes back is called. */
  readonly subscribe: (hear: (event: ConsoleEvent) => void) => () => void
  /** How long a body may take, in milliseconds. */
  readonly patience: number
  /** Told of a fault in our own code that ended one request. */
  readonly onFault: (fault: unknown) => void
}
/** A sign-in that leaves for a provider and comes back. `memory` is a cookie that ties the one to the other. */
export type OpenidDoor = {
  begin(): Promise<Result<{ readonly location: string; readonly memory: string }, ConsoleFailure>>
  finish(query: string, memory: string, visit: Visit): Promise<Result<void, ConsoleFailure>>
}
export type Context = AnyContext<{ Bindings: HttpBindings }>

const MAX_BODY = 1 << 20
const LIMITS = { maxLength: MAX_BODY, maxDepth: 32 }
const BASE = '/admin/v1'
const OPENID = `${BASE}/session/openid`
const OPENID_COOKIE = 'allod-openid'
const OPENID_SECONDS = 600
/** Nothing from elsewhere, no script in the page, nothing may frame it. `wasm-unsafe-eval` is not needed: Cedar is checked by the exchange. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** The console and the API behind it, as one listener for Node's server. It answers `/`, `/console/…` and `/admin/v1/…`. */
export const createConsole = (options: ConsoleOptions): ReturnType<typeof getRequestListener> => {
  const application = new Hono<{ Bindings: HttpBindings }>()
  application.use(async (context, next) => {
    await next()
    context.header('content-security-policy', CONTENT_SECURITY_POLICY)
    context.header('x-content-type-options', 'nosniff')
    context.header('x-frame-options', 'DENY')
    context.header('referrer-policy', 'no-referrer')
    context.header('cross-origin-opener-policy', 'same-origin')
    context.header('cross-origin-resource-policy', 'same-origin')
    if (options.isSecure) context.header('strict-transport-security', 'max-age=31536000')
  })
  application.use(`${BASE}/*`, async (context, next) => {
    context.header('cache-control', 'no-store')
    return options.isOwnHost(context.req.header('host') ?? '') ? next() : refuse(context, STRANGE_HOST)
  })
  application.get('/', (context) => lead(context, '/console/'))
  application.get(`${BASE}/openapi.json`, (context) => context.json(describeContract(contract)))
  application.get(`${BASE}/events`, (context) => {
    const who = authenticate(options, context)
    if (!who.ok) return refuse(context, who.error)
    return who.value === undefined
      ? refuse(context, NOT_SIGNED_IN)
      : follow(context, options.subscribe, () => isStillThere(options, context))
  })
  application.get(OPENID, (context) => leave(options, context))
  application.get(`${OPENID}/return`, (context) => comeBack(options, context))
  for (const name of Object.keys(contract) as RouteName[]) {
    const [method = ''] = name.split(' ')
    application.on(method, patternOf(name), (context) => serve(options, name, context))
  }
  for (const pattern of new Set((Object.keys(contract) as RouteName[]).map(patternOf)))
    application.all(pattern, (context) => refuse(context, { kind: 'method-unsupported', message: 'this path does not take this method' }))
  application.all(`${BASE}/*`, (context) => refuse(context, { kind: 'not-found', message: 'there is nothing at this path' }))
  application.get('/console', (context) => lead(context, '/console/'))
  application.get('/console/*', (context) => sendFile(options.files, context))
  application.onError((fault, context) => {
    options.onFault(fault)
    return context.json(failed({ kind: 'unavailable', message: 'the exchange failed to handle this' }), 500)
  })
  // Node itself drops what is left of a body; this library would break the connection off.
  return getRequestListener(application.fetch as Parameters<typeof getRequestListener>[0], {
    overrideGlobalObjects: false,
    autoCleanupIncoming: false,
  })
}
const patternOf = (name: RouteName): string => `${BASE}${(name.split(' ')[1] ?? '').replaceAll(/\{(\w+)\}/g, ':$1')}`

const NOT_SIGNED_IN: ConsoleFailure = {
  kind: 'not-signed-in',
  message: 'sign in, or send an administrator’s key: `authorization: Bearer …`',
}
const STRANGE_HOST: ConsoleFailure = {
  kind: 'not-allowed',
  message: 'the exchange is not known by this name; its owner names the address in `console.url`',
}
const FOREIGN: ConsoleFailure = { kind: 'not-allowed', message: 'this was asked from the page of another site' }

const failed = ({ kind, message }: ConsoleFailure) => ({ error: { kind, message } })
const refuse = (context: Context, failure: ConsoleFailure): Response => {
  if (failure.kind === 'not-signed-in') context.header('www-authenticate', 'Bearer')
  if (failure.kind === 'too-slow') context.header('connection', 'close')
  if (failure.retryAfter !== undefined) context.header('retry-after', String(failure.retryAfter))
  return context.json(failed(failure), STATUS[failure.kind])
}

/** Elsewhere, with nothing to read here. */
const lead = (context: Context, location: string): Response => {
  context.header('content-length', '0')
  return context.redirect(location)
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
const isStillThere = (options: ConsoleOptions, context: Context): boolean => {
  const who = authenticate(options, context)
  return who.ok && who.value !== undefined
}

/** INVARIANT: nothing is read of a body, and nothing said of what there is, before it is known who asks and that they may. */
const permitted = (route: Route, who: Authenticated | undefined, context: Context, publicHost?: string): ConsoleFailure | undefined => {
  const isForeign = context.req.method !== 'GET' && isFromElsewhere(context, publicHost)
  if (route.may === 'anyone') return isForeign ? FOREIGN : undefined
  if (who === undefined) return NOT_SIGNED_IN
  // A key in a header is sent on purpose; a cookie is sent by whatever page the browser shows.
  if (who.session !== undefined && context.req.method !== 'GET') {
    if (isForeign) return FOREIGN
    if (!isSame(context.req.header(CSRF_HEADER) ?? '', who.session.csrf))
      return { kind: 'not-allowed', message: `the header \`${CSRF_HEADER}\` must be what \`GET ${BASE}/session\` says` }
  }
  if (route.may === 'person' || capabilitiesOf(who.visitor.role).includes(route.may)) return undefined
  return { kind: 'not-allowed', message: `the role ${who.visitor.role} may not do this; it takes one that may ${route.may}` }
}
/** Browsers say where a request comes from; what is no browser need not. */
const isFromElsewhere = (context: Context, publicHost?: string): boolean => {
  const site = context.req.header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  const origin = context.req.header('origin')
  if (origin === undefined) return false
  const host = URL.parse(origin)?.host
  return host === undefined || (host !== context.req.header('host') && host !== publicHost)
}

const serve = async (options: ConsoleOptions, name: RouteName, context: Context): Promise<Response> => {
  const route: Route = contract[name]
  const who = authenticate(options, context)
  if (!who.ok) return refuse(context, who.error)
  const refusal = permitted(route, who.value, context, options.publicHost)
  if (refusal !== undefined) return refuse(context, refusal)
  const asked = await read(route, context, { maxBytes: MAX_BODY, patience: options.patience })
  if (!asked.ok) return refuse(context, asked.error)
  const handle = options.handlers[name] as unknown as LooseHandler
  const visit = visitOf(options, context, who.value?.token)
  const answered = await handle(asked.value, who.value?.visitor ?? NOBODY, context.req.raw.signal, visit)
  if (!answered.ok) return refuse(context, answered.error)
  if (answered.value instanceof FileAnswer) return sendParts(context, answered.value)
  // A contract that is not held is a bug, and shows as one.
  return answer(context, route.answer.parse(answered.value) as object)
}
type LooseHandler = (asked: Read, who: Visitor, gone: AbortSignal, visit: Visit) => Promise<Result<unknown, ConsoleFailure>>
const NOBODY: Visitor = { name: 'nobody', role: 'viewer' }
/** What waits for another person has been taken, and not yet done. */
const answer = (context: Context, value: object): Response => context.json(value, 'proposal' in value ? 202 : 200)

const visitOf = ({ isSecure }: ConsoleOptions, context: Context, token?: string): Visit => ({
  address: incomingOf(context).socket.remoteAddress ?? 'unknown',
  ...(token === undefined ? {} : { token }),
  remember: (next) => setCookie(context, SESSION_COOKIE, next, { path: '/', httpOnly: true, sameSite: 'Strict', secure: isSecure }),
  forget: () => void deleteCookie(context, SESSION_COOKIE, { path: '/', secure: isSecure }),
})
const incomingOf = (context: Context): IncomingMessage => context.env.incoming as IncomingMessage

type Read = { readonly path: Record<string, string>; readonly query: unknown; readonly body: unknown }
/** INVARIANT(G4): what a route does not take is refused: a `dryRun` in the wrong place must not become an order. */
const read = async (route: Route, context: Context, limits: BodyLimits): Promise<Result<Read, ConsoleFailure>> => {
  const query = (route.query ?? NO_QUERY).strict().safeParse(context.req.query())
  if (query.success === false) return err({ kind: 'unusable', message: sentence(query.error, 'the query') })
  const path = context.req.param() as Record<string, string>
  const text = context.req.method === 'GET' ? ok('') : await readBody(incomingOf(context), limits)
  if (!text.ok) return text
  if (route.body === undefined) {
    const isEmpty = text.value === '' || text.value === '{}'
    return isEmpty ? ok({ path, query: query.data, body: undefined }) : err({ kind: 'unusable', message: 'this route takes no body' })
  }
  const parsed = parseJson(text.value, LIMITS)
  if (!parsed.ok) return err({ kind: 'unusable', message: parsed.error.message })
  const body = route.body.safeParse(parsed.value)
  if (!body.success) return err({ kind: 'unusable', message: sentence(body.error, 'the body') })
  return ok({ path, query: query.data, body: body.data })
}
const NO_QUERY = z.object({})
const sentence = (error: z.ZodError, where: string): string => {
  const [issue] = error.issues
  const at = issue === undefined || issue.path.length === 0 ? where : `\`${issue.path.join('.')}\` of ${where}`
  return `${at}: ${(issue?.message ?? 'it is unusable').toLowerCase()}`
}

/** Off to the provider, with a cookie that only this browser has. */
const leave = async ({ openid, isSecure }: ConsoleOptions, context: Context): Promise<Response> => {
  const begun = await openid?.begin()
  if (begun === undefined) return refuse(context, { kind: 'not-found', message: 'there is no provider to sign in with' })
  if (!begun.ok) return lead(context, `/console/?sign-in=${begun.error.kind}`)
  const { location, memory } = begun.value
  // Lax: whoever comes back comes from the provider's page.
  setCookie(context, OPENID_COOKIE, memory, { path: OPENID, httpOnly: true, sameSite: 'Lax', secure: isSecure, maxAge: OPENID_SECONDS })
  return lead(context, location)
}
const comeBack = async (options: ConsoleOptions, context: Context): Promise<Response> => {
  const { openid, isSecure } = options
  const query = new URL(context.req.url).search
  const finished = await openid?.finish(query, getCookie(context, OPENID_COOKIE) ?? '', visitOf(options, context))
  if (finished === undefined) return refuse(context, { kind: 'not-found', message: 'there is no provider to sign in with' })
  deleteCookie(context, OPENID_COOKIE, { path: OPENID, secure: isSecure })
  return lead(context, finished.ok ? '/console/' : `/console/?sign-in=${finished.error.kind}`)
}
