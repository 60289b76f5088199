import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseConfiguration } from './config.ts'
import { configurationSchema } from './config-schema.ts'

const GOOD = `exchange: {name: test, seat: FR, operator: a test}
home: [FR]
currency: EUR
policy: {preset: hybrid}
endpoints:
  home: {kind: engine, weights: a.gguf}
  far: {kind: openai-chat, baseUrl: "https://api.example.org/v1", models: {gpt: {}}}
aliases:
  assistant: {targets: [far/gpt, home/local]}
tenants:
  citizens: {applications: {portal: {aliases: [assistant]}}}
`

const failuresOf = (text: string): readonly string[] => {
  const parsed = parseConfiguration(text, 'allod.yaml')
  return parsed.ok ? [] : parsed.error.messages
}

test('a good file is read, with its defaults', () => {
  const parsed = parseConfiguration(GOOD, 'allod.yaml')
  assert.ok(parsed.ok)
  assert.deepEqual(parsed.value.dataClasses, ['public', 'internal', 'confidential', 'secret'])
  assert.equal(parsed.value.limits.maxBodyBytes, 33_554_432)
})

// Each row: what is written instead of what, and the one sentence it must get.
const MISTAKES: readonly [from: string, to: string, sentence: string][] = [
  ['currency: EUR', 'currency: EUR\npriorities: [first, last, first]', 'allod.yaml:4: `priorities`: a name stands twice'],
  [
    'currency: EUR',
    'currency: EUR\napprovals: {breakGlassMinutes: 99999}',
    'allod.yaml:4: `approvals.breakGlassMinutes`: too big: expected number to be <=10080',
  ],
  ['currency: EUR', 'curency: EUR', 'allod.yaml:3: `curency` is not a field of the file; did you mean `currency`?'],
  [
    'kind: engine, weights',
    'kind: engine, weigths: b, weights',
    'allod.yaml:6: `weigths` is not a field of `endpoints.home`; did you mean `weights`?',
  ],
  [
    'preset: hybrid',
    'preset: hybird',
    'allod.yaml:4: `policy.preset`: invalid option: expected one of "full-stack"|"coalition"|"hybrid"|"partnership"',
  ],
  ['home: [FR]', 'home: FR', 'allod.yaml:2: `home` must be an array'],
  ['{preset: hybrid}', '{}', 'allod.yaml:4: give a `preset` or at least one of `files`: without a policy nothing is permitted'],
  ['home/local]', 'home/lokal]', 'allod.yaml:9: endpoint `home`: there is no model `lokal`; did you mean `local`?'],
  ['far/gpt,', 'fra/gpt,', 'allod.yaml:9: there is no endpoint `fra`; did you mean `far`?'],
  ['[assistant]}}', '[asistant]}}', 'allod.yaml:11: there is no alias `asistant`; did you mean `assistant`?'],
  ['models: {gpt', 'authentication: {kind: bearer}, models: {gpt', 'allod.yaml:7: give exactly one of `tokenFile` or `tokenEnvironment`'],
  [
    'kind: openai-chat, baseUrl',
    'kind: openai-chat, provider: mistrl, baseUrl',
    'allod.yaml:7: there is no provider `mistrl`; did you mean `mistral`?',
  ],
  [
    'kind: openai-chat, baseUrl: "https://api.example.org/v1"',
    'kind: openai-chat',
    'allod.yaml:7: give the address of the endpoint as `baseUrl`, or a `provider` that has one',
  ],
  [
    'kind: openai-chat, baseUrl: "https://api.example.org/v1"',
    'kind: anthropic-messages, provider: anthropic, region: mars',
    'allod.yaml:7: Anthropic has no place `mars`; it has global, us',
  ],
  [
    'kind: openai-chat, baseUrl: "https://api.example.org/v1"',
    'kind: gemini, provider: anthropic',
    'allod.yaml:7: Anthropic speaks no `gemini`, only anthropic-messages',
  ],
  [
    'kind: openai-chat, baseUrl: "https://api.example.org/v1"',
    'kind: gemini, provider: google-vertex, parameters: {project: p}, authentication: {kind: key}',
    'allod.yaml:7: give exactly one of `keyFile` or `keyEnvironment`',
  ],
]
for (const [from, to, sentence] of MISTAKES)
  test(`a mistake gets its sentence: ${to}`, () => {
    assert.ok(GOOD.includes(from))
    assert.ok(failuresOf(GOOD.replace(from, to)).includes(sentence), JSON.stringify(failuresOf(GOOD.replace(from, to))))
  })

test('YAML that is no YAML is refused with its line', () => {
  assert.match(failuresOf('exchange: {name: a\nhome: [')[0] ?? '', /^allod\.yaml:\d+: /)
})

test('each field of the schema stands in docs/configuration.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8')
  const missing = [...fieldNames(configurationSchema)].filter((field) => !page.includes(`\`${field}\``))
  assert.deepEqual(missing, [])
})

function* fieldNames(schema: unknown): Generator<string> {
  const node = schema as { def?: { innerType?: unknown }; options?: unknown[]; shape?: object; valueType?: unknown; element?: unknown }
  if (!node.def) return
  if (node.def.innerType) yield* fieldNames(node.def.innerType)
  for (const next of [...(node.options ?? []), node.valueType, node.element]) if (next) yield* fieldNames(next)
  for (const [name, next] of Object.entries(node.shape ?? {})) {
    yield name
    yield* fieldNames(next)
  }
}
