// Identifiers of persons that the library for them lacks: what their issuers publish of them. Each takes digits and upper-case letters alone.
import { digitAt, isDay, luhn, mod97, verhoeff, weighted } from './check-digits.ts'

const from = (text: string, start: number, length: number): number => Number(text.slice(start, start + length))

/** Hungary, TAJ (social security): digits in odd places count thrice, in even places sevenfold (Act LXXXIII of 1997; Act XX of 1996, Annex). */
export const huTaj = (digits: string): boolean =>
  digits !== '000000000' && weighted(digits, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 === digitAt(digits, 8)

/** Hungary, adóazonosító jel: an 8, the days since 1 January 1867, three digits, and a check digit (Act XX of 1996, Annex). */
export const huTax = (digits: string): boolean =>
  digits.startsWith('8') && weighted(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 === digitAt(digits, 9)

/** Hungary, személyi azonosító: sex and century, birthday, three digits, and a check digit; weights turned round for those born after 1996. */
export const huPersonal = (digits: string): boolean => {
  const [sex, year] = [digitAt(digits, 0), from(digits, 1, 2)]
  if (sex < 1 || sex > 8 || !isDay(from(digits, 3, 2), from(digits, 5, 2))) return false
  const isLater = sex === 3 || sex === 4 || sex > 6 || year > 96
  const weights = isLater ? [10, 9, 8, 7, 6, 5, 4, 3, 2, 1] : [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
  return weighted(digits, weights) % 11 === digitAt(digits, 10)
}

/** Cyprus, tax identification code: digits in even places as they are, in odd places replaced, then a letter (Cyprus Tax Department; TIN sheet of the European Commission). */
const CY_ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21]
export const cyTic = (text: string): boolean => {
  if (text.startsWith('12')) return false
  let sum = 0
  for (let at = 0; at < 8; at++) sum += at % 2 === 0 ? (CY_ODD[digitAt(text, at)] ?? 0) : digitAt(text, at)
  return text.charCodeAt(8) - 65 === sum % 26
}

/** Luxembourg, matricule: birthday, three digits, and two check digits, by Luhn and by Verhoeff over the first eleven (Grand-ducal regulation of 21 June 2013). */
export const luMatricule = (digits: string): boolean => {
  const year = from(digits, 0, 4)
  if (year < 1850 || year > 2100 || !isDay(from(digits, 4, 2), from(digits, 6, 2))) return false
  const first = digits.slice(0, 11)
  return luhn(first + digits.charAt(11)) && verhoeff(first + digits.charAt(12))
}

/** Malta, identity card: up to seven digits and a letter of the register it stands in; it has no check digit (Identity Card Act, Cap. 258). */
export const mtIdentity = (text: string): boolean => /^\d{3,7}[MGAPLHBZ]$/.test(text) && !/^0+[A-Z]$/.test(text)

/** Nigeria, NIN: eleven digits without a published check digit (NIMC Act, 2007). What is no number that anybody would be given is left out. */
export const ngNin = (digits: string): boolean => !/^(\d)\1+$/.test(digits) && !digits.startsWith('0')
/** Nigeria, BVN: eleven digits that begin with 22 (Nigeria Inter-Bank Settlement System). */
export const ngBvn = (digits: string): boolean => digits.startsWith('22') && ngNin(digits)

/** Brazil, PIS/PASEP/NIS: ten digits with weights, one check digit (Caixa Econômica Federal). */
export const brPis = (digits: string): boolean => {
  const rest = weighted(digits, [3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11
  return !/^(\d)\1+$/.test(digits) && (rest < 2 ? 0 : 11 - rest) === digitAt(digits, 10)
}

/** United Kingdom, NHS number: nine digits with weights 10 to 2, modulo 11 (NHS Data Dictionary). */
export const gbNhs = (digits: string): boolean => {
  const check = (11 - (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11
  return check === digitAt(digits, 9) && !/^(\d)\1+$/.test(digits)
}

/** United Kingdom, National Insurance number: letters that HMRC gives out, no check digit (HMRC, NIM39110). */
export const gbNino = (text: string): boolean =>
  /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/.test(text) && !/^(BG|GB|NK|KN|TN|NT|ZZ)/.test(text)

/** Latvia, codes given since 2017: 32, nine digits, no birthday and no published check digit (Law on the Register of Natural Persons). */
export const lvNew = (digits: string): boolean => /^3[2-9]\d{9}$/.test(digits)

/** Saudi Arabia, national identity (1) and residence (2): ten digits, by Luhn. */
export const saIdentity = (digits: string): boolean => /^[12]/.test(digits) && luhn(digits)

/** United Arab Emirates, Emirates ID: 784, year of birth, seven digits, by Luhn (Federal Authority for Identity and Citizenship). */
export const aeIdentity = (digits: string): boolean => /^784(?:19|20)/.test(digits) && luhn(digits)

/** Kuwait, civil number: century, birthday, five digits and a check digit, modulo 11 (Public Authority for Civil Information). */
export const kwCivil = (digits: string): boolean => {
  if (!/^[23]/.test(digits) || !isDay(from(digits, 3, 2), from(digits, 5, 2))) return false
  return 11 - (weighted(digits, [2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11) === digitAt(digits, 11)
}

/** Egypt, national number: century, birthday, governorate (01 to 35, 88 abroad), four digits, and a check digit by a method that is not published. */
export const egNational = (digits: string): boolean => {
  const governorate = from(digits, 7, 2)
  const isPlace = (governorate >= 1 && governorate <= 35) || governorate === 88
  return /^[23]/.test(digits) && isDay(from(digits, 3, 2), from(digits, 5, 2)) && isPlace
}

/** Qatar, QID: century, year of birth, nationality (ISO 3166-1 numeric), five digits; no published check digit. */
export const qaIdentity = (digits: string): boolean => /^[23]\d{2}[0-8]/.test(digits)
/** Bahrain, CPR: year and month of birth, four digits and a check digit by a method that is not published. */
export const bhPersonal = (digits: string): boolean => isDay(from(digits, 2, 2), 1)
/** Tunisia, identity card: eight digits, the first 0 or 1. No check digit. */
export const tnIdentity = (digits: string): boolean => /^[01]/.test(digits)

/** Pakistan, CNIC: thirteen digits of which the last says the sex; the first a province, 1 to 7. No check digit. */
export const pkIdentity = (digits: string): boolean => /^[1-7]/.test(digits)

/** Russia, SNILS: nine digits with weights, two check digits (Pension Fund of the Russian Federation). */
export const ruSnils = (digits: string): boolean => {
  const rest = weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101
  return (rest === 100 ? 0 : rest) === from(digits, 9, 2) && !digits.startsWith('000000000')
}

/** An IBAN without its spaces: modulo 97 with the first four characters last (ISO 13616-1). The length stands with its country. */
export const ibanChecks = (text: string): boolean => mod97(text.slice(4) + text.slice(0, 4)) === 1
