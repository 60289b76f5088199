// The profiles that ship, read from disk as the command line does.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isJsonObject, type Json, type JsonObject } from '../../src/core/json.ts'
import { decodeYaml } from '../../src/facts/yaml-rows.ts'
import type { DialectName } from '../../src/gateway/dialects/neutral.ts'
import { type Deviations, deviationsOf, type Profile, parseProfile } from '../../src/gateway/providers/profile.ts'

const folder = join(import.meta.dirname, '../../src/gateway/providers/profiles')

export const PROFILE_FILES: readonly string[] = readdirSync(folder).sort()

export const decodedProfile = (file: string): JsonObject => {
  const result = decodeYaml(readFileSync(join(folder, file), 'utf8'))
  assert.ok(result.ok, `${file}: ${result.ok || result.error.message}`)
  assert.ok(isJsonObject(result.value as Json), file)
  return result.value as JsonObject
}

const readProfile = (file: string): Profile => {
  const parsed = parseProfile(decodedProfile(file))
  assert.ok(parsed.ok, `${file}: ${parsed.ok ? '' : parsed.error.messages.join('; ')}`)
  return parsed.value
}

export const PROFILES: readonly Profile[] = PROFILE_FILES.map(readProfile)

export const shipped = (name: string): Profile => PROFILES.find((profile) => profile.name === name) ?? assert.fail(name)

/** What a shipped provider does otherwise for one model, in the dialect of OpenAI's chat. */
export const chatDeviations = (name: string, model = 'some-model'): Deviations => deviationsOf(shipped(name), 'openai-chat', model)

/** An endpoint that speaks these dialects and has no JSON mode in any of them. */
export const withoutJsonModes = (spoken: readonly DialectName[]): Profile => {
  const said = { source: 'none', evidence: 'unverified' }
  const dialects = Object.fromEntries(spoken.map((name) => [name, { jsonModes: { object: false, schema: false, ...said } }]))
  const urls = Object.fromEntries(spoken.map((name) => [name, 'http://localhost:8000']))
  const parsed = parseProfile({
    ...decodedProfile('openai-compatible.yaml'),
    places: [{ name: 'own', in: 'unknown', urls, ...said }],
    dialects,
  })
  return parsed.ok ? parsed.value : assert.fail(parsed.error.messages.join('; '))
}
