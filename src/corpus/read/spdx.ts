// Licences as files name them, as SPDX identifiers (https://spdx.org/licenses/). What is not recognised is kept as a reference that permits nothing.

/** `CC BY-SA 4.0`, `cc-by-sa-4.0`, `Creative Commons Attribution-ShareAlike 4.0 International`, and the deeds’ addresses. */
const CREATIVE_COMMONS = /^(?:https?:\/\/)?(?:www\.)?creativecommons\.org\/licenses\/(by(?:-nc)?(?:-nd|-sa)?)\/(\d\.\d)(?:\/([a-z]{2})\b)?/i
const SHORT = /^cc[ -](by(?:[ -]nc)?(?:[ -](?:nd|sa))?)[ -]v?(\d)(?:\.(\d))?(?: (?:international|unported))?$/i
const LONG = /^creative commons[ :-]+attribution((?:[ -]+(?:non-?commercial|no-?deriv(?:ative)?s|share-?alike))*) (\d)\.(\d)/i
const ZERO = /^(?:https?:\/\/)?(?:www\.)?creativecommons\.org\/publicdomain\/zero\/1\.0|^cc[ -]?(?:0|zero)(?:[ -]1\.0)?$/i
const PUBLIC_DOMAIN = /^(?:https?:\/\/)?(?:www\.)?creativecommons\.org\/publicdomain\/mark\/1\.0|^public[ -]domain(?: mark)?$/i

const NAMED: ReadonlyMap<string, string> = new Map([
  ['apache license 2.0', 'Apache-2.0'],
  ['apache 2.0', 'Apache-2.0'],
  ['mit license', 'MIT'],
  ['mit', 'MIT'],
  ['the unlicense', 'Unlicense'],
  ['unlicense', 'Unlicense'],
  ['odc-by', 'ODC-By-1.0'],
  ['odbl', 'ODbL-1.0'],
  ['open government licence v3.0', 'OGL-UK-3.0'],
  ['licence ouverte 2.0', 'etalab-2.0'],
])
/** An identifier or an expression of identifiers, as SPDX 2.3 annex D has it. */
const EXPRESSION = /^[A-Za-z0-9.:+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.:+-]+)*$/
const VERSION = /\d/
const LONGEST = 120

/** Never null for a statement that is there: an unknown one becomes `LicenseRef-` and its letters. */
export const licenceFrom = (statement: string): string | null => {
  const text = statement.trim().replace(/\s+/g, ' ')
  if (text === '') return null
  const [, deed, version, port] = CREATIVE_COMMONS.exec(text) ?? []
  if (deed !== undefined) return `CC-${deed.toUpperCase()}-${version}${port === undefined ? '' : `-${port.toUpperCase()}`}`
  const [, parts, major, minor = '0'] = SHORT.exec(text) ?? []
  if (parts !== undefined) return `CC-${parts.toUpperCase().replaceAll(' ', '-')}-${major}.${minor}`
  const [, words, first, second] = LONG.exec(text) ?? []
  if (words !== undefined) return `CC-BY${duties(words)}-${first}.${second}`
  if (ZERO.test(text)) return 'CC0-1.0'
  if (PUBLIC_DOMAIN.test(text)) return 'LicenseRef-public-domain'
  const named = NAMED.get(text.toLowerCase())
  if (named !== undefined) return named
  if (EXPRESSION.test(text) && (VERSION.test(text) || text.startsWith('LicenseRef-'))) return text
  return `LicenseRef-${
    text
      .replace(/[^A-Za-z0-9.]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, LONGEST) || 'unknown'
  }`
}

const duties = (words: string): string => {
  const lower = words.toLowerCase()
  return `${/non-?commercial/.test(lower) ? '-NC' : ''}${/no-?deriv/.test(lower) ? '-ND' : ''}${/share-?alike/.test(lower) ? '-SA' : ''}`
}
