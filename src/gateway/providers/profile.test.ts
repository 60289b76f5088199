import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodedProfile, PROFILE_FILES, PROFILES } from '../../../test/providers/shipped.ts'
import type { Json } from '../../core/json.ts'
import { parseFactText } from '../../facts/book.ts'
import { BRIDGES } from './bridging.ts'
import { deviationsOnly } from './deviations.ts'
import { setMember } from './member-paths.ts'
import { deviationsOf, parseProfile } from './profile.ts'

const factbook = join(import.meta.dirname, '../../../factbook')
const profiles = PROFILES
const files = PROFILE_FILES
const sample = decodedProfile('mistral.yaml')
const complaints = (value: Json): readonly string[] => {
  const parsed = parseProfile(value)
  return parsed.ok ? [] : parsed.error.messages
}

const EXPECTED = `openai azure-openai anthropic google-gemini google-vertex aws-bedrock mistral cohere xai deepseek alibaba-model-studio zai
  moonshot minimax baidu-qianfan stepfun yandex gigachat clova-studio upstage sarvam krutrim sea-lion maritaca public-ai scaleway ovhcloud
  ionos stackit t-systems infomaniak cscs plgrid regolo nebius berget evroc cortecs cloudferro ollama vllm sglang tgi llama-server
  lm-studio openai-compatible`.split(/\s+/)

test('each provider is one file that carries its name', () => {
  assert.deepEqual(files, EXPECTED.map((name) => `${name}.yaml`).sort())
  for (const [index, { name }] of profiles.entries()) assert.equal(name, basename(files[index] ?? '', '.yaml'))
})

test('each endpoint that a profile names is in the fact book, and what is in doubt names none', () => {
  const known = new Set<string>()
  for (const file of globSync('*.yaml', { cwd: factbook })) {
    const facts = parseFactText(readFileSync(join(factbook, file), 'utf8'), { name: file, origin: 'shipped' })
    if (facts.ok) for (const { subject } of facts.value) known.add(subject.replace(/\/.*/, ''))
  }
  assert.ok(known.size > 50)
  for (const { name, places } of profiles)
    for (const place of places) if (place.facts !== undefined) assert.ok(known.has(place.facts), `${name}: ${place.facts}`)
  const hosted = profiles.filter(({ kind }) => kind === 'hosted')
  assert.deepEqual(
    hosted.filter(({ places }) => places.every(({ facts }) => facts === undefined)).map(({ name }) => name),
    ['google-gemini'],
  )
})

test('what nobody read is not called documented, and every source is used', () => {
  for (const profile of profiles) {
    const used = new Set<string>()
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return
      const { source, evidence } = value as { source?: unknown; evidence?: unknown }
      if (typeof source === 'string' && typeof evidence === 'string') {
        used.add(source)
        if (profile.sources[source]?.address.startsWith('general knowledge')) assert.equal(evidence, 'unverified', profile.name)
      }
      for (const child of Object.values(value)) visit(child)
    }
    visit({ ...profile, sources: {} })
    assert.deepEqual(
      Object.keys(profile.sources).filter((name) => !used.has(name)),
      [],
      `${profile.name} lists sources that nothing names`,
    )
  }
})

test('mistakes are told in sentences that name the place', () => {
  assert.deepEqual(complaints({ ...sample, titel: 'x' }), ['`titel` is not a field of the profile; did you mean `title`?'])
  assert.match(complaints({ ...sample, places: [] }).join(), /`places`/)
  assert.match(complaints({ ...sample, sources: {} }).join(), /names the source `\w+`, which is not listed/)
  const address = (url: string): Json => ({
    ...sample,
    places: [{ name: 'x', in: 'anywhere', urls: { 'openai-chat': url }, source: 'sdk', evidence: 'documented' }],
  })
  assert.match(complaints(address('https://x.example/{project}')).join(), /`\{project\}` is no parameter/)
  assert.match(complaints(address('https://x.example/a?b=c')).join(), /address/)
  assert.match(complaints(address('ftp://x.example')).join(), /address/)
  assert.match(complaints(setMember(sample, 'dialects.openai-chat', { seed: { member: 'seed' } })).join(), /source|evidence/)
  assert.match(complaints({ ...sample, headers: { 'x-a': 'b\r\nx-c: d' } }).join(), /printable ASCII/)
  const stranger = { traits: { openReasoning: true, source: 'sdk', evidence: 'documented' } }
  const told = complaints(setMember(sample, 'dialects.openai-chat', stranger))
  assert.deepEqual(told, ['`dialects.openai-chat` names the trait `openReasoning`, which this dialect has not'])
  for (const message of complaints({ ...sample, places: 3, kind: 'cloud', dialects: {} })) assert.match(message, /^`[^`]+` [a-z]/)
})

test('no value makes the reader throw', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => void parseProfile(value as Json)),
    { numRuns: 200 },
  )
  const spoilt = fc.tuple(fc.constantFrom(...Object.keys(sample)), fc.jsonValue({ maxDepth: 3 }))
  fc.assert(
    fc.property(spoilt, ([name, value]) => void parseProfile({ ...sample, [name]: value as Json })),
    { numRuns: 300 },
  )
})

test('classes of a model replace those of the dialect whole, and the last fit wins', () => {
  const profile = profiles.find(({ name }) => name === 'zai') ?? assert.fail()
  const usual = deviationsOf(profile, 'openai-chat', 'glm-4.6')
  const newest = deviationsOf(profile, 'openai-chat', 'glm-5.3-air')
  assert.deepEqual(usual.reasoningToggle?.off, { thinking: { type: 'disabled' } })
  assert.equal(newest.reasoningToggle?.off, undefined)
  assert.deepEqual(newest.tokenLimit, usual.tokenLimit)
  assert.deepEqual(deviationsOf(profile, 'gemini', 'x'), {})
})

test('a pattern fits what a reader expects', () => {
  const fitting = (match: string, model: string): boolean => {
    const text = {
      ...sample,
      dialects: { 'openai-chat': { models: [{ match: [match], seed: { member: null, source: 'sdk', evidence: 'documented' } }] } },
    }
    const parsed = parseProfile(text as Json)
    assert.ok(parsed.ok, parsed.ok ? '' : parsed.error.messages.join())
    return deviationsOf(parsed.value, 'openai-chat', model).seed !== undefined
  }
  assert.ok(
    fitting('a*', 'abc') &&
      fitting('*c', 'abc') &&
      fitting('a*c', 'abbc') &&
      fitting('*b*', 'abc') &&
      fitting('abc', 'abc') &&
      fitting('*', ''),
  )
  assert.ok(!fitting('a*', 'bac') && !fitting('ab*ba', 'aba') && !fitting('abc', 'abcd') && !fitting('*b*b*', 'abc'))
})

test('the documentation names every class, every field and every bridge', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/providers.md'), 'utf8')
  const words = [
    ...BRIDGES,
    ...Object.keys(deviationsOnly.shape),
    'places',
    'residency',
    'modelIds',
    'logging',
    'rateLimits',
    'priceFactor',
  ]
  assert.deepEqual(
    words.filter((name) => !page.includes(`\`${name}\``)),
    [],
  )
})
