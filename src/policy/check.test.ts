import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextOf, places, presetText, reachOf, sha256 } from '../../test/policy-worlds.ts'
import type { AliasName, ApplicationId, EndpointId, ModelName, TenantId } from '../core/ids.ts'
import type { Jurisdiction } from '../core/jurisdiction.ts'
import { checkPolicies } from './check.ts'
import { formatCheck } from './check-format.ts'
import type { CheckedAlias, CheckedCaller, CheckedEndpointModel, CheckInput, CheckReport } from './check-types.ts'

const model = (name: string, see: string[], stop = see, tags: string[] = []): CheckedEndpointModel => {
  const [endpoint = '', model = ''] = name.split('/')
  return { endpoint: endpoint as EndpointId, model: model as ModelName, reach: reachOf(see, stop), facts: [`about ${name}`], tags }
}
const alias = (name: string, targets: string[], refuses: string[] = []): CheckedAlias => ({
  name: name as AliasName,
  targets: targets.map((target) => {
    const [endpoint = '', model = ''] = target.split('/')
    return { endpoint: endpoint as EndpointId, model: model as ModelName }
  }),
  byJurisdiction: new Map(),
  refuses,
})
const caller = (changes: Partial<CheckedCaller> = {}): CheckedCaller => ({
  tenant: 'ministry' as TenantId,
  application: 'assistant' as ApplicationId,
  dataClassFloor: 'public',
  purposes: ['general'],
  aliases: 'all',
  ...changes,
})
const MODELS = [
  model('local/seed', ['FR']),
  model('alps/apertus', ['CH']),
  model('frontier/big', ['US']),
  model('vague/some', ['FR', 'unknown']),
]
const hybrid = (changes: Partial<CheckInput> = {}): CheckInput => ({
  texts: [presetText('hybrid')],
  context: contextOf(),
  obligationsSupported: new Set(),
  digest: sha256,
  seat: 'FR' as Jurisdiction,
  endpointModels: MODELS,
  aliases: [alias('assistant', ['frontier/big', 'alps/apertus', 'local/seed'])],
  callers: [caller()],
  ...changes,
})
const own = (text: string) => ({ name: 'own.cedar', text })
const check = (input: CheckInput): CheckReport => {
  const result = checkPolicies(input)
  if (!result.ok) assert.fail(result.error.message)
  const widest = Math.max(
    ...formatCheck(result.value)
      .split('\n')
      .map((line) => line.length),
  )
  assert.ok(widest <= 100, `a line of ${widest} columns`)
  return result.value
}
const kinds = (findings: CheckReport['failures']): string[] => findings.map(({ kind }) => kind)

test('a whole hybrid passes, and the matrix says who decided each cell', () => {
  const report = check(hybrid())
  assert.ok(report.passes)
  const [matrix] = report.matrices
  assert.deepEqual(
    matrix?.rows.map(({ endpoint, cells }) => [endpoint, cells.map(({ permit }) => permit)]),
    [
      ['local', [true, true, true, true]],
      ['alps', [true, true, false, false]],
      ['frontier', [true, false, false, false]],
      ['vague', [true, false, false, false]],
    ],
  )
  assert.deepEqual(matrix?.rows[2]?.cells[2]?.by, ['hybrid-internal-not-adequate', 'hybrid-confidential-home-only'])
  assert.deepEqual(
    report.routes.map(({ dataClass, plan }) => [dataClass, plan]),
    [
      ['public', ['frontier/big', 'alps/apertus', 'local/seed']],
      ['internal', ['alps/apertus', 'local/seed']],
      ['confidential', ['local/seed']],
      ['secret', ['local/seed']],
    ],
  )
  assert.deepEqual(report.enumerated, {
    questions: 16,
    routes: 4,
    failureStates: 32,
    // One of eight for public, two for internal, four each for the two that only home may answer.
    failureStatesWithoutRoute: 11,
    boundedAliases: [],
    hypotheticalQuestions: 0,
    hypotheticalComplete: true,
  })
})

test('a class without a permitted endpoint fails, unless the alias is meant to refuse it', () => {
  const abroad = (refuses: string[]) => check(hybrid({ aliases: [alias('abroad', ['frontier/big', 'vague/some'], refuses)] }))
  assert.deepEqual(abroad([]).failures, [
    {
      kind: 'no-route',
      message: 'alias `abroad` has no permitted endpoint for `internal`, `confidential`, `secret` (ministry/assistant for `general`)',
    },
  ])
  assert.deepEqual(abroad(['confidential', 'secret']).failures.length, 1)
  const meant = abroad(['internal', 'confidential', 'secret'])
  assert.ok(meant.passes)
  assert.match(formatCheck(meant), /alias `abroad` refuses internal, confidential, secret, as it is meant to/)
  assert.deepEqual(
    kinds(abroad(['public', 'internal', 'confidential', 'secret']).warnings).filter((kind) => kind === 'refuses-in-vain').length,
    1,
  )
  const floor = check(hybrid({ aliases: [alias('inland', ['local/seed'])], callers: [caller({ dataClassFloor: 'secret' })] }))
  assert.ok(floor.passes, 'classes below the floor are never asked for')
  assert.equal(floor.enumerated.questions, 4)
})

test('targets for callers from elsewhere count only for callers from there', () => {
  const split = {
    ...alias('assistant', ['local/seed']),
    byJurisdiction: new Map([['IN' as Jurisdiction, alias('x', ['frontier/big']).targets]]),
  }
  const here = check(hybrid({ aliases: [split] }))
  assert.ok(here.passes)
  assert.match(here.warnings.find(({ kind }) => kind === 'unreached-alias')?.message ?? '', /from `IN`, but no caller is from there/)
  const there = check(hybrid({ aliases: [split], callers: [caller({ jurisdiction: 'IN' as Jurisdiction })] }))
  assert.deepEqual(kinds(there.failures), ['no-route'])
})

test('a policy that names what does not exist, contradicts itself or is always overridden can never apply', () => {
  const small = {
    endpointModels: [model('local/seed', ['FR'])],
    aliases: [],
    context: contextOf({ sets: new Map([['adequate', places('CH')]]) }),
  }
  const saying = (condition: string) =>
    check(
      hybrid({
        ...small,
        texts: [presetText('hybrid'), own(`@id("own") @reason("because") permit (principal, action, resource) when { ${condition} };`)],
      }),
    )
  for (const condition of [
    'resource in Endpoint::"fronteir"',
    'principal in Tenant::"ministy"',
    'context.purpose == "genral"',
    'resource.tags.contains("partnr")',
    'context.dataClass > context.classes.secret',
    'context.dataClass >= context.classes.confidential && resource.see.contains("US")',
    'context.dataClass < 1 && context.dataClass > 2',
  ])
    assert.deepEqual(kinds(saying(condition).failures), ['never-applies'], condition)
  assert.deepEqual(kinds(saying('resource has sea && resource.see.isEmpty()').failures), ['never-applies'])
})

test('a policy that waits for other facts, another day or another tenant is only idle', () => {
  const texts = (condition: string) => [
    presetText('hybrid'),
    own(`@id("own") @reason("because") forbid (principal, action, resource) when { ${condition} };`),
  ]
  for (const condition of ['resource.change.contains("CN")', 'context.today > datetime("2030-06-30")', 'principal.home.isEmpty()']) {
    const report = check(hybrid({ texts: texts(condition) }))
    assert.ok(report.passes, condition)
    assert.match(
      report.warnings.find(({ kind }) => kind === 'idle-policy')?.message ?? '',
      /`own` \(own.cedar:1\) decides nothing as things stand/,
    )
    assert.ok(report.enumerated.hypotheticalQuestions > 0)
  }
})

test('every preset passes over a small configuration of its own kind', () => {
  const partner = model('delhi/indus', ['IN'], ['IN'], ['partner'])
  const agency = caller({ tenant: 'agency' as TenantId })
  for (const name of ['full-stack', 'coalition', 'hybrid', 'partnership'] as const) {
    const input = hybrid({
      texts: [presetText(name)],
      endpointModels: [...MODELS, partner, model('berlin/teuken', ['DE'])],
      aliases: [alias('assistant', ['delhi/indus', 'local/seed', 'berlin/teuken'])],
      callers: [caller(), agency],
    })
    assert.deepEqual(check(input).failures, [], name)
  }
})

test('one actor abroad who can stop every route of a class is told', () => {
  const report = check(
    hybrid({
      endpointModels: [model('leased/seed', ['FR'], ['FR', 'US']), model('frontier/big', ['US'])],
      aliases: [alias('assistant', ['frontier/big', 'leased/seed'], ['secret'])],
    }),
  )
  const cut = report.warnings.filter(({ kind }) => kind === 'one-actor')
  assert.deepEqual(
    cut.map(({ message }) => message),
    [
      'alias `assistant` has nothing left when `US` stops what it can stop for `public`, `internal`, `confidential` (ministry/assistant for `general`)',
    ],
  )
})

test('a policy that cannot be evaluated for some call fails the check by name', () => {
  const trap = own(
    '@id("trap") @reason("adds too much") forbid (principal, action, resource) when { context.dataClass * 9223372036854775807 < 0 };',
  )
  const report = check(hybrid({ texts: [presetText('hybrid'), trap] }))
  assert.ok(report.failures.some(({ kind, message }) => kind === 'evaluation-error' && message.includes('`trap`')))
  assert.ok(
    report.failures.some(({ kind }) => kind === 'no-route'),
    'what errs is refused',
  )
})

test('beyond twelve endpoints at most two are taken down at once, and the report says so', () => {
  const models = Array.from({ length: 13 }, (_, i) => model(`e${i}/m`, ['FR']))
  const report = check(
    hybrid({
      endpointModels: models,
      aliases: [
        alias(
          'wide',
          models.map(({ endpoint }) => `${endpoint}/m`),
        ),
      ],
    }),
  )
  assert.deepEqual(report.enumerated.boundedAliases, ['wide'])
  assert.equal(report.enumerated.failureStates, 4 * (1 + 13 + 78))
})

test('callers and purposes with the same outcome share a matrix', () => {
  const callers = [
    caller({ purposes: ['general', 'care'] }),
    caller({ application: 'search' as ApplicationId, purposes: ['general', 'care'] }),
  ]
  const shared = check(hybrid({ callers }))
  assert.deepEqual(
    shared.matrices.map(({ callers, purposes }) => [callers, purposes]),
    [
      [
        ['ministry/assistant', 'ministry/search'],
        ['general', 'care'],
      ],
    ],
  )
  const careOnly = own(
    '@id("care") @reason("care stays here") forbid (principal, action, resource) when { context.purpose == "care" } unless { context.home.containsAll(resource.see) };',
  )
  assert.equal(check(hybrid({ callers, texts: [presetText('hybrid'), careOnly] })).matrices.length, 2)
})

test('nothing to check is a failure', () => {
  assert.deepEqual(kinds(check(hybrid({ callers: [] })).failures).slice(0, 1), ['unasked'])
  assert.ok(!checkPolicies(hybrid({ context: contextOf({ home: places() }) })).ok)
})
