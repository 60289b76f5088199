// Names of the owner's in addresses and model names: `https://{resource}.example.org/{project}`.
import { err, ok, type Result } from '../../core/result.ts'

/**
 * What a parameter may be. INVARIANT(G1): none admits a character that could end a host, a path segment or a header, so a parameter
 * never leads a call anywhere else.
 */
const GRAMMARS = {
  'host-label': /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  identifier: /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/,
  number: /^[0-9]{1,20}$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
} as const
export type Grammar = keyof typeof GRAMMARS
export const GRAMMAR_NAMES = Object.keys(GRAMMARS) as [Grammar, ...Grammar[]]

export type ParameterFailure = { readonly kind: 'parameter-invalid'; readonly message: string }
export type DeclaredParameter = {
  readonly title: string
  readonly grammar: Grammar
  readonly default?: string | undefined
  readonly optional?: boolean | undefined
}
type Declared = { readonly [name: string]: DeclaredParameter }
export type Parameters = { readonly [name: string]: string }

/** What the owner gave, with the defaults, each against its grammar. A name that the profile does not know is a failure. */
export const readParameters = (declared: Declared, given: Parameters): Result<Parameters, ParameterFailure> => {
  for (const name of Object.keys(given)) if (!Object.hasOwn(declared, name)) return fail(`\`${name}\` is no parameter of this provider`)
  const values: Record<string, string> = {}
  for (const [name, { title, grammar, default: otherwise, optional }] of Object.entries(declared)) {
    const value = Object.hasOwn(given, name) ? given[name] : otherwise
    if (value === undefined && optional === true) continue
    if (value === undefined) return fail(`the parameter \`${name}\` (${title}) is missing`)
    if (!GRAMMARS[grammar].test(value)) return fail(`\`${value}\` cannot be \`${name}\` (${title}): a ${grammar} was expected`)
    values[name] = value
  }
  return ok(values)
}

/** The text with each `{name}` replaced; `values` has been read against its grammar. An unknown name stays as it stands. */
export const fill = (template: string, values: Parameters): string =>
  template.replace(/\{([a-z0-9-]+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? whole) : whole))

export const placeholdersOf = (template: string): string[] => [...template.matchAll(/\{([a-z0-9-]+)\}/g)].map((match) => match[1] ?? '')

const fail = (message: string): Result<never, ParameterFailure> => err({ kind: 'parameter-invalid', message })
