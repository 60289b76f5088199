import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import { test } from 'node:test'
import { hex, ML_DSA_44_KEY_BYTES, ML_DSA_44_SIGNATURE_BYTES, shake128, shake256, verifyMlDsa44 } from '#verifier'

const KEY_INFO_BYTES = 22
const pair = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ml-dsa-44')
  const info = publicKey.export({ type: 'spki', format: 'der' })
  return { publicKey, privateKey, raw: new Uint8Array(info.subarray(KEY_INFO_BYTES)) }
}
const flip = (bytes: Uint8Array, bit: number) => bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
const anyBit = (bytes: Uint8Array) => randomBytes(4).readUInt32LE() % (8 * bytes.length)

test('SHAKE equals the native one, in one piece and in many', () => {
  for (const length of [0, 1, 135, 136, 137, 167, 168, 169, 1000]) {
    const input = new Uint8Array(length).map((_, i) => (i * 7) & 255)
    for (const [name, ours] of [
      ['shake128', shake128],
      ['shake256', shake256],
    ] as const) {
      const native = createHash(name, { outputLength: 500 }).update(input).digest('hex')
      assert.equal(hex(ours(input)(500)), native, `${name} of ${length} bytes`)
      const squeeze = ours(input.subarray(0, length >> 1), input.subarray(length >> 1))
      assert.equal([1, 167, 0, 200, 132].map((part) => hex(squeeze(part))).join(''), native)
    }
  }
})

test('150 native signatures verify; with one flipped bit in signature, message or key they do not', () => {
  let key = pair()
  for (let round = 0; round < 150; round++) {
    if (round % 10 === 0) key = pair()
    const message = new Uint8Array(randomBytes(1 + 3 * round))
    const signature = new Uint8Array(sign(null, message, key.privateKey))
    assert.equal(key.raw.length, ML_DSA_44_KEY_BYTES)
    assert.equal(signature.length, ML_DSA_44_SIGNATURE_BYTES)
    assert.ok(verifyMlDsa44(key.raw, message, signature), hex(message))
    assert.ok(!verifyMlDsa44(key.raw, message, flip(signature, anyBit(signature))))
    assert.ok(!verifyMlDsa44(key.raw, flip(message, anyBit(message)), signature))
    assert.ok(!verifyMlDsa44(flip(key.raw, anyBit(key.raw)), message, signature))
  }
})

test('each byte of the hints is read strictly, as the native verifier reads it', () => {
  const { publicKey, privateKey, raw } = pair()
  const message = new Uint8Array(40)
  const signature = new Uint8Array(sign(null, message, privateKey))
  for (let i = ML_DSA_44_SIGNATURE_BYTES - 84; i < ML_DSA_44_SIGNATURE_BYTES; i++)
    for (const value of [0, (signature[i] ?? 0) ^ 1, 81, 255]) {
      const changed = signature.with(i, value)
      assert.equal(verifyMlDsa44(raw, message, changed), verify(null, message, publicKey, changed), `byte ${i} as ${value}`)
    }
})

test('wrong lengths, constant bytes and a context are refused', () => {
  const { privateKey, raw } = pair()
  const message = new Uint8Array(3)
  const signature = new Uint8Array(sign(null, message, privateKey))
  assert.ok(!verifyMlDsa44(raw, message, signature.subarray(1)))
  assert.ok(!verifyMlDsa44(raw.subarray(1), message, signature))
  for (const byte of [0, 1, 255]) {
    assert.ok(!verifyMlDsa44(raw, message, new Uint8Array(ML_DSA_44_SIGNATURE_BYTES).fill(byte)))
    assert.ok(!verifyMlDsa44(new Uint8Array(ML_DSA_44_KEY_BYTES).fill(byte), message, signature))
  }
})
