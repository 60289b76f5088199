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

test('a key is shown as the profile says', () => {
  const shown = (settings: object): object => {
    const made = provided({ authentication: { kind: 'key', keyFile: 'k' }, ...settings }).authentication('/etc/allod')
    return made.ok ? made.value : assert.fail(made.error.message)
  }
  const secret = { file: '/etc/allod/k' }
  assert.deepEqual(shown({ kind: 'anthropic-messages', provider: 'anthropic' }), { kind: 'header', name: 'x-api-key', secret })
  assert.deepEqual(shown({ kind: 'gemini', provider: 'google-gemini' }), { kind: 'header', name: 'x-goog-api-key', secret })
  assert.deepEqual(shown({ kind: 'openai-chat', baseUrl: 'https://x.example' }), { kind: 'bearer', secret })
  const bedrock = { kind: 'bedrock-converse', provider: 'aws-bedrock', region: 'eu-central-1' }
  assert.deepEqual(shown(bedrock), { kind: 'sigv4', service: 'bedrock', region: 'eu-central-1', secret })
  const bearer = { kind: 'bearer', tokenEnvironment: 'KEY' }
  assert.deepEqual(shown({ ...bedrock, authentication: bearer }), { kind: 'bearer', secret: { environment: 'KEY' } })
})
