// @ts-nocheck AssemblyScript: types and built-in functions are its own.
// One hash table with open addressing, used again and again: a slot has a 64-bit key (0 is empty), where the key was first seen, and a count.
import { SLOT, TABLE } from './layout'

let mask: u64 = 0

/** Empties it for so many keys at most. */
export function clearTable(keys: u32): void {
  let slots: u64 = 16
  while (slots < (<u64>keys) << 1) slots <<= 1
  mask = slots - 1
  memory.fill(TABLE, 0, <usize>slots * SLOT)
}

/** The slot of a key: the key's own, or the empty one where it belongs. */
export function slotOf(key: u64): usize {
  return findSlot(TABLE, mask, key)
}

export function findSlot(table: usize, mask: u64, key: u64): usize {
  let index = key & mask
  while (true) {
    const slot = table + <usize>(index << 4)
    const found = load<u64>(slot)
    if (found === key || found === 0) return slot
    index = (index + 1) & mask
  }
}

export function keyOf(hash: u64): u64 {
  return hash === 0 ? 1 : hash
}
export function firstOf(slot: usize): u32 {
  return load<u32>(slot, 8)
}
export function countOf(slot: usize): u32 {
  return load<u32>(slot, 12)
}
export function setCount(slot: usize, count: u32): void {
  store<u32>(slot, count, 12)
}
export function fillSlot(slot: usize, key: u64, first: u32, count: u32): void {
  store<u64>(slot, key)
  store<u64>(slot, <u64>first | ((<u64>count) << 32), 8)
}
