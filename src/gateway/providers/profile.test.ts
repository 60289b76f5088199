import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Json } from '../../core/json.ts'
import { decodeYaml } from '../../facts/yaml-rows.ts'
import { parseProfile } from './profile.ts'

const folder = join(import.meta.dirname, 'profiles')
const decoded = (file: string): Json => {
  const result = decodeYaml(readFileSync(join(folder, file), 'utf8'))
  assert.ok(result.ok, file)
  return result.value as Json
}
test('every profile that ships can be read', () => {
  for (const file of readdirSync(folder)) {
    const p = parseProfile(decoded(file))
    assert.deepEqual(p.ok ? [] : p.error.messages, [], file)
  }
})
