import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PROFILES, shipped } from '../../../test/providers/shipped.ts'
import type { Jurisdiction } from '../../core/jurisdiction.ts'
import type { DialectName } from '../dialects/neutral.ts'
import { authenticationsFor, keyHeader, placeNamed, placeWithin, readPlaceReport, selectorOf, type Target, targetOf } from './places.ts'
import type { Profile } from './profile.ts'

const set = (...countries: string[]): ReadonlySet<Jurisdiction> => new Set(countries as Jurisdiction[])
const blocs = new Map([
  ['EU', set('FR', 'DE', 'IE', 'NL')],
  ['EMPTY', set()],
])
const named = (profile: Profile, name?: string) => {
  const place = placeNamed(profile, name)
  return place.ok ? place.value : assert.fail(place.error.message)
}
const target = (name: string, place: string, model: string, parameters = {}, dialect: DialectName = 'openai-chat'): Target => {
  const profile = shipped(name)
  const found = targetOf(profile, { dialect, place: named(profile, place), parameters, model })
  return found.ok ? found.value : assert.fail(found.error.message)
}
const refusal = (name: string, place: string, model: string, parameters = {}, dialect: DialectName = 'openai-chat'): string => {
  const profile = shipped(name)
  const found = targetOf(profile, { dialect, place: named(profile, place), parameters, model })
  return found.ok ? assert.fail('a refusal was expected') : found.error.message
}

test('each vendor is told of a place in its own way', () => {
  const eu = target('openai', 'eu', 'gpt-5')
  assert.deepEqual([eu.baseUrl, eu.facts], ['https://eu.api.openai.com/v1', 'endpoint:openai-eu'])
  assert.deepEqual(target('anthropic', 'us', 'claude', {}, 'anthropic-messages').body, { inference_geo: 'us' })
  const bedrock = target('aws-bedrock', 'eu-profile', 'anthropic.claude', { region: 'eu-west-3' }, 'bedrock-converse')
  assert.deepEqual([bedrock.baseUrl, bedrock.model], ['https://bedrock-runtime.eu-west-3.amazonaws.com', 'eu.anthropic.claude'])
  const vertex = target('google-vertex', 'europe-west4', 'gemini', { project: 'p-1' }, 'gemini')
  assert.match(vertex.baseUrl, /^https:\/\/europe-west4-aiplatform.*\/projects\/p-1\/locations\/europe-west4\//)
  assert.equal(target('yandex', 'ru', 'yandexgpt/latest', { folder: 'b1g7' }).model, 'gpt://b1g7/yandexgpt/latest')
  assert.equal(target('yandex', 'ru', 'gpt://b1g7/yandexgpt', { folder: 'b1g7' }).model, 'gpt://b1g7/yandexgpt')
  assert.equal(target('infomaniak', 'ch', 'apertus', { product: '42' }).baseUrl, 'https://api.infomaniak.com/2/ai/42/openai/v1')
  const kinds = (name: string, place: string) => selectorOf(shipped(name), named(shipped(name), place))
  assert.deepEqual([kinds('openai', 'eu'), kinds('openai', 'global'), kinds('anthropic', 'us')], [['host'], ['none'], ['body']])
  assert.deepEqual(kinds('aws-bedrock', 'eu-profile'), ['model-prefix'])
})

test('logging is opted out of by default, where a header does it', () => {
  const { headers } = target('yandex', 'ru', 'yandexgpt', { folder: 'b1g7' })
  assert.equal(headers[headers.indexOf('x-data-logging-enabled') + 1], 'false')
})

test('a place is chosen within what is demanded, and nothing unknown, unread or unbounded is', () => {
  const within = (name: string, ...countries: string[]) => placeWithin(shipped(name), set(...countries), blocs)
  const chosen = (name: string, ...countries: string[]) => {
    const place = within(name, ...countries)
    return place.ok ? place.value.name : place.error.message
  }
  assert.equal(chosen('openai', 'JP'), 'jp')
  assert.equal(chosen('openai', 'FR', 'DE', 'IE', 'NL', 'CH'), 'eu')
  assert.equal(chosen('openai', 'FR'), 'OpenAI cannot be asked to stay within FR')
  assert.equal(chosen('openai', 'AE'), 'OpenAI cannot be asked to stay within AE')
  assert.equal(chosen('mistral', 'US'), 'Mistral AI cannot be asked to stay within US')
  assert.equal(chosen('deepseek', 'CN'), 'DeepSeek cannot be asked to stay within CN')
  assert.equal(chosen('vllm', 'FR'), 'here')
  assert.equal(placeWithin(shipped('openai'), set('FR'), new Map([['EU', set()]])).ok, false)
  assert.equal(placeWithin(shipped('openai'), set('FR', 'DE'), new Map()).ok, false)
  for (const profile of PROFILES) if (profile.kind === 'hosted') assert.equal(placeWithin(profile, set(), blocs).ok, false, profile.name)
})

test('a model’s name cannot overrule the place, nor a parameter the address', () => {
  const refused = refusal('aws-bedrock', 'eu-profile', 'us.anthropic.claude', { region: 'eu-west-3' }, 'bedrock-converse')
  assert.match(refused, /asks AWS Bedrock for `us-profile`, and `eu-profile` was chosen/)
  assert.match(refusal('aws-bedrock', 'eu-central-1', 'global.x', {}, 'bedrock-converse'), /asks AWS Bedrock for `global-profile`/)
  assert.match(refusal('yandex', 'ru', 'x'), /the parameter `folder` .* is missing/)
  assert.match(refusal('cscs', 'inference', 'swiss-ai/apertus'), /3 parts/)
  assert.match(refusal('openai', 'global', 'x', { zone: 'a' }), /`zone` is no parameter/)
  for (const resource of ['evil.example#', 'a/b', 'x@y', 'a?b', 'A', '', 'a.b', 'x:1', 'a\r\nb'])
    assert.match(refusal('azure-openai', 'resource', 'm', { resource }), /host-label was expected/)
  fc.assert(
    fc.property(fc.string(), (resource) => {
      const profile = shipped('azure-openai')
      const found = targetOf(profile, { dialect: 'openai-chat', place: named(profile), parameters: { resource }, model: 'm' })
      if (found.ok) assert.equal(new URL(found.value.baseUrl).host, `${resource}.openai.azure.com`)
    }),
  )
})

test('every place of every profile has an address once its parameters are given', () => {
  const values = { 'host-label': 'abc', identifier: 'abc', number: '1', uuid: '00000000-0000-4000-8000-000000000000' }
  for (const profile of PROFILES)
    for (const place of profile.places)
      for (const dialect of Object.keys(profile.dialects) as DialectName[]) {
        const wanted = Object.entries(profile.parameters).filter(([name]) => !Object.hasOwn(place.parameters ?? {}, name))
        const parameters = Object.fromEntries(wanted.map(([name, { grammar }]) => [name, values[grammar]]))
        const model = profile.modelIds?.segments === undefined ? 'm' : Array(profile.modelIds.segments).fill('m').join('/')
        const found = targetOf(profile, { dialect, place, parameters, model })
        assert.ok(found.ok, `${profile.name} ${place.name} ${dialect}: ${found.ok ? '' : found.error.message}`)
        assert.doesNotThrow(() => new URL(found.value.baseUrl))
      }
})

test('a vendor’s own report is held against what was asked', () => {
  const anthropic = shipped('anthropic')
  const report = (place: string, body: object) => readPlaceReport(anthropic, named(anthropic, place), { body: body as never }, blocs)
  const usage = (inference_geo: string) => ({ usage: { inference_geo } })
  assert.deepEqual(report('us', usage('us')), { word: 'us', verdict: 'agrees' })
  assert.deepEqual(report('us', usage('global')), { word: 'global', verdict: 'contradicts' })
  assert.deepEqual(report('us', usage('mars')), { word: 'mars', verdict: 'unknown' })
  assert.deepEqual(report('global', usage('us')), { word: 'us', verdict: 'agrees' })
  assert.deepEqual(report('us', { type: 'message_start', message: usage('us') }), { word: 'us', verdict: 'agrees' })
  for (const body of [{}, { usage: null }, { usage: { inference_geo: 5 } }, { usage: { inference_geo: '' } }])
    assert.equal(report('us', body), undefined)
  const openai = shipped('openai')
  assert.equal(readPlaceReport(openai, named(openai, 'eu'), { body: usage('us') as never }, blocs), undefined)
})

test('a key goes out as the vendor wants it', () => {
  const header = (name: string) => keyHeader(shipped(name).authentication[0] ?? assert.fail(), 'k')
  const ways = (name: string, dialect: DialectName) => authenticationsFor(shipped(name), dialect).map((each) => keyHeader(each, 'k')?.[0])
  assert.deepEqual([ways('google-gemini', 'gemini'), ways('google-gemini', 'openai-chat')], [['x-goog-api-key'], ['authorization']])
  assert.deepEqual(ways('deepseek', 'anthropic-messages'), ['x-api-key', 'authorization'])
  assert.deepEqual(header('openai'), ['authorization', 'Bearer k'])
  assert.deepEqual(header('yandex'), ['authorization', 'Api-Key k'])
  assert.deepEqual(header('anthropic'), ['x-api-key', 'k'])
  assert.deepEqual(header('ollama'), [])
  assert.equal(header('gigachat'), undefined)
  assert.equal(header('aws-bedrock'), undefined)
})
