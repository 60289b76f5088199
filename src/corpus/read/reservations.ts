// Reservations of rights as they are found with a text (Directive (EU) 2019/790, Art. 4(3)). One that is found anywhere holds.
import { dayOf, epochMillis } from '../../core/units.ts'
import type { Reservation, Terms } from '../terms.ts'

/** The stricter of two; of two alike, the former. */
export const stricter = (one: Reservation | null, other: Reservation | null): Reservation | null =>
  one === null || (other?.reserved === true && !one.reserved) ? other : one

/** Lays what TDMRep says in a header or a page over terms: `1` reserves, `0` does not, anything else says nothing. */
export const reservedBy = (terms: Terms, value: string | undefined, time: number): Terms => {
  const reserved = tdmValue(value)
  if (reserved === undefined) return terms
  return withReservation(terms, { found: 'tdmrep', reserved, asOf: dayOf(epochMillis(time)) })
}
export const withReservation = (terms: Terms, found: Reservation | null): Terms => {
  const reservation = stricter(terms.reservation, found)
  return reservation === terms.reservation ? terms : { ...terms, reservation }
}

/** W3C TDM Reservation Protocol, "tdm-reservation": 1 or 0. */
export const tdmValue = (value: unknown): boolean | undefined => {
  const text = String(value ?? '').trim()
  return text === '1' ? true : text === '0' ? false : undefined
}
