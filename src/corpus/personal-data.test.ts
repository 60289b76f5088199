import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pack, PackBuilder } from './pack.ts'
import { findingsOf, personalData } from './personal-data.ts'
import { clean } from './publish/replace.ts'
import type { Digest } from './sections.ts'
import { UNKNOWN_TERMS } from './terms.ts'

const TEXTS = [
  'Nichts über niemanden.',
  'Schreiben Sie an anna@example.org, IBAN DE89 3704 0044 0532 0130 00.',
  '',
  'Frau Anna Müller, Telefon +49 (30) 2345678 🙂',
]
const origin = { source: 'test', file: 'a', digest: '0'.repeat(64) as Digest, time: 0, offset: 0, length: 0, name: '' }
const packOf = (texts: readonly string[]): Pack => {
  const builder = new PackBuilder()
  for (const text of texts) builder.add({ text: new TextEncoder().encode(text), origin, terms: UNKNOWN_TERMS })
  const pack = Pack.of(builder.sections())
  return pack.ok ? pack.value : assert.fail(pack.error.message)
}
const noResource = () => assert.fail('the block reads no file')

test('the block says where personal data lie, and the texts can be had without them', async () => {
  const prepared = await personalData.prepare({ names: 'titled' }, noResource)
  assert.ok(prepared.ok)
  const pack = packOf(TEXTS)
  const sections = prepared.value(pack, {})
  assert.ok(sections.ok)
  const findings = findingsOf(sections.value)
  assert.ok(findings.ok)
  const redacted = TEXTS.map((_, at) =>
    new TextDecoder().decode(clean(pack.textOf(at), findings.value.get(at) ?? [], () => ({ kind: 'redact' })).text),
  )
  assert.deepEqual(redacted, [TEXTS[0], 'Schreiben Sie an [EMAIL], IBAN [IBAN].', '', 'Frau [PERSON], Telefon [PHONE] 🙂'])
  assert.deepEqual([...findings.value.keys()], [1, 3])
})

test('equal packs have equal sections, and settings that mean nothing are refused', async () => {
  const prepared = await personalData.prepare({}, noResource)
  assert.ok(prepared.ok)
  assert.deepEqual(prepared.value(packOf(TEXTS), {}), prepared.value(packOf(TEXTS), {}))
  const refused = await personalData.prepare({ minimum: 2 }, noResource)
  assert.match(refused.ok ? '' : refused.error.message, /settings of `personal-data`/)
})
