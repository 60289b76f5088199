// @ts-nocheck AssemblyScript: types and built-in functions are its own.
// Radix sort of 32-bit numbers, eleven bits a pass, in the open part of memory.
import { OPEN, TABLE } from './layout'

const BITS: u32 = 11
const BUCKETS: usize = 1 << BITS
const PASSES: u32 = 3

/** Sorts so many numbers at OPEN, each kept once; needs as much room again behind them. Gives how many are left. */
export function sortDistinct(count: u32): u32 {
  if (count === 0) return 0
  const size = (<usize>count) << 2
  let from = OPEN
  let to = OPEN + size
  for (let pass: u32 = 0; pass < PASSES; pass++) {
    sortBy(pass * BITS, from, from + size, to)
    const other = from
    from = to
    to = other
  }
  // An odd number of passes leaves them in the second half.
  let end = OPEN
  for (let at = from; at < from + size; at += 4) {
    const value = load<u32>(at)
    if (end === OPEN || load<u32>(end - 4) !== value) {
      store<u32>(end, value)
      end += 4
    }
  }
  return <u32>((end - OPEN) >> 2)
}

function sortBy(shift: u32, from: usize, end: usize, to: usize): void {
  memory.fill(TABLE, 0, BUCKETS << 2)
  for (let at = from; at < end; at += 4) {
    const bucket = bucketOf(load<u32>(at), shift)
    store<u32>(bucket, load<u32>(bucket) + 1)
  }
  let place = <u32>to
  for (let bucket = TABLE; bucket < TABLE + (BUCKETS << 2); bucket += 4) {
    const size = load<u32>(bucket)
    store<u32>(bucket, place)
    place += size << 2
  }
  for (let at = from; at < end; at += 4) {
    const value = load<u32>(at)
    const bucket = bucketOf(value, shift)
    const place = load<u32>(bucket)
    store<u32>(place, value)
    store<u32>(bucket, place + 4)
  }
}

function bucketOf(value: u32, shift: u32): usize {
  return TABLE + ((<usize>((value >> shift) & (<u32>BUCKETS - 1))) << 2)
}
