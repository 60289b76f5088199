import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { shippedFacts, who } from '../../test/factbook.ts'
import type { Power } from '../core/jurisdiction.ts'
import type { ReachAnswer } from './reach.ts'
import { whoText } from './report.ts'

const set = (answer: ReachAnswer, power: Power): string => answer[power].map(({ jurisdiction }) => jurisdiction).join(' ')
const path = (answer: ReachAnswer, power: Power, jurisdiction: string): string =>
  answer[power].find((member) => member.jurisdiction === jurisdiction)?.path.join(' ') ?? 'no member'

test('case 1, Exoscale: pinning Geneva does not remove Mexico', () => {
  assert.equal(set(who('exoscale-inference'), 'see'), 'AT CH DE HR MX unknown')
  const pinned = who('exoscale-inference', { region: 'CH' })
  assert.equal(set(pinned, 'see'), 'AT CH MX unknown')
  assert.equal(path(pinned, 'stop', 'MX'), 'f0440 f0428 f0430 f0432 f0437')
})

test('case 2, Public AI: Swiss model and place, US control points, and a silent fallback to Singapore', () => {
  const answer = who('publicai-apertus')
  assert.equal(set(answer, 'see'), 'CH SG US unknown')
  assert.equal(path(answer, 'see', 'SG'), 'f0547 f0320')
  assert.equal(set(answer, 'stop'), 'CH US unknown')
  const stops = answer.rows.filter(({ fact }) => ['identity-by', 'dns-by', 'fronted-by', 'hosted-on'].includes(fact.predicate))
  for (const provider of ['auth0', 'cloudflare', 'zuplo', 'aws-inc'])
    assert.ok(
      stops.some(({ fact }) => fact.object === `entity:${provider}`),
      provider,
    )
})

test('case 3, Mistral: French company, US hands', () => {
  const answer = who('mistral-default')
  assert.equal(set(answer, 'see'), 'FR NO SE US unknown')
  assert.equal(set(answer, 'change'), 'FR unknown')
})

test('case 4, Black Forest Labs: a US company on top', () => {
  assert.equal(path(who('bfl-eu'), 'change', 'US'), 'f0500 f0499 f0497')
})

test('case 5, Aleph Alpha: DE today, CA at closing', () => {
  assert.equal(set(who('aleph-alpha-pharia'), 'see'), 'DE unknown')
  assert.equal(path(who('aleph-alpha-pharia', { on: '2027-01-01' }), 'see', 'CA'), 'f0155 f0154 f0147')
})

test('case 6, Infomaniak: control moved without a sale of capital', () => {
  const holds = (on: string) => who('infomaniak', { on }).rows.some(({ fact }) => fact.id === 'f0408')
  assert.equal(holds('2026-05-19'), false)
  assert.equal(holds('2026-05-20'), true)
  assert.ok(!who('infomaniak').missing.some(({ subject }) => subject === 'entity:infomaniak-foundation'), 'a foundation has no owners')
})

test('case 7, three sovereign clouds: foreign owner, foreign technology, foreign buildings', () => {
  assert.equal(path(who('bedrock-esc'), 'see', 'US'), 'f0047 f0046 f0029')
  for (const name of ['s3ns-premi3ns', 'delos']) {
    assert.equal(path(who(name), 'see', 'US'), 'no member')
    assert.notEqual(path(who(name), 'stop', 'US'), 'no member')
    assert.notEqual(path(who(name), 'change', 'US'), 'no member')
  }
})

test('case 8, LLMHub: three answers by model, and a place that vanished', () => {
  const on = '2026-10-08'
  assert.equal(set(who('tsystems-llmhub/open-weights', { on }), 'see'), 'DE unknown')
  assert.equal(set(who('tsystems-llmhub/gpt-5', { on }), 'see'), 'DE SE US unknown')
  assert.equal(path(who('tsystems-llmhub/claude', { on }), 'see', 'US'), 'f0403 f0053')
  const place = (answer: ReachAnswer) =>
    answer.missing.find(({ question, subject }) => question === 'place' && subject.startsWith('endpoint:'))?.because
  assert.match(place(who('tsystems-llmhub/gpt-5', { on: '2026-10-09' })) ?? '', /f0401 names the region `EU`/)
  assert.match(place(who('tsystems-llmhub/claude', { on: '2026-10-09' })) ?? '', /f0406 says that it is not known/)
})

test('case 9, Alibaba in Frankfurt: place, contract, shell and head office', () => {
  const answer = who('dashscope-frankfurt')
  assert.equal(set(answer, 'see'), 'CN DE KY NL unknown')
  assert.equal(path(answer, 'see', 'CN'), 'f0182 f0172 f0174')
})

test('case 10, Singapore contract companies: without unverified rows the parent is gone, and unknown stays', () => {
  const documented = shippedFacts.filter(({ evidence }) => evidence !== 'unverified')
  for (const name of ['zai-api', 'minimax-api', 'kimi-api']) {
    assert.notEqual(path(who(name), 'see', 'CN'), 'no member', name)
    for (const facts of [shippedFacts, documented]) {
      const answer = who(name, { facts })
      for (const power of ['see', 'stop', 'change'] as const) assert.match(set(answer, power), /unknown/, name)
    }
    assert.equal(path(who(name, { facts: documented }), 'see', 'CN'), 'no member', name)
  }
})

test('case 11, Yandex: Dubai contract, Russian compute', () => {
  assert.equal(set(who('yandex-ai-studio'), 'see'), 'AE RU unknown')
  assert.equal(path(who('yandex-ai-studio'), 'see', 'RU'), 'f0276')
})

test('case 12, Tencent: the same question on another day', () => {
  const then = who('tencent-cloud-intl', { on: '2023-06-01' })
  assert.equal(set(then, 'see'), 'CN KY NL SG ZA unknown')
  assert.equal(path(then, 'see', 'ZA'), 'f0226 f0228 f0221 f0224 f0225')
  assert.equal(set(who('tencent-cloud-intl'), 'see'), 'CN KY SG unknown')
})

test('case 13, ByteDance: a group of investors is no owner', () => {
  const answer = who('bytedance')
  assert.equal(set(answer, 'see'), 'CN KY unknown')
  assert.deepEqual(answer.owners, [])
  assert.ok(answer.missing.some(({ subject, question }) => subject === 'entity:bytedance' && question === 'owners'))
  assert.ok(answer.rows.some(({ fact }) => fact.object === 'entity:zhang-yiming' && fact.predicate === 'controlled-by'))
})

test('case 14, Deutsche Telekom: two holdings of one state are added up', () => {
  assert.deepEqual(who('deutsche-telekom').owners, [{ entity: 'entity:state-de', path: ['f0388', 'f0389', 'f0393'] }])
  assert.deepEqual(who('deutsche-telekom', { threshold: 28 }).owners, [])
  assert.deepEqual(who('swisscom').owners, [{ entity: 'entity:state-ch', path: ['f0422'] }])
})

test('case 15, clean by rule: buildings, small holders and chips', () => {
  assert.equal(set(who('scaleway-genapi'), 'see'), 'FR unknown')
  assert.equal(path(who('scaleway-genapi'), 'stop', 'US'), 'f0351 f0353 f0740 f0741')
  assert.equal(set(who('naver'), 'stop'), 'KR')
  assert.equal(set(who('naver', { threshold: 5 }), 'stop'), 'KR US unknown')
  assert.equal(path(who('g42'), 'stop', 'US'), 'no member')
  assert.match(set(who('g42'), 'stop'), /unknown/)
})

test('every line that the pages of docs/cases show is what the command prints', () => {
  const folder = join(import.meta.dirname, '../../docs/cases')
  const pages = readdirSync(folder).filter((name) => /^\d\d-.*\.md$/.test(name))
  assert.equal(pages.length, 15)
  for (const page of pages) {
    const text = readFileSync(join(folder, page), 'utf8')
    const blocks = [...text.matchAll(/```text\n\$ (.*)\n([\s\S]*?)```/g)]
    assert.ok(blocks.length > 0, page)
    for (const [, command = '', lines = ''] of blocks) {
      const printed = whoText(runCommand(command)).split('\n')
      for (const line of lines.split('\n').filter((one) => one !== '')) assert.ok(printed.includes(line), `${page}: ${command}\n${line}`)
    }
  }
})

const runCommand = (command: string): ReachAnswer => {
  const [program, verb, name = '', ...flags] = command.split(' ')
  assert.deepEqual([program, verb], ['allod', 'who'])
  const flagValue = (flag: string): string | undefined => (flags.includes(flag) ? flags[flags.indexOf(flag) + 1] : undefined)
  const region = flagValue('--pick')?.replace('region=', '')
  const threshold = flagValue('--threshold')
  return who(name, {
    on: flagValue('--on') ?? assert.fail(command),
    ...(region && { region }),
    ...(threshold && { threshold: Number(threshold) }),
  })
}
