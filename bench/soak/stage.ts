// What stands on the stage of the soak: endpoints, aliases and applications, and the configuration that says so.

/** `atHome`: its facts keep all three powers at home. `steadfast`: nothing ever happens to it. */
export type StagedEndpoint = {
  readonly name: string
  readonly dialect: 'openai-chat' | 'anthropic-messages'
  readonly atHome: boolean
  readonly steadfast: boolean
  /** Money per million tokens, so millionths per token. */
  readonly price: { readonly input: number; readonly output: number }
  readonly room?: string
}
const ROOM = 'concurrency: { calls: 6, queue: 12, waitSeconds: 2 }'
export const ENDPOINTS: readonly StagedEndpoint[] = [
  { name: 'home-a', dialect: 'openai-chat', atHome: true, steadfast: false, price: { input: 1, output: 3 } },
  { name: 'home-b', dialect: 'anthropic-messages', atHome: true, steadfast: false, price: { input: 2, output: 4 } },
  { name: 'narrow', dialect: 'openai-chat', atHome: true, steadfast: false, price: { input: 1, output: 2 }, room: ROOM },
  { name: 'anchor', dialect: 'openai-chat', atHome: true, steadfast: true, price: { input: 2, output: 2 } },
  { name: 'far-a', dialect: 'openai-chat', atHome: false, steadfast: false, price: { input: 1, output: 4 } },
  { name: 'far-b', dialect: 'anthropic-messages', atHome: false, steadfast: false, price: { input: 3, output: 15 } },
]
export const endpointNamed = (name: string): StagedEndpoint => {
  const found = ENDPOINTS.find((endpoint) => endpoint.name === name)
  if (found === undefined) throw new Error(`there is no endpoint ${name}`)
  return found
}

export type StagedAlias = { readonly targets: readonly string[]; readonly continuations: number }
/** Whoever calls `sure` or `steady` has an endpoint left at every moment; the other aliases may lose all of theirs. */
export const ALIASES: Readonly<Record<string, StagedAlias>> = {
  sure: { targets: ['far-a', 'anchor'], continuations: 1 },
  steady: { targets: ['home-a', 'home-b', 'anchor'], continuations: 1 },
  pair: { targets: ['far-b', 'home-b'], continuations: 0 },
  abroad: { targets: ['far-a', 'far-b'], continuations: 1 },
  narrow: { targets: ['narrow', 'home-b'], continuations: 0 },
}

export type StagedApplication = {
  readonly name: string
  readonly dataClass: 'public' | 'internal'
  readonly priority: string
  readonly aliases: readonly [string, ...string[]]
  /** Of all calls. */
  readonly share: number
}
/** The budget of `frugal` is meant to run out on the way. */
export const APPLICATIONS: readonly StagedApplication[] = [
  {
    name: 'ministry/desk',
    dataClass: 'public',
    priority: 'everything',
    aliases: ['sure', 'steady', 'pair', 'abroad', 'narrow'],
    share: 0.55,
  },
  { name: 'ministry/ward', dataClass: 'internal', priority: 'emergency', aliases: ['sure', 'steady', 'pair', 'narrow'], share: 0.2 },
  { name: 'town/portal', dataClass: 'public', priority: 'administration', aliases: ['sure', 'steady', 'abroad', 'narrow'], share: 0.23 },
  { name: 'town/frugal', dataClass: 'public', priority: 'everything', aliases: ['sure', 'pair'], share: 0.02 },
]

/** Internal data stays at home by the preset in force; public data may go anywhere. */
export const permitted = (alias: string, dataClass: StagedApplication['dataClass']): readonly string[] =>
  (ALIASES[alias]?.targets ?? []).filter((target) => dataClass === 'public' || endpointNamed(target).atHome)

/** What an endpoint counts differs from call to call, so that no sum is right by accident; of three and of two digits. */
export const usageOf = (number: number): { readonly input: number; readonly output: number } => ({
  input: 100 + (number % 97),
  output: 10 + (number % 41),
})
/** How often an endpoint reported so many tokens in an answer that it wrote to the end: `input output` to a count. */
export type Reported = Readonly<Record<string, number>>
export const MAX_TOKENS = 64
/** Text that only the answer to this question holds. */
export const answerTo = (number: string): string => `answer ${number} is whole.`
export const LIMITS = { callTimeoutSeconds: 20, callerIdleSeconds: 4 } as const

export type Edition = {
  readonly ports: Readonly<Record<string, number>>
  readonly frugalLimit: number
  readonly narrowOrder: 'listed' | 'fastest'
}
const OWNER = {
  true: ['located-in country:FR', 'operated-by entity:operator'],
  false: ['located-in country:US', 'operated-by entity:foreign'],
}
const STANDALONE = ['hosted-on self', 'fronted-by nobody', 'identity-by self', 'dns-by self']

const facts = (): string =>
  [
    ...ENDPOINTS.flatMap(({ name, atHome }) =>
      [...OWNER[`${atHome}`], `custody ${atHome ? 'entity:operator' : 'remote'}`, ...STANDALONE].map((row) => [`endpoint:${name}`, row]),
    ),
    ['entity:foreign', 'established-in country:US'],
    ['entity:foreign', 'owned-by nobody'],
  ]
    .map(([subject, statement = ''], index) => {
      const [predicate, object] = statement.split(' ')
      return `    - { id: s${index}, subject: '${subject}', predicate: ${predicate}, object: '${object}', source: the soak, sourceKind: owner, asOf: '2026-11-01', evidence: attested }`
    })
    .join('\n')

const endpoint = ({ name, dialect, price, room }: StagedEndpoint, { ports }: Edition): string => {
  const model = `{ m: { price: { input: ${price.input}, output: ${price.output} }, maxOutputTokens: ${MAX_TOKENS}${room === undefined ? '' : `, ${room}`} } }`
  return `  ${name}: { kind: ${dialect}, baseUrl: 'http://127.0.0.1:${ports[name]}/v1', models: ${model}, maxConnections: 256, timeouts: { connectSeconds: 1, firstByteSeconds: 2, idleSeconds: 2 } }`
}
const alias = (name: string, { targets, continuations }: StagedAlias, { narrowOrder }: Edition): string =>
  `  ${name}: { targets: [${targets.map((target) => `${target}/m`).join(', ')}], continuations: ${continuations}, unsupported: warn, order: ${name === 'narrow' ? narrowOrder : 'listed'} }`

const tenant = (name: string, { frugalLimit }: Edition): string =>
  [
    `  ${name}:`,
    '    budget: { limit: 1000000, period: total }',
    '    applications:',
    ...APPLICATIONS.filter((application) => application.name.startsWith(`${name}/`)).map((application) => {
      const own = application.name.slice(name.length + 1)
      const limit = own === 'frugal' ? frugalLimit : 1_000_000
      return `      ${own}: { dataClassFloor: ${application.dataClass}, priority: ${application.priority}, aliases: [${application.aliases.join(', ')}], budget: { limit: ${limit}, period: total } }`
    }),
  ].join('\n')

export const configuration = (edition: Edition): string => `exchange: { name: soak.example, seat: FR, operator: the soak }
home: [FR]
currency: EUR
policy: { preset: hybrid }
sets: { adequate: [bloc:EEA] }
facts:
  rows:
${facts()}
endpoints:
${ENDPOINTS.map((each) => endpoint(each, edition)).join('\n')}
aliases:
${Object.entries(ALIASES)
  .map(([name, each]) => alias(name, each, edition))
  .join('\n')}
tenants:
${['ministry', 'town'].map((name) => tenant(name, edition)).join('\n')}
limits: { callTimeoutSeconds: ${LIMITS.callTimeoutSeconds}, callerIdleSeconds: ${LIMITS.callerIdleSeconds}, maxConcurrentCalls: 4096 }
`
