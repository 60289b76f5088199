import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { digestOf, encodeSections } from '../sections.ts'
import { KEY_BYTES, Tombstones } from './tombstones.ts'

const KEY = new Uint8Array(KEY_BYTES).fill(7)
const PLACE = { source: 'laws', file: 'a.jsonl', name: 'law 7' }
/** Hashes of one text, and of another that has so many of them in common. */
const hashes = (seed: number): Uint32Array =>
  Uint32Array.from({ length: 112 }, (_, at) => createHash('sha256').update(`${seed} ${at}`).digest().readUInt32LE())
const near = (minhash: Uint32Array, equal: number): Uint32Array => minhash.map((value, at) => (at < equal ? value : value ^ 1))

const buried = (): Tombstones => {
  const tombstones = new Tombstones(KEY)
  tombstones.add({ id: digestOf('erased'), place: PLACE, minhash: hashes(1) })
  tombstones.add({ id: digestOf('short'), place: undefined, minhash: undefined })
  return tombstones
}
const asked = (tombstones: Tombstones, text: string, place = { ...PLACE, name: 'other' }, minhash?: Uint32Array) =>
  tombstones.holdsBack(digestOf(text), place, () => minhash)

test('the same text, the same record and a near copy are held back, and nothing else', () => {
  for (const tombstones of [buried(), reopened(buried())]) {
    assert.equal(asked(tombstones, 'erased'), 'text')
    assert.equal(asked(tombstones, 'short'), 'text')
    assert.equal(asked(tombstones, 'anything', PLACE), 'place')
    assert.equal(asked(tombstones, 'anything', undefined, hashes(1)), 'near')
    assert.equal(asked(tombstones, 'anything', undefined, near(hashes(1), 80)), 'near')
    // One band of eight is equal, and little else.
    assert.equal(asked(tombstones, 'anything', undefined, near(hashes(1), 8)), undefined)
    assert.equal(asked(tombstones, 'anything', undefined, hashes(2)), undefined)
    assert.equal(asked(tombstones, 'anything'), undefined)
  }
})

const reopened = (tombstones: Tombstones): Tombstones => {
  const read = Tombstones.of(tombstones.sections(), KEY)
  assert.ok(read.ok)
  return read.value
}

test('what is kept tells nothing without the key: not even whether a text is the one', () => {
  const bytes = Buffer.from(encodeSections(buried().sections()))
  assert.ok(!bytes.includes(Buffer.from(digestOf('erased'), 'hex')) && !bytes.includes('laws') && !bytes.includes('law 7'))
  for (const hash of hashes(1)) {
    const four = Buffer.alloc(4)
    four.writeUInt32LE(hash)
    assert.ok(!bytes.includes(four))
  }
  const other = Tombstones.of(buried().sections(), new Uint8Array(KEY_BYTES).fill(8))
  assert.ok(other.ok)
  assert.equal(asked(other.value, 'erased', PLACE, hashes(1)), undefined)
})

test('the same people in any order leave the same bytes; another kind of signature is refused', () => {
  const other = new Tombstones(KEY)
  other.add({ id: digestOf('short'), place: undefined, minhash: undefined })
  other.add({ id: digestOf('erased'), place: PLACE, minhash: hashes(1) })
  other.add({ id: digestOf('erased'), place: PLACE, minhash: hashes(1) })
  assert.deepEqual(encodeSections(other.sections()), encodeSections(buried().sections()))
  assert.ok(!Tombstones.of(new Map([...buried().sections(), ['kind', Uint32Array.of(14, 8, 99)]]), KEY).ok)
})
