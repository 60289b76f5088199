import type { DatabaseSync } from 'node:sqlite'
import { type CallId, callTime } from '../core/ids.ts'
import type { Secret } from './records.ts'

/**
 * Nearly every call stays at home and leaves one record, with a salt and no subject. A row of its own for each would be the
 * dearest thing a call does; so those of one transaction share a row, and each is 62 bytes in it.
 *
 * The bytes: 26 of the call's id behind its prefix, 4 of its entry's distance from the first (little endian), 32 of the salt, zeros once
 * it is erased. INVARIANT(G8): a row never changes its length, so SQLite overwrites it in place.
 */
export type Packed = { readonly outcome: number; readonly salt: Uint8Array | undefined }

const ID_BYTES = 26
const SALT_AT = ID_BYTES + 4
const SALT_BYTES = 32
const CALL_BYTES = SALT_AT + SALT_BYTES
const PREFIX_LENGTH = 'call_'.length
const ERASED = Buffer.alloc(SALT_BYTES)

/** The calls of one piece that fit into a pack; `most` is how many there can be. */
export class Pack {
  private readonly bytes: Buffer
  private readonly first: number
  private count = 0
  private earliest = Number.POSITIVE_INFINITY
  private latest = Number.NEGATIVE_INFINITY

  constructor(first: number, most: number) {
    this.first = first
    this.bytes = Buffer.allocUnsafe(most * CALL_BYTES)
  }

  static takes(secret: Secret): boolean {
    return secret.subject === undefined && secret.salt.length === SALT_BYTES && !secret.salt.equals(ERASED)
  }

  add(index: number, { call, salt }: Secret): void {
    const at = this.count++ * CALL_BYTES
    const arrived = callTime(call)
    this.earliest = Math.min(this.earliest, arrived)
    this.latest = Math.max(this.latest, arrived)
    this.bytes.write(call.slice(PREFIX_LENGTH), at, ID_BYTES, 'latin1')
    this.bytes.writeUInt32LE(index - this.first, at + ID_BYTES)
    this.bytes.set(salt, at + SALT_AT)
  }

  write(sql: PackStatements): void {
    if (this.count > 0) sql.add.run(this.first, this.earliest, this.latest, this.bytes.subarray(0, this.count * CALL_BYTES))
  }
}

export type PackStatements = ReturnType<typeof packStatements>
export const packStatements = (database: DatabaseSync) => ({
  add: database.prepare('INSERT INTO packs (first, earliest, latest, calls) VALUES (?, ?, ?, ?)'),
  at: database.prepare('SELECT first, calls FROM packs WHERE latest >= ?1 AND earliest <= ?1'),
  overwrite: database.prepare('UPDATE packs SET calls = ? WHERE first = ?'),
})

export const findPacked = (sql: PackStatements, call: CallId): Packed | undefined => {
  const place = placeOf(sql, call)
  if (place === undefined) return undefined
  const salt = place.calls.subarray(place.at + SALT_AT, place.at + CALL_BYTES)
  return {
    outcome: place.first + place.calls.readUInt32LE(place.at + ID_BYTES),
    salt: salt.equals(ERASED) ? undefined : new Uint8Array(salt),
  }
}

/** Overwrites the salt with zeros. Undefined when no pack has the call, false when it was erased before. */
export const erasePacked = (sql: PackStatements, call: CallId): boolean | undefined => {
  const place = placeOf(sql, call)
  if (place === undefined) return undefined
  const salt = place.calls.subarray(place.at + SALT_AT, place.at + CALL_BYTES)
  if (salt.equals(ERASED)) return false
  salt.fill(0)
  sql.overwrite.run(place.calls, place.first)
  return true
}

type Place = { readonly first: number; readonly calls: Buffer; readonly at: number }
/** A call's id says when it arrived, and each pack between which arrivals its calls lie: a few packs have to be looked through. */
const placeOf = (sql: PackStatements, call: CallId): Place | undefined => {
  const id = Buffer.from(call.slice(PREFIX_LENGTH), 'latin1')
  for (const row of sql.at.iterate(callTime(call))) {
    const stored = row.calls as Uint8Array
    const calls = Buffer.from(stored.buffer, stored.byteOffset, stored.length)
    // Letters of an id may stand in a salt by chance; only the start of a call's bytes is its id.
    for (let at = calls.indexOf(id); at >= 0; at = calls.indexOf(id, at + 1))
      if (at % CALL_BYTES === 0) return { first: Number(row.first), calls, at }
  }
  return undefined
}
