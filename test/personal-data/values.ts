// Values to put into sentences, valid and nearly so, drawn from a seed: the same on every machine.

import { IDENTIFIER_RULES } from '../../src/personal-data/identifiers.ts'
import { ibanChecks } from '../../src/personal-data/own-identifiers.ts'

/** Numbers by chance that everybody draws alike (mulberry32, Tommy Ettinger, public domain). */
export class Chance {
  private state: number

  constructor(seed: string) {
    this.state = [...seed].reduce((hash, character) => Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193), 0x811c9dc5)
  }

  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.below(10)).join('')
  }

  /** `#` is a digit, `@` a capital, `Y M D` a birthday, `m` the letter of a month in Italy, `c` a consonant; anything else itself. */
  draw(pattern: string): string {
    const [year, month, day] = [20 + this.below(79), 1 + this.below(12), 1 + this.below(28)].map((part) => String(part).padStart(2, '0'))
    return pattern
      .replaceAll('YY', year ?? '')
      .replaceAll('MM', month ?? '')
      .replaceAll('DD', day ?? '')
      .replace(/[#@mc]/g, (sign) => (sign === '#' ? String(this.below(10)) : this.of([...(LETTERS[sign] ?? '')])))
  }
}
const LETTERS: Readonly<Record<string, string>> = { '@': 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', m: 'ABCDEHLMPRST', c: 'BCDFGLMNPRSTVZ' }

/** How numbers of a class are drawn before their check is asked: only what check digits alone would make too rare. */
const PATTERNS: Readonly<Record<string, string>> = {
  'ae-id': '78419YY########',
  'at-vnr': '####DDMMYY',
  'be-nn': 'YYMMDD#####',
  'bg-egn': 'YYMMDD####',
  'br-pis': '12#########',
  'cy-tic': '0#######@',
  'cz-rc': 'YYMMDD####',
  'dk-cpr': 'DDMMYY####',
  'ee-ik': '3YYMMDD####',
  'eg-nid': '2YYMMDD01#####',
  'es-dni': '########@',
  'es-nie': 'X#######@',
  'fi-hetu': 'DDMMYY###@',
  'fr-nif': '#############',
  'fr-nir': '1YYMM75########',
  'gb-nino': 'AB######C',
  'gr-amka': 'DDMMYY#####',
  'hu-personal': '1YYMMDD####',
  'hu-tax': '8#########',
  'ie-pps': '#######@',
  'in-aadhaar': '3###########',
  'in-pan': 'ABCP@####@',
  'it-cf': 'ccccccYYmDDH###@',
  'kw-civil': '2YYMMDD#####',
  'lt-asmens': '4YYMMDD####',
  'lu-matricule': '19YYMMDD#####',
  'lv-pk': 'DDMMYY1####',
  'mt-id': '0######M',
  'ng-nin': '7##########',
  'pl-pesel': 'YYMMDD#####',
  'pt-cc': '1########ZZ#',
  'pt-nif': '2########',
  'ro-cnp': '1YYMMDD12####',
  'sa-id': '1#########',
  'se-pnr': 'YYMMDD####',
  'si-emso': 'DDMM9##500###',
  'si-tax': '1#######',
}
const TRIES = 200_000

const ruleOf = (name: string): (typeof IDENTIFIER_RULES)[number] => {
  const rule = IDENTIFIER_RULES.find((each) => each.class === name)
  if (rule === undefined) throw new Error(`there is no identifier ${name}`)
  return rule
}

/** Digits and capitals put into a form: `999-99` of `12345` is `123-45`. */
const inForm = (compact: string, form: string): string => {
  let at = 0
  return form.replace(/[9A]/g, () => compact.charAt(at++))
}
const isOfForm = (compact: string, form: string): boolean => {
  const shape = form.replace(/[^9A]/g, '')
  return shape.length === compact.length && [...shape].every((sign, at) => (sign === '9') === /\d/.test(compact.charAt(at)))
}

/** An identifier whose check digits hold, in one of the forms in which it is written. */
export const validIdentifier = (name: string, chance: Chance): string => {
  const rule = ruleOf(name)
  for (let tries = 0; tries < TRIES; tries++) {
    const compact = chance.draw(PATTERNS[name] ?? rule.forms[0]?.replaceAll('9', '#').replaceAll('A', '@').replace(/[^#@]/g, '') ?? '')
    if (!rule.check(compact)) continue
    const forms = rule.forms.filter((form) => isOfForm(compact, form))
    if (forms.length > 0) return inForm(compact, chance.of(forms))
  }
  throw new Error(`no ${name} was found in ${TRIES} tries`)
}

/** The same with one digit changed so that its check fails; undefined where it has no check that a digit could break. */
export const nearIdentifier = (name: string, chance: Chance): string | undefined => {
  const rule = ruleOf(name)
  for (let tries = 0; tries < 200; tries++) {
    const valid = validIdentifier(name, chance)
    const places = [...valid].flatMap((sign, at) => (/\d/.test(sign) ? [at] : []))
    const at = chance.of(places)
    const changed = valid.slice(0, at) + ((Number(valid.charAt(at)) + 1 + chance.below(8)) % 10) + valid.slice(at + 1)
    if (!rule.check(changed.replace(/[^\dA-Z]/g, ''))) return changed
  }
  return undefined
}

/** Length of what follows the check digits of an IBAN, with letters where a bank's code has them. */
const ACCOUNTS: Readonly<Record<string, string>> = {
  ...{
    BG: '@@@@######ABCD0123',
    CZ: '#'.repeat(20),
    DK: '#'.repeat(14),
    DE: '#'.repeat(18),
    GR: '#'.repeat(23),
    GB: `@@@@${'#'.repeat(14)}`,
  },
  ...{
    ES: '#'.repeat(20),
    EE: '#'.repeat(16),
    FI: '#'.repeat(14),
    FR: `${'#'.repeat(10) + 'A'.repeat(11)}##`,
    IE: `@@@@${'#'.repeat(14)}`,
    HR: '#'.repeat(17),
  },
  ...{
    HU: '#'.repeat(24),
    IT: `@${'#'.repeat(22)}`,
    LT: '#'.repeat(16),
    LV: `@@@@${'#'.repeat(13)}`,
    MT: `@@@@${'#'.repeat(23)}`,
    NL: `@@@@${'#'.repeat(10)}`,
  },
  ...{
    PL: '#'.repeat(24),
    PT: '#'.repeat(21),
    RO: `@@@@${'#'.repeat(16)}`,
    SK: '#'.repeat(20),
    SI: '#'.repeat(15),
    SE: '#'.repeat(20),
    IN: '#'.repeat(18),
  },
  ...{ BR: `${'#'.repeat(23)}C1`, SA: '#'.repeat(20) },
}
/** India has none of its own: people there write others'. */
export const iban = (country: string, chance: Chance, isValid: boolean): string => {
  const code = country === 'IN' ? 'DE' : country
  const account = chance.draw(ACCOUNTS[country] ?? '')
  for (let check = 2; check < 99; check++) {
    const written = code + String(check).padStart(2, '0') + account
    if (ibanChecks(written) !== isValid) continue
    return chance.below(2) === 0 ? written : (written.match(/.{1,4}/g) ?? []).join(' ')
  }
  throw new Error(`no IBAN of ${country} was found`)
}

const CARDS = ['4###############', '51##############', '55##############', '37#############', '6011############']
export const card = (chance: Chance, isValid: boolean): string => {
  const pattern = chance.of(CARDS)
  for (;;) {
    const digits = chance.draw(pattern)
    if (ruleOf('card').check(digits) !== isValid) continue
    const sign = chance.of(['', ' ', '-'])
    return digits.length === 15
      ? [digits.slice(0, 4), digits.slice(4, 10), digits.slice(10)].join(sign)
      : (digits.match(/.{4}/g) ?? []).join(sign)
  }
}

/** Numbers as people of a country write them, with and without their country. */
const PHONES: Readonly<Record<string, readonly string[]>> = {
  ...{
    BG: ['02 981 ####', '+359 88 7## ####'],
    CZ: ['224 ### ###', '+420 602 ### ###'],
    DK: ['33 12 ## ##', '+45 33 12 ## ##'],
    DE: ['030 2345####', '+49 (30) 2345####'],
  },
  ...{
    GR: ['21 0345 ####', '+30 210 345 ####'],
    GB: ['020 7946 0###', '+44 20 7946 0###'],
    ES: ['91 345 ## ##', '+34 612 345 ###'],
    EE: ['640 ####', '+372 640 ####'],
  },
  ...{
    FI: ['09 1234 ###', '+358 40 123 4###'],
    FR: ['01 42 68 ## ##', '+33 6 12 34 ## ##'],
    IE: ['01 677 ####', '+353 87 123 ####'],
    HR: ['01 4567 ###', '+385 91 234 5###'],
  },
  ...{
    HU: ['06 1 345 ####', '+36 20 345 ####'],
    IT: ['06 6982 ####', '+39 347 123 ####'],
    LT: ['8 5 266 ####', '+370 612 3####'],
    LV: ['67 03 ## ##', '+371 67 03 ## ##'],
  },
  ...{
    MT: ['2122 ####', '+356 2122 ####'],
    NL: ['020 624 ####', '+31 20 624 ####'],
    PL: ['22 694 ## ##', '+48 601 234 ###'],
    PT: ['21 342 ####', '+351 912 345 ###'],
  },
  ...{
    RO: ['021 312 ####', '+40 722 345 ###'],
    SK: ['02 5920 ####', '+421 905 123 ###'],
    SI: ['01 478 ####', '+386 40 123 ###'],
    SE: ['08-506 ## ###', '+46 70 123 4# ##'],
  },
  ...{ IN: ['098765 #####', '+91 98765 #####'], BR: ['(11) 98765-####', '+55 11 98765-####'], SA: ['050 123 ####', '+966 50 123 ####'] },
}
export const phone = (country: string, chance: Chance): string => chance.draw(chance.of(PHONES[country] ?? []))

const NAMES: Readonly<Record<string, readonly string[]>> = {
  ...{
    bg: ['Иван Петров', 'Мария Георгиева'],
    el: ['Ελένη Παπαδοπούλου', 'Νίκος Γεωργίου'],
    hi: ['राधा शर्मा', 'सुनीता देवी'],
    ar: ['فاطمة الزهراني', 'مريم العلي'],
  },
  ...{
    de: ['Anna Müller', 'Eva von der Heide'],
    fr: ['Claire Lefèvre', 'Jeanne d’Aubigné'],
    pl: ['Zofia Wiśniewska', 'Łucja Żak'],
    ga: ['Seán Ó Murchú', 'Pádraig Mac Gearailt'],
  },
  ...{
    nl: ['Sanne van den Berg', 'Fleur de Vries'],
    hu: ['Kovács Eszter', 'Szabó István'],
    lt: ['Rasa Kazlauskienė', 'Ona Petraitienė'],
    mt: ['Marija Borg', 'Karmena Vella'],
  },
}
const ANYWHERE = ['Ana Novak', 'Elena Marin', 'Maria Silva', 'Laura Rossi', 'Karin Berg', 'Eva Horváth']
export const person = (language: string, chance: Chance): string => chance.of(NAMES[language] ?? ANYWHERE)

const LOCALS = ['anna.novak', 'j.doe+news', 'maria_silva', 'k-berg', 'info.2024', 'müller', 'иван', "o'neil"]
const DOMAINS = ['example.org', 'mail.example.com', 'posta.example.net', 'bücher.example.de', 'uni.example.ac.uk']
export const email = (chance: Chance): string => `${chance.of(LOCALS)}@${chance.of(DOMAINS)}`
export const nearEmail = (chance: Chance): string =>
  chance.of(['@example.org', 'anna@example', 'anna@@example.org', 'anna@.org', 'anna at example.org', '50 @ 12.5'])

export const ip = (chance: Chance): string =>
  chance.below(3) === 0
    ? `2a0${chance.below(10)}:${(0x1000 + chance.below(0xefff)).toString(16)}::${(1 + chance.below(0xfffe)).toString(16)}:${(1 + chance.below(0xfffe)).toString(16)}`
    : [130 + chance.below(60), chance.below(256), chance.below(256), 1 + chance.below(254)].join('.')
export const nearIp = (chance: Chance): string =>
  chance.of(['300.12.4.5', '10.20.30', '1.2.3.4.5', '12:30:45', '2a00:::1', 'std::vector', '127.0.0.1'])
export const mac = (chance: Chance): string =>
  Array.from({ length: 6 }, () => chance.below(256).toString(16).padStart(2, '0').toUpperCase()).join(chance.of([':', '-']))
