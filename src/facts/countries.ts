// The package's main entry loads every language it knows; its index needs only the codes.
import countries from 'i18n-iso-countries/index.js'
import type { Jurisdiction } from '../core/jurisdiction.ts'

const USER_ASSIGNED = /^(AA|Q[M-Z]|X[A-Z]|ZZ)$/

/** The ISO 3166-1 alpha-2 code written as `text`, in capitals; undefined for codes that ISO leaves to users (`XK`, `ZZ`, …). */
export const parseCountry = (text: string): Jurisdiction | undefined =>
  /^[A-Z]{2}$/.test(text) && !USER_ASSIGNED.test(text) && countries.alpha2ToNumeric(text) !== undefined ? (text as Jurisdiction) : undefined

/** The alpha-2 code of a country given by its alpha-3 code, in capitals: `US` of `USA`. */
export const countryOfThree = (text: string): Jurisdiction | undefined => parseCountry(countries.alpha3ToAlpha2(text) ?? '')
