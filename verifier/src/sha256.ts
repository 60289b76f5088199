import type { Bytes } from './bytes.ts'

/** A hash function over whole byte strings. Callers with a native SHA-256 pass theirs; the one below is the default. */
export type Hash = (bytes: Uint8Array) => Uint8Array

// The constants of FIPS 180-4: the first 32 bits of the fractional parts of the square roots (initial state, first 8 primes)
// and cube roots (rounds, first 64 primes). Doubles hold them exactly enough; the test vectors would show it if not.
const PRIMES = (() => {
  const primes: number[] = []
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p !== 0)) primes.push(n)
  return primes
})()
const fraction = (x: number): number => ((x - Math.floor(x)) * 2 ** 32) | 0
const INITIAL = PRIMES.slice(0, 8).map((p) => fraction(Math.sqrt(p)))
const ROUND = Int32Array.from(PRIMES, (p) => fraction(Math.cbrt(p)))

/** SHA-256 (FIPS 180-4) in plain JavaScript, because WebCrypto's is asynchronous and trees are not. */
export const sha256 = (message: Uint8Array): Bytes => {
  const padded = new Uint8Array(((message.length + 8) >> 6) * 64 + 64)
  padded.set(message)
  padded[message.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor(message.length / 2 ** 29))
  view.setUint32(padded.length - 4, message.length << 3)
  const state = Int32Array.from(INITIAL)
  const schedule = new Int32Array(64)
  for (let at = 0; at < padded.length; at += 64) compress(state, schedule, view, at)
  const digest = new DataView(new ArrayBuffer(32))
  state.forEach((word, i) => {
    digest.setInt32(4 * i, word)
  })
  return new Uint8Array(digest.buffer)
}

const compress = (state: Int32Array, w: Int32Array, block: DataView, at: number): void => {
  for (let i = 0; i < 16; i++) w[i] = block.getInt32(at + 4 * i)
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15] as number
    const y = w[i - 2] as number
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    w[i] = (w[i - 16] as number) + s0 + (w[i - 7] as number) + s1
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (ROUND[i] as number) + (w[i] as number)) | 0
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  const next = [a, b, c, d, e, f, g, h]
  for (let i = 0; i < 8; i++) state[i] = (state[i] as number) + (next[i] as number)
}
