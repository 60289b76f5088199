import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { compiled, contextOf } from '../../test/policy-worlds.ts'
import { PRESETS } from './presets.ts'
import { policySchema } from './schema.ts'

const guide = readFileSync(join(import.meta.dirname, '../../docs/policy.md'), 'utf8')

test('every policy in the guide compiles', () => {
  const blocks = [...guide.matchAll(/```cedar\n([\s\S]*?)```/g)].map(([, text = '']) => text)
  assert.equal(blocks.length, 3)
  assert.equal(compiled(blocks.map((text, index) => ({ name: `block-${index}`, text }))).policies.length, 3)
})

test('the guide explains every word a policy can use, and every preset with what it needs', () => {
  const schema = policySchema(contextOf())
  const words = [...schema.matchAll(/^\s+(\w+): /gm)].map(([, word = '']) => word)
  assert.ok(words.includes('homeAnd') && words.includes('keepsFrom') && words.includes('see'))
  for (const word of words.filter((word) => !['principal', 'resource', 'context'].includes(word)))
    assert.match(guide, new RegExp(`\`(principal|resource|context)\\.${word}\``), word)
  for (const [name, { sets, dates, tags }] of Object.entries(PRESETS)) {
    const row = guide.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? assert.fail(name)
    for (const needed of [...sets, ...dates, ...tags]) assert.ok(row.includes(`\`${needed}\``), `${name}: ${needed}`)
  }
})
