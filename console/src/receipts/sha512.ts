// SHA-512 (FIPS 180-4) for the one case in which a page has no WebCrypto: Ed25519 needs it.
const MASK = 0xffffffffffffffffn
const BLOCK = 128

const isPrime = (value: number): boolean => {
  for (let by = 2; by * by <= value; by++) if (value % by === 0) return false
  return true
}
const PRIMES: readonly number[] = Array.from({ length: 408 }, (_, i) => i + 2).filter(isPrime)

/** The first 64 bits of the fraction of a number’s root: by halving, on integers. */
const fractionOfRoot = (value: number, degree: bigint): bigint => {
  const scaled = BigInt(value) << (64n * degree)
  let [low, high] = [0n, 1n << 72n]
  while (high - low > 1n) {
    const middle = (low + high) >> 1n
    if (middle ** degree <= scaled) low = middle
    else high = middle
  }
  return low & MASK
}
const START = PRIMES.slice(0, 8).map((prime) => fractionOfRoot(prime, 2n))
const ROUNDS = PRIMES.slice(0, 80).map((prime) => fractionOfRoot(prime, 3n))

const turn = (value: bigint, by: bigint): bigint => ((value >> by) | (value << (64n - by))) & MASK

const padded = (message: Uint8Array): DataView => {
  const length = Math.ceil((message.length + 17) / BLOCK) * BLOCK
  const bytes = new Uint8Array(length)
  bytes.set(message)
  bytes[message.length] = 0x80
  const view = new DataView(bytes.buffer)
  view.setBigUint64(length - 8, BigInt(message.length) * 8n)
  return view
}

const schedule = (view: DataView, start: number): readonly bigint[] => {
  const words: bigint[] = []
  for (let i = 0; i < 16; i++) words.push(view.getBigUint64(start + 8 * i))
  const word = (i: number): bigint => words[i] as bigint
  for (let i = 16; i < 80; i++) {
    const [older, newer] = [word(i - 15), word(i - 2)]
    const low = turn(older, 1n) ^ turn(older, 8n) ^ (older >> 7n)
    const high = turn(newer, 19n) ^ turn(newer, 61n) ^ (newer >> 6n)
    words.push((word(i - 16) + low + word(i - 7) + high) & MASK)
  }
  return words
}

type State = readonly [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint]
const round = ([a, b, c, d, e, f, g, h]: State, added: bigint): State => {
  const choice = (e & f) ^ (~e & MASK & g)
  const majority = (a & b) ^ (a & c) ^ (b & c)
  const first = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + choice + added
  const second = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + majority
  return [(first + second) & MASK, a, b, c, (d + first) & MASK, e, f, g]
}

export const sha512 = (message: Uint8Array): Uint8Array => {
  const view = padded(message)
  let state = START as unknown as State
  for (let start = 0; start < view.byteLength; start += BLOCK) {
    let worked = state
    for (const [i, word] of schedule(view, start).entries()) worked = round(worked, word + (ROUNDS[i] as bigint))
    state = state.map((value, i) => (value + (worked[i] as bigint)) & MASK) as unknown as State
  }
  const digest = new DataView(new ArrayBuffer(64))
  for (const [i, value] of state.entries()) digest.setBigUint64(8 * i, value)
  return new Uint8Array(digest.buffer)
}
