// A provider as data: one file of profiles/ is one provider, and a new one that speaks a known dialect needs nothing else.
import { z } from 'zod'
import type { Json } from '../../core/json.ts'
import { nearest } from '../../core/nearest.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { DialectName } from '../dialects/neutral.ts'
import { type deviationsOnly, dialectDeviations } from './deviations.ts'
import { count, day, flag, headerName, headers, jsonObject, key, memberPath, source, stated, word } from './statement.ts'
import { GRAMMAR_NAMES, placeholdersOf } from './template.ts'

const DIALECTS = [
  'openai-chat',
  'openai-responses',
  'openai-completions',
  'anthropic-messages',
  'gemini',
  'cohere-chat',
  'bedrock-converse',
  'gigachat',
] as const satisfies readonly DialectName[]

const dialect = z.enum(DIALECTS)
/** An address with `{parameter}` where the owner's own names stand. */
const address = z.string().regex(/^https?:\/\/[A-Za-z0-9.{}:-]+(\/[^\s?#]*)?$/, 'must be an address that begins with `https://`')

/**
 * What the owner must name: a project in the path, a folder in the model's name. The grammar keeps it from being more than that. An
 * optional one is asked for only by what is written with it.
 */
const parameter = z.strictObject({ title: word, grammar: z.enum(GRAMMAR_NAMES), default: word.optional(), optional: flag.optional() })

/**
 * 14. In the order of preference. A key goes out as a bearer token, in a header of its own, or is exchanged for a token first. One that
 * names a dialect holds for that alone.
 */
const authentication = z.discriminatedUnion('kind', [
  stated({ kind: z.literal('none') }),
  stated({ kind: z.literal('bearer'), dialect: dialect.optional() }),
  stated({ kind: z.literal('header'), name: headerName, prefix: word.optional(), dialect: dialect.optional() }),
  stated({
    kind: z.literal('oauth'),
    tokenUrl: address,
    /**
     * `basic`: the key is the credential of the request. `form`: it stands as `client_id` and `client_secret` in its body.
     * `service-account`: a signed assertion stands for it (RFC 7523).
     */
    credential: z.enum(['basic', 'form', 'service-account']),
    /** How the assertion is signed, which member it is, and the claims that are added to it. */
    assertion: z
      .strictObject({
        algorithm: z.enum(['RS256', 'PS256']).default('RS256'),
        member: word.default('assertion'),
        claims: z.record(word, word).default({}),
      })
      .optional(),
    encoding: z.enum(['form', 'json']).default('form'),
    form: z.record(word, word).default({}),
    /** Headers that carry a fresh random UUID with each request for a token. */
    uuidHeaders: z.array(headerName).default([]),
    tokenMember: memberPath.default('access_token'),
    lifetimeSeconds: count,
  }),
  stated({ kind: z.literal('sigv4'), service: word }),
])

/** Where a selector asks the vendor to run: countries, blocs of the fact book, anywhere, the owner's own machine, or nobody knows. */
const within = z.union([
  z.enum(['anywhere', 'here', 'unknown']),
  z.array(z.string().regex(/^([A-Z]{2}|bloc:[A-Za-z0-9.-]+)$/, 'must be a country such as `FR` or a bloc such as `bloc:EU`')).min(1),
])
/**
 * 17. One place an owner can choose, and how the vendor wants to be told: by host, header, member of the body, prefix of the model's
 * name, or a parameter in the path. The first place is the one that is taken where nobody chooses.
 */
const place = stated({
  name: key,
  in: within,
  urls: z.partialRecord(dialect, address),
  headers: headers.optional(),
  body: jsonObject.optional(),
  modelPrefix: word.optional(),
  parameters: z.record(key, word).optional(),
  /** The endpoint of the fact book that this place is. */
  facts: z
    .string()
    .regex(/^endpoint:[a-z0-9][a-z0-9._-]*$/, 'must be an endpoint of the fact book')
    .optional(),
  /** 18. What the vendor multiplies its price with here. */
  priceFactor: stated({ factor: z.number().positive(), from: day.optional() }).optional(),
})
/** Whether a request for a place that cannot be had fails, and where an answer says where it ran. */
const residency = stated({
  closed: z.enum(['yes', 'no', 'unknown']),
  report: z.strictObject({ member: memberPath.optional(), header: headerName.optional(), words: z.record(word, within) }).optional(),
})

/** 15. `template` makes the endpoint's name of a model out of the owner's. `segments`: how many parts `/` divides it into. */
const modelIds = stated({ template: word.optional(), segments: count.optional(), example: word })
/** 16. Whether the vendor keeps what it is sent, and the headers that ask it not to; they are always sent. */
const logging = stated({
  default: z.enum(['on', 'off', 'unknown']),
  optOut: z.enum(['header', 'account', 'contract', 'none', 'unknown']),
  headers: headers.optional(),
})
/** 18. The names of the headers that say how much is left. */
const rateLimits = stated({
  limitRequests: headerName.optional(),
  remainingRequests: headerName.optional(),
  resetRequests: headerName.optional(),
  limitTokens: headerName.optional(),
  remainingTokens: headerName.optional(),
  resetTokens: headerName.optional(),
  retryAfter: headerName.optional(),
})

const schema = z.strictObject({
  name: key,
  title: word,
  /** `engine`: software that runs on a machine of the owner's choice; its address and its facts are the owner's. */
  kind: z.enum(['hosted', 'engine']),
  sources: z.record(key, source),
  parameters: z.record(key, parameter).default({}),
  authentication: z.array(authentication).min(1),
  /** Sent with every call. */
  headers: headers.optional(),
  /** The vendor's certificate comes from an authority that systems do not trust; the owner names its file. */
  ownAuthority: flag.default(false),
  places: z.array(place).min(1),
  residency: residency.optional(),
  modelIds: modelIds.optional(),
  logging: logging.optional(),
  rateLimits: rateLimits.optional(),
  /** Classes 1 to 13, for each dialect the provider speaks; the first is the one that is taken where nobody chooses. */
  dialects: z.partialRecord(dialect, dialectDeviations),
  note: word.max(1024).optional(),
})

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]: Frozen<T[Name]> }
    : T

export type Profile = Frozen<z.output<typeof schema>>
export type Place = Profile['places'][number]
export type Within = Place['in']
export type ProviderAuthentication = Profile['authentication'][number]
/** What one model behind one dialect does otherwise. */
export type Deviations = Frozen<z.output<typeof deviationsOnly>>
/** Each sentence names the place in the file. */
export type ProfileFailure = { readonly kind: 'profile-invalid'; readonly messages: readonly string[] }

/** Reads one decoded profile. Strict: what is unknown, misspelt or refers to nothing is a failure, all of them reported. */
export const parseProfile = (value: Json): Result<Profile, ProfileFailure> => {
  const parsed = schema.safeParse(value)
  const messages = parsed.success ? inconsistencies(parsed.data) : parsed.error.issues.flatMap(sentences)
  return parsed.success && messages.length === 0 ? ok(parsed.data) : err({ kind: 'profile-invalid', messages })
}

/**
 * The deviations that hold for a model, by the vendor's own name of it (without the prefix of a place): those of the dialect, each class
 * replaced by that of the last entry whose name fits.
 */
export const deviationsOf = (profile: Profile, dialect: DialectName, model: string): Deviations => {
  const { models = [], ...general } = profile.dialects[dialect] ?? {}
  let deviations: Deviations = general
  for (const { match, ...special } of models) if (match.some((pattern) => fits(pattern, model))) deviations = { ...deviations, ...special }
  return deviations
}

/** `*` stands for any text. Linear: the first place where a piece fits is as good as any other. */
const fits = (pattern: string, text: string): boolean => {
  const pieces = pattern.split('*')
  const last = pieces.pop() ?? ''
  const first = pieces.shift()
  if (first === undefined) return pattern === text
  let from = first.length
  if (!text.startsWith(first)) return false
  for (const piece of pieces) {
    const found = text.indexOf(piece, from)
    if (found < 0) return false
    from = found + piece.length
  }
  return text.length - last.length >= from && text.endsWith(last)
}

/** What the shape alone cannot say: every reference leads somewhere. */
const inconsistencies = (profile: Profile): string[] => {
  const messages: string[] = []
  eachStatement(profile, '', (statement, where) => {
    if (!Object.hasOwn(profile.sources, statement)) messages.push(`\`${where}\` names the source \`${statement}\`, which is not listed`)
  })
  if (Object.keys(profile.dialects).length === 0) messages.push('`dialects` must name at least one')
  messages.push(...strangeTraits(profile))
  const names = new Set(profile.places.map((each) => each.name))
  if (names.size < profile.places.length) messages.push('`places` names one place twice')
  profile.places.forEach((each, index) => {
    for (const name of Object.keys(profile.dialects))
      if (each.urls[name as DialectName] === undefined && index === 0) messages.push(`\`places.0.urls\` has no address for \`${name}\``)
    for (const name of Object.keys(each.urls))
      if (profile.dialects[name as DialectName] === undefined)
        messages.push(`\`places.${index}.urls\` names \`${name}\`, which is not spoken`)
  })
  const templates = [...profile.places.flatMap((each) => Object.values(each.urls)), profile.modelIds?.template ?? '']
  const forms = profile.authentication.flatMap((each) => (each.kind === 'oauth' ? [each.tokenUrl, ...Object.values(each.form)] : []))
  for (const name of new Set([...templates, ...forms].flatMap(placeholdersOf)))
    if (name !== 'model' && !Object.hasOwn(profile.parameters, name)) messages.push(`\`{${name}}\` is no parameter of this profile`)
  return messages
}

/** The traits of each dialect whose endpoints differ. */
const TRAITS: { readonly [name in DialectName]?: readonly string[] } = {
  'anthropic-messages': ['systemInConversation', 'thinking', 'sampling', 'unsignedThinking'],
  'openai-responses': ['openReasoning'],
}
const strangeTraits = (profile: Profile): string[] =>
  Object.entries(profile.dialects).flatMap(([name, said]) =>
    [said, ...(said?.models ?? [])].flatMap((each) =>
      Object.keys(each?.traits ?? {})
        .filter((trait) => !STATEMENT.has(trait) && !TRAITS[name as DialectName]?.includes(trait))
        .map((trait) => `\`dialects.${name}\` names the trait \`${trait}\`, which this dialect has not`),
    ),
  )
const STATEMENT: ReadonlySet<string> = new Set(['source', 'evidence', 'note'])

/** Every object with a `source`, wherever it stands. Profiles are bounded by their schema, so this is too. */
const eachStatement = (value: unknown, where: string, visit: (source: string, where: string) => void): void => {
  if (typeof value !== 'object' || value === null) return
  for (const [name, child] of Object.entries(value)) {
    if (name === 'source' && typeof child === 'string') visit(child, where)
    else eachStatement(child, where === '' ? name : `${where}.${name}`, visit)
  }
}

const sentences = (issue: z.core.$ZodIssue): string[] => {
  const where = issue.path.length > 0 ? `\`${issue.path.map(String).join('.')}\`` : 'the profile'
  if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => `\`${name}\` is not a field of ${where}${hint(name)}`)
  if (issue.code === 'invalid_type') return [`${where} must be given as ${issue.expected}`]
  return [`${where} ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`]
}
const hint = (name: string): string => {
  const close = nearest(name, [...Object.keys(schema.shape), ...Object.keys(dialectDeviations.shape), ...Object.keys(place.shape)])
  return close === undefined ? '' : `; did you mean \`${close}\`?`
}
