import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Json, parseJson } from '../../core/json.ts'
import { stepKey } from '../block.ts'
import { type Digest, decodeSections, encodeSections, type Numbers, type Sections } from '../sections.ts'
import { type Pipeline, stepsOf } from './pipeline.ts'

type Vectors = {
  readonly sections: readonly {
    readonly sections: readonly { readonly name: string; readonly type: keyof typeof TYPES; readonly values: readonly number[] }[]
    readonly file: string
  }[]
  readonly steps: readonly { readonly step: Parameters<typeof stepKey>[0]; readonly key: Digest }[]
}
const TYPES = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f32: Float32Array, f64: Float64Array } as const

const read = parseJson(readFileSync(join(import.meta.dirname, '../../../spec/vectors/corpus-steps.json'), 'utf8'))
const vectors = (read.ok ? read.value : assert.fail('the vectors are no JSON')) as unknown as Vectors

test('sections files are those of the vectors, both ways', () => {
  for (const { sections, file } of vectors.sections) {
    const made: Sections = new Map(
      sections.map(({ name, type, values }): [string, Numbers] => [
        name,
        (type as string) === 'u64' ? BigUint64Array.from(values, BigInt) : TYPES[type].from(values),
      ]),
    )
    assert.equal(Buffer.from(encodeSections(made)).toString('hex'), file)
    const decoded = decodeSections(Uint8Array.from(Buffer.from(file, 'hex')), 'a vector')
    assert.ok(decoded.ok)
    assert.deepEqual(decoded.value, made)
  }
})

test('keys of steps are those of the vectors', () => {
  for (const { step, key } of vectors.steps) assert.equal(stepKey(step), key)
})

test('a change of one block changes its own key and those of the blocks that read it, and no others', () => {
  const pack = 'ab'.repeat(32) as Digest
  const pipeline = (threshold: Json): Pipeline => [
    { block: 'language', version: 1, settings: { languages: ['et'] }, reads: [] },
    { block: 'quality', version: 1, settings: threshold, reads: ['language'] },
    { block: 'personal-data', version: 1, settings: {}, reads: [] },
    { block: 'judge', version: 1, settings: {}, reads: ['language', 'quality'] },
    { block: 'signature', version: 1, settings: null, reads: [] },
  ]
  const [before, after] = [stepsOf(pipeline(1), pack), stepsOf(pipeline(2), pack)]
  const changed = after.filter(({ key }, index) => key !== before[index]?.key).map(({ stage }) => stage.block)
  assert.deepEqual(changed, ['quality', 'judge'])
  assert.equal(new Set(after.map(({ key }) => key)).size, 5)
})
