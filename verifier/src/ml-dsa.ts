// Verification of ML-DSA-44 signatures (FIPS 204), because WebCrypto does not have it everywhere. Nothing here is secret, so
// nothing needs constant time. Coefficients are kept in [0, Q); a product of two has 46 bits, which a double holds exactly.
import { concat, equalBytes } from './bytes.ts'
import { type Squeeze, shake128, shake256 } from './shake.ts'

const Q = 8_380_417
/** Rows and columns of the matrix A (the standard's k and l). */
const DIMENSION = 4
/** Bits dropped from t (d). */
const DROPPED = 13
/** Coefficients ±1 in the challenge (tau). */
const CHALLENGE_WEIGHT = 39
const GAMMA1 = 2 ** 17
const GAMMA2 = (Q - 1) / 88
/** tau × eta. */
const BETA = 78
/** Hints at most (omega). */
const MAX_HINTS = 80
const SEED_BYTES = 32
const Z_BYTES = (256 * 18) / 8
const T1_BYTES = (256 * 10) / 8
export const ML_DSA_44_KEY_BYTES = SEED_BYTES + DIMENSION * T1_BYTES
export const ML_DSA_44_SIGNATURE_BYTES = SEED_BYTES + DIMENSION * Z_BYTES + MAX_HINTS + DIMENSION

type Polynomial = Int32Array

/** Whether `signature` is an ML-DSA-44 signature of `message` (empty context) under `publicKey`. FIPS 204, algorithms 3 and 8. */
export const verifyMlDsa44 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
  if (publicKey.length !== ML_DSA_44_KEY_BYTES || signature.length !== ML_DSA_44_SIGNATURE_BYTES) return false
  const commitment = signature.subarray(0, SEED_BYTES)
  const z = vector((i) => unpack(signature, SEED_BYTES + i * Z_BYTES, 18).map((value) => GAMMA1 - value))
  const hints = unpackHints(signature.subarray(SEED_BYTES + DIMENSION * Z_BYTES))
  if (hints === undefined || z.some((part) => part.some((value) => Math.abs(value) >= GAMMA1 - BETA))) return false

  const zHat = z.map(ntt)
  const cHat = ntt(challenge(commitment))
  const w1 = vector((row) => {
    const t1Hat = ntt(unpack(publicKey, SEED_BYTES + row * T1_BYTES, 10).map((value) => value << DROPPED))
    const columns = vector((column) => matrixEntry(publicKey.subarray(0, SEED_BYTES), row, column))
    const product = new Int32Array(256)
    for (let i = 0; i < 256; i++) {
      let sum = -(at(cHat, i) * at(t1Hat, i))
      for (let column = 0; column < DIMENSION; column++) sum += at(columns[column] as Polynomial, i) * at(zHat[column] as Polynomial, i)
      product[i] = modulo(sum)
    }
    return inverseNtt(product).map((value, i) => useHint(at(hints[row] as Polynomial, i), value))
  })
  const messageHash = shake256(shake256(publicKey)(64), Uint8Array.of(0, 0), message)(64)
  return equalBytes(commitment, shake256(messageHash, ...w1.map(pack6))(SEED_BYTES))
}

const vector = (part: (index: number) => Polynomial): Polynomial[] => Array.from({ length: DIMENSION }, (_, i) => part(i))
const at = (polynomial: Polynomial, i: number): number => polynomial[i] as number
const modulo = (value: number): number => {
  const rest = value % Q
  return rest < 0 ? rest + Q : rest
}

/** 256 unsigned numbers of `bits` bits each, least significant bit first. */
const unpack = (bytes: Uint8Array, offset: number, bits: number): Polynomial => {
  const values = new Int32Array(256)
  let pool = 0
  let pooled = 0
  for (let i = 0, next = offset; i < 256; i++) {
    for (; pooled < bits; pooled += 8) pool |= (bytes[next++] as number) << pooled
    values[i] = pool & ((1 << bits) - 1)
    pool >>>= bits
    pooled -= bits
  }
  return values
}

/** 256 numbers below 64 in 192 bytes. */
const pack6 = (values: Polynomial): Uint8Array => {
  const bytes = new Uint8Array(192)
  for (let i = 0, next = 0; i < 256; i += 4) {
    const group = at(values, i) | (at(values, i + 1) << 6) | (at(values, i + 2) << 12) | (at(values, i + 3) << 18)
    for (let shift = 0; shift < 24; shift += 8) bytes[next++] = group >> shift
  }
  return bytes
}

/** Algorithm 21. Strict, so that no second encoding of the same hints is a signature too. */
const unpackHints = (bytes: Uint8Array): Polynomial[] | undefined => {
  const hints = vector(() => new Int32Array(256))
  let index = 0
  for (let i = 0; i < DIMENSION; i++) {
    const end = bytes[MAX_HINTS + i] as number
    if (end < index || end > MAX_HINTS) return undefined
    for (const first = index; index < end; index++) {
      const position = bytes[index] as number
      if (index > first && (bytes[index - 1] as number) >= position) return undefined
      ;(hints[i] as Polynomial)[position] = 1
    }
  }
  return bytes.subarray(index, MAX_HINTS).every((byte) => byte === 0) ? hints : undefined
}

/** Algorithm 29, SampleInBall: the sparse polynomial that the commitment hash stands for. */
const challenge = (seed: Uint8Array): Polynomial => {
  const squeeze = shake256(seed)
  const signs = squeeze(8)
  const c = new Int32Array(256)
  for (let k = 0, i = 256 - CHALLENGE_WEIGHT; i < 256; k++, i++) {
    const j = firstUpTo(i, squeeze)
    c[i] = at(c, j)
    c[j] = ((signs[k >> 3] as number) >> (k & 7)) & 1 ? -1 : 1
  }
  return c
}
const firstUpTo = (limit: number, squeeze: Squeeze): number => {
  for (;;) {
    const candidate = squeeze(1)[0] as number
    if (candidate <= limit) return candidate
  }
}

/** Algorithms 30 and 32: one entry of the matrix A, already transformed. */
const matrixEntry = (seed: Uint8Array, row: number, column: number): Polynomial => {
  const squeeze = shake128(concat(seed, Uint8Array.of(column, row)))
  const entry = new Int32Array(256)
  for (let found = 0; found < 256; ) {
    const block = squeeze(168)
    for (let i = 0; i < 168 && found < 256; i += 3) {
      const value = (block[i] as number) | ((block[i + 1] as number) << 8) | (((block[i + 2] as number) & 0x7f) << 16)
      if (value < Q) entry[found++] = value
    }
  }
  return entry
}

/** Algorithms 36 and 40: the high part of `value`, moved by one where the signer said that rounding carries. */
const useHint = (hint: number, value: number): number => {
  let low = value % (2 * GAMMA2)
  if (low > GAMMA2) low -= 2 * GAMMA2
  let high = (value - low) / (2 * GAMMA2)
  if (value - low === Q - 1) {
    high = 0
    low -= 1
  }
  return hint === 0 ? high : (high + (low > 0 ? 1 : 43)) % 44
}

/** Powers of the 512th root of unity 1753, in bit-reversed order. */
const ZETAS = Array.from({ length: 256 }, (_, k) => {
  let power = 1
  for (let bit = 7; bit >= 0; bit--) power = (((power * power) % Q) * ((k >> (7 - bit)) & 1 ? 1753 : 1)) % Q
  return power
})

/** Algorithm 41, on a copy. Takes coefficients in (-Q, Q). */
const ntt = (polynomial: Polynomial): Polynomial => {
  const w = polynomial.map(modulo)
  for (let length = 128, k = 1; length >= 1; length >>= 1) {
    for (let start = 0; start < 256; start += 2 * length) {
      const zeta = ZETAS[k++] as number
      for (let j = start; j < start + length; j++) {
        const t = (zeta * at(w, j + length)) % Q
        const a = at(w, j)
        w[j + length] = a < t ? a - t + Q : a - t
        w[j] = a + t >= Q ? a + t - Q : a + t
      }
    }
  }
  return w
}

/** Algorithm 42, on a copy. */
const inverseNtt = (polynomial: Polynomial): Polynomial => {
  const w = polynomial.slice()
  for (let length = 1, k = 255; length < 256; length <<= 1) {
    for (let start = 0; start < 256; start += 2 * length) {
      const zeta = Q - (ZETAS[k--] as number)
      for (let j = start; j < start + length; j++) {
        const a = at(w, j)
        const b = at(w, j + length)
        w[j] = a + b >= Q ? a + b - Q : a + b
        w[j + length] = (zeta * (a - b + Q)) % Q
      }
    }
  }
  // 8347681 is the inverse of 256.
  return w.map((value) => (value * 8_347_681) % Q)
}
