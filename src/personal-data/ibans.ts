// Length of an IBAN by country (SWIFT, IBAN registry, release 99).

import type { Run } from './numbers.ts'
import { ibanChecks } from './own-identifiers.ts'

const LENGTHS =
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 ' +
  'GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 ' +
  'NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
export const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(LENGTHS.split(' ').map((row) => [row.slice(0, 2), Number(row.slice(2))]))

/** Where each IBAN of a run lies, whatever stands between its groups. */
export const ibansIn = ({ tokens }: Run): readonly { readonly start: number; readonly end: number }[] => {
  const found: { start: number; end: number }[] = []
  for (let first = 0; first < tokens.length; first++) {
    const head = tokens[first]
    const length = /^[A-Z]{2}\d{2}/i.test(head?.text ?? '') ? IBAN_LENGTHS.get(head?.text.slice(0, 2).toUpperCase() ?? '') : undefined
    if (head === undefined || length === undefined || head.before === '-' || head.before === '.') continue
    let value = head.text
    let last = first
    while (value.length < length) {
      const next = tokens[last + 1]
      if (next === undefined || (next.before !== ' ' && next.before !== '-')) break
      value += next.text
      last++
    }
    const written = value.toUpperCase()
    if (written.length !== length || !ibanChecks(written)) continue
    found.push({ start: head.start, end: tokens[last]?.end ?? head.end })
    first = last
  }
  return found
}
