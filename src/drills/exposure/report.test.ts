import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calls, factsOf, groundOf, openDay, type Row } from '../../../test/exposure-worlds.ts'
import { exposureOf } from './exposure.ts'
import { exposurePage } from './html.ts'
import { exposureText } from './text.ts'

const HOSTILE = '<script>alert(1)</script>"&'
const company = (name: string, country: string): readonly Row[] => [
  [`entity:${name}`, 'established-in', `country:${country}`],
  [`entity:${name}`, 'owned-by', 'nobody'],
]
const route = (
  name: string,
  operator: string,
  fronted: readonly Row[] = [[`endpoint:${name}`, 'fronted-by', 'nobody']],
): readonly Row[] => [
  [`endpoint:${name}`, 'operated-by', `entity:${operator}`],
  [`endpoint:${name}`, 'located-in', 'country:FR'],
  [`endpoint:${name}`, 'hosted-on', 'self'],
  [`endpoint:${name}`, 'custody', 'remote'],
  ...fronted,
]
const rows = [
  ...route('one', 'us', []),
  ...route('two', 'cn'),
  ...route('ours', 'fr'),
  ...company('us', 'US'),
  ...company('cn', 'CN'),
  ...company('fr', 'FR'),
]
const asked = [
  { alias: HOSTILE, routes: ['one/m', 'two/m'] },
  { alias: 'safe', routes: ['one/m', 'ours/m'] },
]
const ground = groundOf(openDay(factsOf(rows)), asked, [calls('safe', 'one/m', 1500), calls('safe', undefined, 2)])
const exposure = exposureOf(ground)
const written = { exchange: HOSTILE, currency: 'EUR', factOf: ground.factOf }

test('the text says what it takes, what can be relied on, by which rows, and what would help', () => {
  const text = exposureText(exposure, written, ['stop'])
  const sentences = [
    '1,500 calls answered from 1970-01-01 to 1970-01-02, and 2 calls that nobody answered',
    '0 of 2 demands can be ended by one actor outside, 1 more if whoever is unknown is one of those known; 1 by nobody outside.',
    'it takes 2 actors outside together, or 1 if whoever is unknown is one of them',
    'any of CN, cn and any of US, somebody unknown, us',
    'US can stop one/m: operated by us [r0], established in US [r14] (documented)',
    'nobody outside can stop it: ours/m stands',
    'no row says so; with it, 1 of 2 demands would take more actors to end than now',
  ]
  for (const sentence of sentences) assert.ok(text.includes(sentence), `${sentence}\n${text}`)
  assert.ok(!text.includes('who outside can see') && exposureText(exposure, written).includes('who outside can see'))
})

test('without traffic nothing is said of shares of calls', () => {
  const still = exposureOf(groundOf(openDay(factsOf(rows)), asked))
  const text = exposureText(still, written)
  assert.match(text, /no log was read/)
  assert.ok(!text.includes('of calls') && !text.includes('concentration'), text)
  assert.ok(!exposurePage(still, written).includes('How few hands'))
})

test('a page is text where it is text, and loads nothing', () => {
  const page = exposurePage(exposure, written)
  assert.ok(!page.includes('<script') && page.includes('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;'))
  assert.match(page, /Content-Security-Policy" content="default-src 'none'/)
  for (const heading of [
    'Who together can stop what',
    'Who can see',
    'Which fact would help most',
    'How few hands',
    'Control and origin',
    'Facts the paths',
  ])
    assert.ok(page.includes(`<h2>${heading}`), heading)
})
