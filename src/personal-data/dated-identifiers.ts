// Identifiers that begin with a birthday. Libraries refuse birthdays that are still to come, and so ask what day it is; here a text has the same
// findings on every day, and a birthday is any day of the calendar. Each takes digits and capital letters alone.
import { digitAt, isDay, luhn, weighted } from './check-digits.ts'

const pair = (text: string, at: number): number => digitAt(text, at) * 10 + digitAt(text, at + 1)
/** Year, month and day of two digits each begin here. */
const isYearMonthDay = (text: string, at: number): boolean => isDay(pair(text, at + 2), pair(text, at + 4))
const isDayMonthYear = (text: string, at: number): boolean => isDay(pair(text, at + 2), pair(text, at))

/** Austria: three digits, the check digit by weights modulo 11, birthday; months above 12 were given where numbers ran out (Dachverband der Sozialversicherungsträger). */
export const atInsurance = (digits: string): boolean => {
  const [day, month] = [pair(digits, 4), pair(digits, 6)]
  const isBorn = isDay(month > 12 && month < 17 ? 12 : month, day) && !digits.startsWith('0')
  return isBorn && weighted(digits, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === digitAt(digits, 3)
}

/** Belgium: two digits are what nine lack of a multiple of 97, with a 2 before them for those born after 1999 (Royal decree of 3 April 1984). */
export const beNational = (digits: string): boolean => {
  const [month, day, nine, check] = [pair(digits, 2), pair(digits, 4), Number(digits.slice(0, 9)), pair(digits, 9)]
  // A number for somebody who is not in the register has 20 or 40 added to the month; an unknown day or month is 0.
  const base = month % 20
  const isBorn = base <= 12 && day <= 31 && month < 60
  return isBorn && (97 - (nine % 97) === check || 97 - ((2_000_000_000 + nine) % 97) === check)
}

/** Bulgaria: 20 is added to the month for the 19th century, 40 for the 21st (Ordinance on the unified personal number). */
export const bgPersonal = (digits: string): boolean => {
  const month = pair(digits, 2)
  const isBorn = isDay(month > 40 ? month - 40 : month > 20 ? month - 20 : month, pair(digits, 4))
  return isBorn && (weighted(digits, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === digitAt(digits, 9)
}

/** Czechia and Slovakia: 50 is added to a woman's month, and 20 where numbers ran out; ten digits are a multiple of 11 (Act 133/2000). */
export const czBirth = (digits: string): boolean => {
  let month = pair(digits, 2)
  if (month > 50) month -= 50
  if (month > 20) month -= 20
  if (!isDay(month, pair(digits, 4))) return false
  // Nine digits were given until 1953, without a check digit.
  if (digits.length === 9) return pair(digits, 0) < 54 && !digits.endsWith('000')
  return Number(digits) % 11 === 0 || (Number(digits.slice(0, 9)) % 11 === 10 && digits.endsWith('0'))
}

/** Denmark: the check digit has not been sure since 2007, so that the birthday is all there is (CPR-kontoret). */
export const dkPersonal = (digits: string): boolean => isDayMonthYear(digits, 0)

/** Estonia and Lithuania: sex and century, birthday, three digits, two rounds of weights modulo 11 (EVS 585:2007). */
export const balticCode = (digits: string): boolean => {
  if (!/^[1-8]/.test(digits) || !isYearMonthDay(digits, 1)) return false
  const first = weighted(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11
  const check = first < 10 ? first : weighted(digits, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11
  return check % 10 === digitAt(digits, 10)
}

/** Finland: the character at the remainder of nine digits by 31 (Digital and Population Data Services Agency); the sign of the century may be missing. */
export const fiIdentity = (text: string): boolean => {
  const [, birthday = '', number = '', check = ''] = /^(\d{6})[A-FU-Y]?(\d{3})([0-9A-Y])$/.exec(text) ?? []
  if (birthday === '' || !isDayMonthYear(birthday, 0)) return false
  return '0123456789ABCDEFHJKLMNPRSTUVWXY'.charAt(Number(birthday + number) % 31) === check
}

/** Greece: birthday, four digits, and one by Luhn (IDIKA). */
export const grInsurance = (digits: string): boolean => isDayMonthYear(digits, 0) && luhn(digits)

/** Latvia until 2017: birthday, century, three digits, and a check digit by weights (Regulation of the Cabinet of Ministers). */
export const lvDated = (digits: string): boolean =>
  isDayMonthYear(digits, 0) &&
  /^.{6}[012]/.test(digits) &&
  ((1 + weighted(digits, [10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11) % 10 === digitAt(digits, 10)

/** Poland: the month says the century too, weights 1, 3, 7 and 9 (Act on the register of population). */
export const plPesel = (digits: string): boolean =>
  isDay(pair(digits, 2) % 20, pair(digits, 4)) &&
  (10 - (weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === digitAt(digits, 10)

/** Romania: sex and century, birthday, county, three digits, weights 279146358279 modulo 11 (Law 105/1996). */
export const roPersonal = (digits: string): boolean => {
  const county = pair(digits, 7)
  const isPlace = (county >= 1 && county <= 52) || county === 70 || county >= 80
  if (digits.startsWith('0') || !isYearMonthDay(digits, 1) || !isPlace) return false
  const rest = weighted(digits, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
  return (rest === 10 ? 1 : rest) === digitAt(digits, 12)
}

/** Sweden: birthday, three digits, and one by Luhn over the last ten; 60 is added to the day of who is not registered (Skatteverket, SKV 704). */
export const sePersonal = (digits: string): boolean => {
  const ten = digits.slice(-10)
  const day = pair(ten, 4)
  return (digits.length === 10 || /^(?:18|19|20)/.test(digits)) && isDay(pair(ten, 2), day > 60 ? day - 60 : day) && luhn(ten)
}

/** Former Yugoslavia: birthday with three digits of the year, region, three digits, and one by weights modulo 11 (Law on the JMBG, 1976). */
export const masterNumber = (digits: string): boolean => {
  if (!isDay(pair(digits, 2), pair(digits, 0)) || !/^.{4}[09]/.test(digits)) return false
  const rest = weighted(digits, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
  return rest !== 1 && (rest === 0 ? 0 : 11 - rest) === digitAt(digits, 12)
}

/** China: area, birthday, three digits, and one by ISO/IEC 7064 MOD 11-2, X for ten (GB 11643-1999). */
export const cnResident = (text: string): boolean => {
  const isBorn = /^[1-9]\d{5}(?:18|19|20)/.test(text) && isDay(pair(text, 10), pair(text, 12))
  return isBorn && '10X98765432'.charAt(weighted(text, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11) === text.charAt(17)
}

/** Korea: birthday, sex and century, five digits, one by weights modulo 11 (until 2020; later ones have none). */
export const krResident = (digits: string): boolean =>
  isYearMonthDay(digits, 0) && (11 - (weighted(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10 === digitAt(digits, 12)

/** Malaysia: birthday, place of birth, four digits; no check digit (National Registration Department). */
export const myIdentity = (digits: string): boolean =>
  isYearMonthDay(digits, 0) && !/^.{6}(?:00|1[789]|20|69|70|73|8[01]|9[4-7])/.test(digits)

const CURP = '0123456789ABCDEFGHIJKLMN\u00d1OPQRSTUVWXYZ'
/** Mexico: letters of the names, birthday, sex, state, consonants, and a check digit over 37 characters (DOF, 18 October 2021). */
export const mxRegister = (text: string): boolean => {
  if (!/^[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d$/.test(text) || !isYearMonthDay(text, 4)) return false
  let sum = 0
  for (let at = 0; at < 17; at++) sum += CURP.indexOf(text.charAt(at)) * (18 - at)
  return (10 - (sum % 10)) % 10 === digitAt(text, 17)
}

/** Norway: birthday, three digits, two by weights modulo 11; 40 is added to the day or the month for a D-number or one for help (Skatteetaten). */
export const noBirth = (digits: string): boolean => {
  const [day, month] = [pair(digits, 0), pair(digits, 2)]
  if (!isDay(month > 40 ? month - 40 : month, day > 40 ? day - 40 : day)) return false
  const [first, second] = [weighted(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2]), weighted(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2])]
  return (11 - (first % 11)) % 11 === digitAt(digits, 9) && (11 - (second % 11)) % 11 === digitAt(digits, 10)
}

/** South Africa: birthday, four digits, citizenship, one digit, and one by Luhn (Identification Act, 1997). */
export const zaIdentity = (digits: string): boolean => isYearMonthDay(digits, 0) && /^.{10}[012]/.test(digits) && luhn(digits)
