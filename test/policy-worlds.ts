// What tests and benchmarks of policies share: a context, a question, the shipped presets compiled.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ApplicationId, EndpointId, ModelName, TenantId } from '../src/core/ids.ts'
import type { Jurisdiction, Reach } from '../src/core/jurisdiction.ts'
import type { Day } from '../src/core/units.ts'
import { type CompiledPolicies, compilePolicies, type PolicySource } from '../src/policy/compile.ts'
import type { PolicyContext, Question, TenantContext } from '../src/policy/decision.ts'
import type { PolicyText } from '../src/policy/parse.ts'
import { PRESETS, type PresetName } from '../src/policy/presets.ts'

export const CLASSES = ['public', 'internal', 'confidential', 'secret']
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
export const places = (...codes: string[]): ReadonlySet<Jurisdiction> => new Set(codes as Jurisdiction[])

export const presetText = (name: PresetName): PolicyText => ({
  name: `${name}.cedar`,
  text: readFileSync(join(import.meta.dirname, '../src/policy', PRESETS[name].file), 'utf8'),
})

/** Home FR and DE; CH and JP adequate, IN partner; tenant `ministry` of FR keeps confidential data, tenant `agency` is of DE. */
export const contextOf = (changes: Partial<PolicyContext> = {}): PolicyContext => ({
  home: places('FR', 'DE'),
  dataClasses: CLASSES,
  sets: new Map([
    ['adequate', places('CH', 'JP')],
    ['partners', places('IN')],
  ]),
  day: '2026-11-22' as Day,
  dates: new Map([['agreement_ends', '2027-12-31' as Day]]),
  tenants: new Map<TenantId, TenantContext>([
    ['ministry' as TenantId, { home: places('FR'), keepsFrom: 'confidential' }],
    ['agency' as TenantId, { home: places('DE') }],
  ]),
  ...changes,
})

export const sourceOf = (texts: readonly PolicyText[], context = contextOf()): PolicySource => ({
  texts,
  context,
  obligationsSupported: new Set(),
  digest: sha256,
})

export const compiled = (texts: readonly PolicyText[], context = contextOf()): CompiledPolicies => {
  const result = compilePolicies(sourceOf(texts, context))
  if (!result.ok) assert.fail(result.error.message)
  return result.value
}
export const compiledPreset = (name: PresetName, context = contextOf()): CompiledPolicies => compiled([presetText(name)], context)

export const reachOf = (see: readonly string[], stop = see, change = stop): Reach => ({ see, stop, change }) as Reach

export type PlainQuestion = {
  readonly tenant?: string
  readonly application?: string
  readonly dataClass?: string
  readonly purpose?: string
  readonly endpoint?: string
  readonly model?: string
  readonly reach?: Reach
  readonly facts?: readonly string[]
  readonly tags?: readonly string[]
}
export const questionOf = (changes: PlainQuestion = {}): Question => ({
  tenant: (changes.tenant ?? 'ministry') as TenantId,
  application: (changes.application ?? 'assistant') as ApplicationId,
  dataClass: changes.dataClass ?? 'internal',
  purpose: changes.purpose ?? 'general',
  endpoint: (changes.endpoint ?? 'local') as EndpointId,
  model: (changes.model ?? 'seed') as ModelName,
  reach: changes.reach ?? reachOf(['FR']),
  facts: changes.facts ?? ['fact-1'],
  tags: changes.tags ?? [],
})
