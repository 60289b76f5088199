import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const SOURCE = join(import.meta.dirname, '../../console/src')
const TOKENS = 'styles/tokens.css'
const THEMES = ['light', 'dark'] as const
type Theme = (typeof THEMES)[number]
type Colour = readonly [red: number, green: number, blue: number]

const tokens = readFileSync(join(SOURCE, TOKENS), 'utf8')
const pairs = new Map([...tokens.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name = '', ...both]) => [name, both]))
/** Shares of one, as sRGB has them. */
const colour = (name: string, theme: Theme): Colour => {
  const hex = pairs.get(name)?.[THEMES.indexOf(theme)]
  assert.ok(hex, `tokens.css has no colour --${name}`)
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as unknown as Colour
}
/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
const linear = (share: number): number => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4)
const luminance = ([red, green, blue]: Colour): number => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
const contrast = (one: Colour, other: Colour): number => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

const GROUNDS = ['bg', 'surface', 'hover']
const [TEXT, BORDER] = [4.5, 3]
const WANTED: readonly (readonly [name: string, grounds: readonly string[], least: number])[] = [
  ...['ink', 'ink-2', 'ink-3', 'home', 'ally', 'abroad', 'unknown', 'warn', 'crit'].map((name) => [name, GROUNDS, TEXT] as const),
  ['line-2', GROUNDS, BORDER],
  ['on-ink', ['ink', 'ink-2'], TEXT],
  ['ink', ['warn-bg', 'crit-bg', 'sunken', 'selected', 'r1', 'r2', 'land'], TEXT],
  ['ink-2', ['warn-bg', 'crit-bg', 'sunken', 'selected'], TEXT],
  ['ink-3', ['sunken'], TEXT],
  ['warn', ['warn-bg'], TEXT],
  ['crit', ['crit-bg'], TEXT],
  ['crit-fill', ['surface'], BORDER],
  ['on-crit', ['crit-fill'], TEXT],
  ['on-r4', ['r4'], TEXT],
  ['on-r5', ['r5'], TEXT],
  // A country with any reach is outlined in it, whatever its shade is.
  ['r4', ['land', 'surface'], BORDER],
]

test('every text is 4.5 : 1 and every border of a control 3 : 1 on whatever it stands on, in both themes', () => {
  const weak = THEMES.flatMap((theme) =>
    WANTED.flatMap(([name, grounds, least]) =>
      grounds
        .map((ground) => ({ theme, name, ground, least, is: contrast(colour(name, theme), colour(ground, theme)) }))
        .filter(({ is }) => is < least),
    ),
  )
  assert.deepEqual(weak, [])
})

/** Machado, Oliveira, Fernandes 2009, severity 1: on linear sRGB. */
const BLINDNESS: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
  none: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}
const times = (rows: readonly (readonly [number, number, number])[], [x, y, z]: Colour): Colour =>
  rows.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Colour
const clamp = (share: number): number => Math.min(1, Math.max(0, share))
/** https://bottosson.github.io/posts/oklab/ */
const oklab = (seen: Colour): Colour => {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    seen,
  ).map(Math.cbrt) as unknown as Colour
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  )
}
const seenBy = (kind: string, of: Colour): Colour =>
  oklab(times(BLINDNESS[kind] ?? [], of.map(linear) as unknown as Colour).map(clamp) as unknown as Colour)
const difference = (one: Colour, other: Colour): number => 100 * Math.hypot(...one.map((share, at) => share - (other[at] ?? 0)))

test('places and severities differ by at least 8 for every kind of colour blindness, in both themes', () => {
  const places = ['home', 'ally', 'abroad', 'unknown']
  const compared = [...places.flatMap((one, at) => places.slice(at + 1).map((other) => [one, other] as const)), ['warn', 'crit'] as const]
  const alike = THEMES.flatMap((theme) =>
    Object.keys(BLINDNESS).flatMap((kind) =>
      compared
        .map(([one, other]) => ({
          theme,
          kind,
          pair: `${one} ${other}`,
          is: difference(seenBy(kind, colour(one, theme)), seenBy(kind, colour(other, theme))),
        }))
        .filter(({ is }) => is < 8),
    ),
  )
  assert.deepEqual(alike, [])
})

const sheets = globSync('**/*.css', { cwd: SOURCE }).map((file) => ({ file, text: readFileSync(join(SOURCE, file), 'utf8') }))
const offences = (pattern: RegExp, files = sheets): string[] =>
  files.flatMap(({ file, text }) =>
    [...text.replaceAll(/\/\*[\s\S]*?\*\//g, '').matchAll(pattern)].map(([found]) => `${file}: ${found.trim()}`),
  )
const others = sheets.filter(({ file }) => file !== TOKENS)
const components = globSync('**/*.tsx', { cwd: SOURCE }).map((file) => ({ file, text: readFileSync(join(SOURCE, file), 'utf8') }))

test('style sheets know start and end, not left and right', () => {
  assert.deepEqual(
    offences(/^\s*(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)[\w-]*|left|right)\s*:/gm),
    [],
  )
  assert.deepEqual(offences(/(?:text-align|float|clear)\s*:\s*(?:left|right)/g), [])
  assert.deepEqual(offences(/\b(?:margin|padding|border|inset)(?:Left|Right)\w*\s*:/g, components), [])
})

test('colours stand in tokens.css alone', () => {
  assert.deepEqual(offences(/:[^;{}]*(?:#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab)\()[^;]*/g, others), [])
  assert.deepEqual(offences(/['"]#[0-9a-fA-F]{6}['"]/g, components), [])
})

test('every size of type is one of the scale', () => {
  assert.deepEqual(offences(/font-size\s*:(?!\s*(?:var\(--text-[\w-]+\)|calc\([^;]*var\(--text-|inherit|100%))[^;]+/g, others), [])
  assert.deepEqual(offences(/[\s{;]font\s*:(?!\s*inherit)(?![^;]*var\(--text-)[^;]+/g, others), [])
})

test('every token that is used is defined', () => {
  const defined = new Set([...tokens.matchAll(/--([\w-]+)\s*:/g)].map(([, name]) => name))
  const own = new Set(
    [...sheets, ...components].flatMap(({ text }) =>
      [...text.matchAll(/['"\s{;]--([\w-]+)['"]?(?: as \w+)?\s*\]?\s*:/g)].map(([, name]) => name),
    ),
  )
  const used = sheets.flatMap(({ file, text }) => [...text.matchAll(/var\(--([\w-]+)\)/g)].map(([, name]) => ({ file, name })))
  assert.deepEqual(
    used.filter(({ name }) => !defined.has(name) && !own.has(name)),
    [],
  )
})
