import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROFILES, shipped } from '../../../test/providers/shipped.ts'
import type { ProviderAuthentication } from '../../gateway/providers/profile.ts'
import { type GivenAuthentication, settingsFor } from './index.ts'

const SECRET = { file: '/run/secrets/key' }
const settingsOf = (provider: string, kind: ProviderAuthentication['kind'], given: Partial<GivenAuthentication> = {}): unknown => {
  const authentication = shipped(provider).authentication.find((each) => each.kind === kind)
  assert.ok(authentication !== undefined)
  const made = settingsFor(authentication, { secret: SECRET, parameters: {}, ...given })
  return made.ok ? made.value : made.error.message
}

test('every way to authenticate that a shipped profile names can be prepared', () => {
  for (const { name, parameters, authentication } of PROFILES) {
    const given = Object.fromEntries(Object.keys(parameters).map((each) => [each, 'x']))
    for (const each of authentication) {
      const made = settingsFor(each, { secret: SECRET, parameters: given })
      assert.ok(made.ok, `${name}: ${made.ok || made.error.message}`)
    }
  }
})

test('what is not a plain key is filled in from the profile and the owner’s parameters', () => {
  assert.deepEqual(settingsOf('gigachat', 'oauth', { parameters: { scope: 'GIGACHAT_API_CORP' }, certificateAuthorityFile: '/ca.pem' }), {
    kind: 'oauth',
    question: {
      url: 'https://ngw.devices.sberbank.ru:9443/api/v2/oauth',
      credential: { kind: 'basic' },
      encoding: 'form',
      form: { scope: 'GIGACHAT_API_CORP' },
      uuidHeaders: ['RqUID'],
      tokenMember: 'access_token',
      lifetimeSeconds: 1800,
    },
    secret: SECRET,
    privateNetwork: false,
    certificateAuthorityFile: '/ca.pem',
  })
  assert.deepEqual(settingsOf('aws-bedrock', 'sigv4', { parameters: { region: 'eu-central-1' } }), {
    kind: 'sigv4',
    service: 'bedrock',
    region: 'eu-central-1',
    secret: SECRET,
  })
  assert.deepEqual(settingsOf('yandex', 'header'), { kind: 'header', name: 'Authorization', prefix: 'Api-Key ', secret: SECRET })
})

test('what is missing is named', () => {
  assert.equal(settingsOf('aws-bedrock', 'sigv4'), 'the parameter `region` is missing, which requests are signed for')
  assert.equal(settingsOf('azure-openai', 'oauth'), 'the parameter `tenant` is missing, which a token cannot be had without')
  assert.equal(settingsOf('mistral', 'bearer', { secret: undefined }), 'the key is missing: name its file or its environment variable')
})
