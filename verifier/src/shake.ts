// SHAKE128 and SHAKE256 (FIPS 202). The 25 lanes of 64 bits are 50 words of 32: lane i is words 2i (low) and 2i + 1 (high).
import { type Bytes, concat } from './bytes.ts'

/** The tables of FIPS 202, computed as its sections 3.2.2 to 3.2.5 define them. */
const { targets, shifts, constants } = (() => {
  const targets = new Uint8Array(24)
  const shifts = new Uint8Array(24)
  for (let t = 0, x = 1, y = 0; t < 24; t++) {
    shifts[t] = ((t + 1) * (t + 2)) / 2
    ;[x, y] = [y, (2 * x + 3 * y) % 5]
    targets[t] = 2 * (x + 5 * y)
  }
  const constants = new Int32Array(48)
  for (let round = 0, register = 1; round < 24; round++) {
    for (let j = 0; j < 7; j++) {
      const bit = 2 ** j - 1
      const word = 2 * round + (bit >> 5)
      if (register & 1) constants[word] = (constants[word] as number) ^ (1 << (bit & 31))
      register = register & 0x80 ? (register << 1) ^ 0x171 : register << 1
    }
  }
  return { targets, shifts, constants }
})()

/** The output of SHAKE, read piece by piece: each call gives the next `length` bytes. */
export type Squeeze = (length: number) => Bytes

export const shake128 = (...input: readonly Uint8Array[]): Squeeze => sponge(168, concat(...input))
export const shake256 = (...input: readonly Uint8Array[]): Squeeze => sponge(136, concat(...input))

const sponge = (rate: number, input: Uint8Array): Squeeze => {
  const state = new Int32Array(50)
  const absorb = (byte: number, at: number): void => {
    state[at >> 2] = (state[at >> 2] as number) ^ (byte << (8 * (at & 3)))
  }
  for (let i = 0; i < input.length; i++) {
    absorb(input[i] as number, i % rate)
    if (i % rate === rate - 1) permute(state)
  }
  absorb(0x1f, input.length % rate)
  absorb(0x80, rate - 1)
  permute(state)
  let at = 0
  return (length) => {
    const output = new Uint8Array(length)
    for (let i = 0; i < length; i++, at++) {
      if (at === rate) {
        permute(state)
        at = 0
      }
      output[i] = (state[at >> 2] as number) >>> (8 * (at & 3))
    }
    return output
  }
}

/** Keccak-f[1600]. */
const permute = (a: Int32Array): void => {
  const parity = new Int32Array(10)
  const row = new Int32Array(10)
  for (let round = 0; round < 24; round++) {
    theta(a, parity)
    rhoAndPi(a)
    for (let y = 0; y < 50; y += 10) {
      for (let i = 0; i < 10; i++) row[i] = a[y + i] as number
      for (let i = 0; i < 10; i++)
        a[y + i] = (row[i] as number) ^ (~(row[i < 8 ? i + 2 : i - 8] as number) & (row[i < 6 ? i + 4 : i - 6] as number))
    }
    a[0] = (a[0] as number) ^ (constants[2 * round] as number)
    a[1] = (a[1] as number) ^ (constants[2 * round + 1] as number)
  }
}

const theta = (a: Int32Array, parity: Int32Array): void => {
  for (let i = 0; i < 10; i++)
    parity[i] = (a[i] as number) ^ (a[i + 10] as number) ^ (a[i + 20] as number) ^ (a[i + 30] as number) ^ (a[i + 40] as number)
  for (let x = 0; x < 10; x += 2) {
    const low = parity[x < 8 ? x + 2 : x - 8] as number
    const high = parity[x < 8 ? x + 3 : x - 7] as number
    const left = x < 2 ? x + 8 : x - 2
    const mixLow = (parity[left] as number) ^ ((low << 1) | (high >>> 31))
    const mixHigh = (parity[left + 1] as number) ^ ((high << 1) | (low >>> 31))
    for (let y = x; y < 50; y += 10) {
      a[y] = (a[y] as number) ^ mixLow
      a[y + 1] = (a[y + 1] as number) ^ mixHigh
    }
  }
}

/** One walk over all lanes but the first: each moves to the next place of the walk, turned left by that step's shift. */
const rhoAndPi = (a: Int32Array): void => {
  let low = a[2] as number
  let high = a[3] as number
  for (let t = 0; t < 24; t++) {
    const target = targets[t] as number
    const shift = shifts[t] as number
    const first = shift & 32 ? high : low
    const second = shift & 32 ? low : high
    low = a[target] as number
    high = a[target + 1] as number
    // No shift is a multiple of 32, so both halves of the turn are proper.
    a[target] = (first << (shift & 31)) | (second >>> (32 - (shift & 31)))
    a[target + 1] = (second << (shift & 31)) | (first >>> (32 - (shift & 31)))
  }
}
