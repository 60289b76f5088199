// Check digits by the methods that several identifiers share. Each takes digits alone, as many as its identifier has.

/** The value of the digit at a place. */
export const digitAt = (digits: string, at: number): number => digits.charCodeAt(at) - 48

/** The sum of the digits, each times its weight; as many digits count as there are weights. */
export const weighted = (digits: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, at) => sum + weight * digitAt(digits, at), 0)

/** ISO/IEC 7812-1, Annex B: every second digit from the right counts twice. */
export const luhn = (digits: string): boolean => {
  let sum = 0
  for (let at = digits.length - 1, twice = false; at >= 0; at--, twice = !twice) {
    const value = digitAt(digits, at) * (twice ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}

// J. Verhoeff, "Error detecting decimal codes", Mathematical Centre Tract 29, 1969: the dihedral group of the pentagon.
const TIMES = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
]
const MOVED = ['0123456789', '1576283094', '5803796142', '8916043527', '9453126870', '4286573901', '2793806415', '7046913258']
export const verhoeff = (digits: string): boolean => {
  let check = 0
  for (let at = 0; at < digits.length; at++)
    check = digitAt(TIMES[check] ?? '', digitAt(MOVED[at % 8] ?? '', digitAt(digits, digits.length - 1 - at)))
  return check === 0
}

/** ISO/IEC 7064, MOD 97-10, over digits and letters (A is 10): the remainder. */
export const mod97 = (characters: string): number => {
  let rest = 0
  for (let at = 0; at < characters.length; at++) {
    const code = characters.charCodeAt(at)
    rest = code > 57 ? (rest * 100 + code - 55) % 97 : (rest * 10 + code - 48) % 97
  }
  return rest
}

/** Days of each month in a year of 366 days: centuries are not always written. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
export const isDay = (month: number, day: number): boolean => day >= 1 && day <= (DAYS[month - 1] ?? 0)
