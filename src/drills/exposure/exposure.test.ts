import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { calls, factsOf, groundOf, market, openDay, type Row } from '../../../test/exposure-worlds.ts'
import { type Jurisdiction, UNKNOWN } from '../../core/jurisdiction.ts'
import { reachIn, toReach } from '../../facts/reach.ts'
import type { World } from '../../facts/world.ts'
import type { CutSet } from './demands.ts'
import { exposureOf } from './exposure.ts'

const ENDPOINTS = ['e0', 'e1', 'e2', 'e3', 'e4']
const COMPANIES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `entity:${name}`)
const COUNTRIES = ['FR', 'US', 'CN', 'DE', 'GB', 'JP'].map((code) => `country:${code}`)

/** Rows about few things, so that they meet. In most worlds all is documented, or nothing but `unknown` would stand in most sets. */
const rowsArbitrary = (): fc.Arbitrary<readonly Row[]> =>
  fc.constantFrom(0, 0, 1, 3).chain((holes) => {
    const company = fc.constantFrom(...COMPANIES)
    const country = fc.constantFrom(...COUNTRIES)
    const orNobody = fc.oneof({ arbitrary: fc.constant('nobody'), weight: 5 }, { arbitrary: company, weight: 1 })
    const row = (subject: string, predicate: string, object: fc.Arbitrary<string>, share?: fc.Arbitrary<number>) =>
      fc
        .record({ luck: fc.integer({ min: 0, max: 59 }), object, share: share ?? fc.constant(0) })
        .map(({ luck, object, share }): readonly Row[] => {
          if (luck < holes) return []
          const held = share > 0 && object !== 'nobody' ? { share } : {}
          return [[subject, predicate, object, { ...held, ...(luck < 2 * holes ? { evidence: 'unverified' } : {}) }]]
        })
    const endpoints = ENDPOINTS.map((name) => `endpoint:${name}`).flatMap((endpoint) => [
      row(endpoint, 'operated-by', company),
      row(endpoint, 'located-in', country),
      row(endpoint, 'hosted-on', fc.oneof({ arbitrary: fc.constant('self'), weight: 3 }, { arbitrary: company, weight: 1 })),
      row(endpoint, 'fronted-by', orNobody),
      row(endpoint, 'identity-by', orNobody),
      fc.constant<readonly Row[]>([[endpoint, 'custody', 'remote']]),
    ])
    const companies = COMPANIES.flatMap((each) => [
      row(each, 'established-in', country),
      row(each, 'owned-by', orNobody, fc.constantFrom(60, 100)),
    ])
    return fc.tuple(...endpoints, ...companies).map((groups) => groups.flat())
  })

/** Who can stop an endpoint, by walking the rows; who is unknown is asked of reach, which other tests hold. */
const stoppers = (rows: readonly Row[], world: World, endpoint: string): ReadonlySet<string> => {
  const found = new Set<string>()
  const walk = (node: string) => {
    for (const [subject, , object] of rows) {
      if (subject !== node || found.has(object) || !/^(entity|country):/.test(object)) continue
      found.add(object)
      walk(object)
    }
  }
  walk(endpoint)
  return toReach(reachIn(world, endpoint)).stop.includes(UNKNOWN) ? found.add(UNKNOWN) : found
}

/** Every inclusion-minimal set of the actors that is enough, by looking at every set; sets are bits in the order of the actors. */
const minimalSets = (actors: readonly string[], isEnough: (set: number) => boolean): readonly string[] => {
  const found: string[] = []
  for (let set = 0; set < 2 ** actors.length; set++) {
    if (!isEnough(set) || actors.some((_, i) => (set >> i) & 1 && isEnough(set & ~(1 << i)))) continue
    const members = actors.filter((_, i) => (set >> i) & 1)
    found.push(members.sort().join('+'))
  }
  return found.sort()
}
const smallest = (sets: readonly string[]): number | undefined =>
  sets.length === 0 ? undefined : Math.min(...sets.map((set) => set.split('+').length))
/** One actor of each member, in every way. */
const expand = (cut: CutSet): readonly string[] =>
  cut
    .reduce<readonly (readonly string[])[]>((sets, { actors }) => sets.flatMap((set) => actors.map((actor) => [...set, actor])), [[]])
    .map((set) => [...set].sort().join('+'))

test('from facts to cuts: the sets of outside actors are those that looking at every set over a plain walk of the rows finds', () => {
  fc.assert(
    fc.property(rowsArbitrary(), fc.subarray(ENDPOINTS, { minLength: 1 }), (rows, asked) => {
      const world = openDay(factsOf(rows))
      const present = asked.filter((name) => rows.some(([subject]) => subject === `endpoint:${name}`))
      const { demands } = exposureOf(groundOf(world, [{ alias: 'any', routes: present.map((name) => `${name}/m`) }]))
      if (present.length === 0) return assert.deepEqual(demands, [])
      const isOutside = (actor: string) => {
        if (actor.startsWith('country:')) return actor !== 'country:FR'
        const laws = actor === UNKNOWN ? [UNKNOWN] : toReach(reachIn(world, actor)).stop
        return laws.length === 0 || laws.some((law) => law !== ('FR' as Jurisdiction))
      }
      const holders = present.map((name) => new Set([...stoppers(rows, world, `endpoint:${name}`)].filter(isOutside)))
      const actors = [...new Set(holders.flatMap((each) => [...each]))]
      const bits = (which: (actor: string) => boolean) => actors.reduce((set, actor, i) => (which(actor) ? set | (1 << i) : set), 0)
      const held = holders.map((each) => bits((actor) => each.has(actor)))
      const expected = minimalSets(actors, (set) => held.every((each) => (each & set) !== 0))
      const { cuts } = demands[0] ?? assert.fail('no demand')
      assert.ok(cuts.exact && cuts.allSmallest && cuts.all)
      assert.deepEqual(cuts.sets.flatMap(expand).sort(), expected)
      assert.equal(cuts.size, smallest(expected))
      const countries = bits((actor) => actor.startsWith('country:'))
      const companies = minimalSets(actors, (set) => (set & countries) === 0 && held.every((each) => (each & set) !== 0))
      assert.equal(cuts.companies, smallest(companies))
      // Whoever acts may be the one who is unknown.
      const unknown = bits((actor) => actor === UNKNOWN)
      const relied = minimalSets(actors, (set) => set !== 0 && held.every((each) => (each & (set | unknown)) !== 0))
      assert.equal(cuts.guaranteed, smallest(relied))
    }),
    { numRuns: 300 },
  )
})

test('no missing answer to a question makes a cut take more actors', () => {
  fc.assert(
    fc.property(rowsArbitrary(), fc.nat(), (rows, at) => {
      const asked = [{ alias: 'any', routes: ENDPOINTS.map((name) => `${name}/m`) }]
      // Nobody has to say who checks logins: there a row less is a holder less.
      const less = rows.filter(([, predicate], i) => i !== at % rows.length || predicate === 'identity-by')
      const relied = (all: readonly Row[]) =>
        exposureOf(groundOf(openDay(factsOf(all)), asked)).demands[0]?.cuts.guaranteed ?? Number.POSITIVE_INFINITY
      assert.ok(relied(less) <= relied(rows))
    }),
    { numRuns: 150 },
  )
})

const settled = (endpoint: string, company: string, more: readonly Row[] = []): readonly Row[] => [
  [endpoint, 'operated-by', company],
  [endpoint, 'located-in', 'country:FR'],
  [endpoint, 'hosted-on', 'self'],
  [endpoint, 'fronted-by', 'nobody'],
  [endpoint, 'custody', 'remote'],
  ...more,
]
const owned = (company: string, country: string): readonly Row[] => [
  [company, 'established-in', `country:${country}`],
  [company, 'owned-by', 'nobody'],
]

test('shares: what an actor can see, stop and end alone of calls, tokens, spend, applications and aliases', () => {
  const world = openDay(
    factsOf([
      ...settled('endpoint:home', 'entity:ours', owned('entity:ours', 'FR')),
      ...settled('endpoint:abroad', 'entity:theirs', [...owned('entity:theirs', 'US'), ['endpoint:abroad', 'dns-by', 'entity:names']]),
      ...owned('entity:names', 'CA'),
    ]),
  )
  const asked = [
    { alias: 'mixed', routes: ['abroad/m', 'home/m'] },
    { alias: 'frontier', routes: ['abroad/m'] },
    { alias: 'frontier', dataClass: 'secret', routes: [] },
  ]
  const traffic = [
    calls('mixed', 'abroad/m', 50),
    calls('mixed', 'home/m', 30),
    calls('frontier', 'abroad/m', 20),
    calls('frontier', undefined, 7, 'secret'),
    calls('frontier', 'sold/m', 5),
  ]
  const { actors, concentration, traffic: counted, refused, common } = exposureOf(groundOf(world, asked, traffic))
  assert.deepEqual(
    [counted?.answered, counted?.unanswered, counted?.gone, refused],
    [{ calls: 100, tokens: 1000, spend: 100_000 }, 7, 5, 1],
  )
  const of = (actor: string) => actors.find((each) => each.actors.includes(actor)) ?? assert.fail(actor)
  assert.deepEqual(of('country:US').actors, ['country:US', 'entity:theirs'])
  const { see, stop } = of('country:US').powers
  assert.deepEqual([see.calls, stop.tokens, stop.spend.part], [{ part: 70, whole: 100 }, { part: 700, whole: 1000 }, 70_000])
  assert.deepEqual(
    [stop.applications, stop.aliases],
    [
      { part: 2, whole: 2 },
      { part: 2, whole: 2 },
    ],
  )
  assert.deepEqual(of('country:US').alone, {
    demands: { part: 1, whole: 2 },
    calls: { part: 20, whole: 100 },
    applications: { part: 1, whole: 2 },
    aliases: { part: 1, whole: 2 },
  })
  assert.deepEqual([of('country:CA').powers.see.routes, of('country:CA').powers.stop.routes], [[], ['abroad/m']])
  assert.ok(!actors.some((each) => each.actors.includes('entity:ours') || each.actors.includes('country:FR')), 'home is no outside actor')
  assert.deepEqual(
    concentration.map(({ by, index, parts }) => [by, index.calls, parts.map(({ name, calls }) => [name, calls])]),
    [
      [
        'operator',
        5800,
        [
          ['entity:theirs', 70],
          ['entity:ours', 30],
        ],
      ],
      // FR has a hand in both: the machines abroad stand there too.
      ['country', 10_000, [['country:FR', 100]]],
    ],
  )
  assert.deepEqual(common, [])
})

test('concentration: known hands first, and what it is if whoever is unknown is the largest of them', () => {
  const world = openDay(
    factsOf([
      ...settled('endpoint:one', 'entity:us', owned('entity:us', 'US')),
      ...settled('endpoint:two', 'entity:cn', [['entity:cn', 'established-in', 'country:CN']]),
      ['endpoint:three', 'located-in', 'country:DE'],
    ]).filter(({ object }) => object !== 'country:FR'),
  )
  const asked = [{ alias: 'any', routes: ['one/m', 'two/m', 'three/m'] }]
  const traffic = [calls('any', 'one/m', 60), calls('any', 'two/m', 30), calls('any', 'three/m', 10)]
  const { concentration } = exposureOf(groundOf(world, asked, traffic))
  assert.deepEqual(
    concentration.map(({ by, index, atMost, parts }) => [by, index.calls, atMost.calls, parts.map(({ name }) => name).join(' ')]),
    [
      ['operator', 4600, 5800, 'entity:us entity:cn unknown'],
      ['country', 4600, 10_000, 'country:US country:CN country:DE'],
    ],
  )
  const [operators] = exposureOf(groundOf(world, asked)).concentration
  assert.deepEqual([operators?.index.calls, operators?.parts], [undefined, []], 'of nothing there are no shares')
})

test('alternatives that stand on one thing: a cloud and its parent, a model, a licence; the owner’s own company is none', () => {
  const routes = ['x', 'y', 'z'].flatMap((name): readonly Row[] => [
    ...settled(`endpoint:${name}`, `entity:of-${name}`, owned(`entity:of-${name}`, 'FR')),
    ...(name === 'z' ? [] : ([[`endpoint:${name}`, 'hosted-on', 'entity:cloud']] as const)),
    [`endpoint:${name}`, 'serves', name === 'x' ? 'model:base' : 'model:tuned'],
    [`endpoint:${name}`, 'dns-by', 'entity:operator'],
  ])
  const models: readonly Row[] = [
    ['model:tuned', 'derived-from', 'model:base'],
    ['model:base', 'derived-from', 'nothing'],
    ...['model:base', 'model:tuned'].flatMap((model): readonly Row[] => [
      [model, 'developed-by', 'entity:lab'],
      [model, 'weights', 'open'],
    ]),
    ['model:base', 'licensed-under', 'licence:strict-1.0'],
    ...owned('entity:lab', 'CN'),
    ...owned('entity:operator', 'FR'),
    ['entity:cloud', 'established-in', 'country:IE'],
    ['entity:cloud', 'owned-by', 'entity:parent', { share: 100 }],
    ...owned('entity:parent', 'US'),
  ]
  const world = openDay(factsOf([...routes, ...models]))
  const { common, origins } = exposureOf(groundOf(world, [{ alias: 'safe', routes: ['x/m', 'y/m', 'z/m'] }], []))
  const told = common.map(({ kind, names, how, routes, aliases, everything, outside }) => [
    kind,
    names.join(' '),
    how.join(),
    routes.length,
    aliases[0]?.routes.part,
    everything,
    outside,
  ])
  assert.deepEqual(told, [
    ['licence', 'licence:strict-1.0', 'licensed-under', 3, 3, true, false],
    ['model', 'model:base', 'serves', 3, 3, true, false],
    ['company', 'entity:cloud entity:parent', 'hosted-on', 2, 2, false, true],
    ['model', 'model:tuned', 'serves', 2, 2, false, false],
  ])
  assert.deepEqual(
    origins.map(({ country, routes }) => [country, routes.length]),
    [['CN', 3]],
  )
})

test('the fact that would help most is the one whose absence is all that lets somebody unknown act', () => {
  const gap = (rows: readonly Row[], predicate: string) => rows.filter(([, each]) => each !== predicate)
  const world = openDay(
    factsOf([
      ...gap(settled('endpoint:one', 'entity:us', owned('entity:us', 'US')), 'fronted-by'),
      ...settled('endpoint:two', 'entity:cn', owned('entity:cn', 'CN')),
      ...gap(gap(settled('endpoint:three', 'entity:us'), 'hosted-on'), 'located-in'),
    ]),
  )
  const asked = [
    { alias: 'both', routes: ['one/m', 'two/m'] },
    { alias: 'third', routes: ['three/m'] },
  ]
  const { demands, facts } = exposureOf(groundOf(world, asked, [calls('both', 'one/m', 9)]))
  const both = demands.find(({ alias }) => alias === 'both') ?? assert.fail()
  assert.deepEqual([both.cuts.size, both.cuts.guaranteed], [2, 1], 'two, or one if the one in front of `one` is of the other')
  const [best] = facts
  assert.equal(best?.fact, 'endpoint:one fronted-by entity:… (or nobody)')
  assert.deepEqual([best?.last, best?.demands, best?.calls], [['one/m'], { part: 1, whole: 2 }, { part: 9, whole: 9 }])
  const others = facts.slice(1)
  assert.ok(others.length === 2 && others.every(({ last, others, demands }) => last.length === 0 && others === 1 && demands.part === 0))
})

test('a market of 2,000 things is exposed exactly, within a number of steps that says it is fast', () => {
  const { rows, asked, nodes } = market()
  assert.ok(nodes >= 2000, String(nodes))
  const traffic = asked.flatMap(({ alias, routes }) => routes.map((route, i) => calls(alias, route, 1 + i)))
  const { demands, steps, actors, facts } = exposureOf(groundOf(openDay(factsOf(rows)), asked, traffic))
  assert.ok(demands.length > 100 && actors.length > 100 && facts.length > 100)
  assert.ok(demands.every(({ cuts }) => cuts.exact))
  assert.ok(
    demands.some(({ cuts }) => (cuts.size ?? 0) > 2),
    'some take several actors',
  )
  assert.ok(steps < 400_000, `${steps} sets looked at`)
})
