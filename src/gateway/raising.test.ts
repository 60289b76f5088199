import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { Detector } from '../personal-data/detect.ts'
import { raisedClass } from './raising.ts'
import type { Snapshot } from './snapshot.ts'

const CLASSES = ['public', 'internal', 'confidential', 'secret']
const under = (raises: Readonly<Record<string, string>> | undefined): Snapshot => {
  const personalData = raises && {
    detector: new Detector(),
    keyed: () => (text: string) => createHmac('sha256', 'key').update(text).digest(),
    raises: new Map(Object.entries(raises)),
  }
  return { dataClasses: CLASSES, ...(personalData && { personalData }) } as unknown as Snapshot
}
const body = (text: string): Uint8Array => new TextEncoder().encode(JSON.stringify({ messages: [{ role: 'user', content: text }] }))
const IBAN = 'DE89 3704 0044 0532 0130 00'

test('a call is raised to the highest class that its findings ask for, and says by which', () => {
  const snapshot = under({ iban: 'confidential', 'de-*': 'secret', '*': 'internal' })
  assert.deepEqual(raisedClass(snapshot, 'public', body(`${IBAN}, a@b.co`)), {
    dataClass: 'confidential',
    raised: { from: 'public', by: ['iban'] },
  })
  assert.equal(raisedClass(snapshot, 'public', body('a@b.co')).dataClass, 'internal')
  assert.equal(raisedClass(snapshot, 'public', body('Steuer-ID 36574261809')).dataClass, 'secret')
})

test('a call is never lowered, and nothing is looked for where nothing is asked', () => {
  const snapshot = under({ iban: 'internal' })
  assert.deepEqual(raisedClass(snapshot, 'secret', body(IBAN)), { dataClass: 'secret' })
  assert.deepEqual(raisedClass(snapshot, 'internal', body(IBAN)), { dataClass: 'internal' })
  assert.deepEqual(raisedClass(snapshot, 'public', body('nothing here')), { dataClass: 'public' })
  assert.deepEqual(raisedClass(under(undefined), 'public', body(IBAN)), { dataClass: 'public' })
  assert.deepEqual(raisedClass(under({}), 'public', body(IBAN)), { dataClass: 'public' })
})
