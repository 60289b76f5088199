import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configurationSchema, type RemoteConfiguration } from './config-schema.ts'
import { endpointSubject } from './own-facts.ts'
import { type Provided, providedFor } from './providers.ts'

const endpoints = configurationSchema.shape.endpoints
const remote = (settings: object): RemoteConfiguration => {
  const parsed = endpoints.parse({ far: { models: { m: {} }, ...settings } }).far
  assert.ok(parsed !== undefined && parsed.kind !== 'engine')
  return parsed
}
const provided = (settings: object): Provided => {
  const made = providedFor(remote(settings))
  return made.ok ? made.value : assert.fail(made.error.message)
}
const failure = (settings: object): string => {
  const made = providedFor(remote(settings))
  return made.ok ? assert.fail('it was provided') : made.error.message
}

test('address, names of models, headers and facts come from the profile', () => {
  const eu = { kind: 'openai-chat', provider: 'openai', region: 'eu' }
  assert.equal(provided(eu).baseUrl, 'https://eu.api.openai.com/v1')
  assert.deepEqual(provided(eu).alsoSpeaks, ['openai-responses', 'openai-completions'])
  assert.equal(endpointSubject('far', remote(eu)), 'endpoint:openai-eu')
  const yandex = provided({ kind: 'openai-chat', provider: 'yandex', parameters: { folder: 'b1g' } })
  const target = yandex.targetOf('yandexgpt/latest')
  assert.ok(target.ok)
  assert.equal(target.value.model, 'gpt://b1g/yandexgpt/latest')
  assert.deepEqual(target.value.headers, ['x-data-logging-enabled', 'false'])
  assert.deepEqual(yandex.headerOf('k'), ['authorization', 'Api-Key k'])
})

test('an address of the owner’s own is no place of the provider’s', () => {
  const own = { kind: 'openai-chat', provider: 'openai', region: 'eu', baseUrl: 'https://proxy.example/v1' }
  assert.equal(provided(own).baseUrl, 'https://proxy.example/v1')
  assert.equal(endpointSubject('far', remote(own)), 'endpoint:far')
})

test('what is missing is said in one sentence', () => {
  assert.match(failure({ kind: 'openai-chat', provider: 'yandex' }), /parameter `folder` .* is missing/)
  assert.match(failure({ kind: 'openai-chat', provider: 'vllm' }), /machine of yours: give its address/)
  assert.match(failure({ kind: 'gigachat', provider: 'gigachat' }), /`certificateAuthorityFile`/)
  assert.match(failure({ kind: 'openai-chat', baseUrl: 'https://x.example', region: 'eu' }), /only a `provider` with regions/)
})

test('a key is sent as the profile says', () => {
  const key = { kind: 'key', keyEnvironment: 'KEY' }
  assert.deepEqual(provided({ kind: 'anthropic-messages', provider: 'anthropic', authentication: key }).headerOf('k'), ['x-api-key', 'k'])
  assert.deepEqual(provided({ kind: 'gemini', provider: 'google-gemini', authentication: key }).headerOf('k'), ['x-goog-api-key', 'k'])
  const bedrock = { kind: 'bedrock-converse', provider: 'aws-bedrock', region: 'eu-central-1', authentication: key }
  assert.deepEqual(provided(bedrock).headerOf('k'), ['authorization', 'Bearer k'])
})
