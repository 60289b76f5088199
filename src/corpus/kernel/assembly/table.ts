// @ts-nocheck AssemblyScript: types and built-in functions are its own.
// One hash table with open addressing, used again and again. A slot has the place of what was first seen with a key, and the key's upper bits;
// its lower bits decide where the slot lies.
import { TABLE } from './layout'

/** Places are numbers of words or lines in a piece, from 1 on in a slot: 0 is an empty one. */
const PLACE_BITS: u64 = 20
const PLACES: u64 = (1 << PLACE_BITS) - 1
const LEAST_SLOTS: u64 = 16

let mask: u64 = 0

/** Empties it for so many keys at most, of which it has room for half as many again. */
export function clearTable(keys: u32): void {
  const wanted = <u64>keys + (<u64>keys >> 1)
  const slots = wanted < LEAST_SLOTS ? LEAST_SLOTS : (<u64>1) << (64 - clz(wanted))
  mask = slots - 1
  memory.fill(TABLE, 0, (<usize>slots) << 3)
}

/** The place first seen with a key; this one, if it is the first. */
export function firstPlace(key: u64, place: u32): u32 {
  const upper = key & ~PLACES
  let index = (key ^ (key >> 32)) & mask
  while (true) {
    const slot = TABLE + <usize>(index << 3)
    const found = load<u64>(slot)
    if (found === 0) {
      store<u64>(slot, upper | <u64>(place + 1))
      return place
    }
    if ((found & ~PLACES) === upper) return <u32>(found & PLACES) - 1
    index = (index + 1) & mask
  }
}
