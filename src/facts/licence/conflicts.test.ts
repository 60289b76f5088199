import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { parseBook } from './book.ts'
import { type Conflict, conflicts } from './conflicts.ts'

const read = (name: string): unknown => parse(readFileSync(join(import.meta.dirname, '../../../factbook', name), 'utf8'))
const parsed = parseBook(read('models.yaml'), read('licences.yaml'))
const all = parsed.ok ? conflicts(parsed.value) : assert.fail(parsed.error.message)

type Row = Partial<Omit<Conflict, 'says'>> & { readonly subject: string; readonly says?: RegExp }
const CASES: readonly (readonly [title: string, ...rows: readonly Row[]])[] = [
  [
    'DeepSeek-R1-Distill-Llama-70B: repository says MIT, base is Llama 3.3, name duty missed',
    { subject: 'deepseek-ai/DeepSeek-R1-Distill-Llama-70B', kind: 'other-statement', direction: 'looser' },
    { subject: 'deepseek-ai/DeepSeek-R1-Distill-Llama-70B', kind: 'name-duty-missed', with: 'meta-llama/Llama-3.3-70B-Instruct' },
  ],
  [
    'RakutenAI-3.0: Apache-2.0 over a suspected DeepSeek V3, undecidable',
    { subject: 'Rakuten/RakutenAI-3.0', kind: 'terms-dropped', direction: 'looser', undecidable: true, evidence: 'unverified' },
  ],
  [
    'bge-multilingual-gemma2: MIT line over Gemma',
    { subject: 'BAAI/bge-multilingual-gemma2', kind: 'other-statement', direction: 'looser' },
  ],
  [
    'Nemotron-SEA-LION-v4.8: NOTICE, or MIT by a third party',
    { subject: 'aisingapore/Nemotron-SEA-LION-v4.8-30B-A3B', kind: 'other-statement', direction: 'looser', evidence: 'unverified' },
    { subject: 'aisingapore/Nemotron-SEA-LION-v4.8-120B-A12B', kind: 'other-statement', direction: 'looser' },
  ],
  [
    'Qwen-SEA-LION-v4-32B: terms of an online service over Apache-2.0',
    { subject: 'aisingapore/Qwen-SEA-LION-v4-32B-IT', kind: 'stricter-than-parent', direction: 'stricter', flagged: true, says: /mistake/ },
  ],
  [
    'Gemma-2-Llama-Swallow: begins with Gemma, Llama wants to be first',
    { subject: 'tokyotech-llm/Gemma-2-Llama-Swallow-27b-it-v0.1', kind: 'name-duty-missed', says: /begin with `Llama`/ },
  ],
  ['Latam-GPT: the brand misses what the id keeps', { subject: 'latam-gpt/Llama-3.1-70B-LatamGPT-SFT-1.0', kind: 'brand-misses-duty' }],
  ['MiniMax-M2.5: two licences in one repository', { subject: 'MiniMaxAI/MiniMax-M2.5', kind: 'other-statement', says: /Modified-MIT/ }],
  [
    'the same licensor may relicense: recorded, not flagged',
    { subject: 'MiniMaxAI/MiniMax-M1-80k', kind: 'relicensed-by-owner', flagged: false },
    { subject: 'deepseek-ai/DeepSeek-R1', kind: 'relicensed-by-owner', flagged: false },
  ],
  [
    'a stricter child is allowed',
    { subject: 'zai-org/GLM-5.3', kind: 'stricter-than-parent', flagged: false },
    { subject: 'CYFRAGOVPL/PLLuM-8x7B-nc-base', kind: 'stricter-than-parent', flagged: false },
    { subject: 'BSC-LT/AL40b-dev', kind: 'stricter-than-parent', flagged: false },
    { subject: 'sbintuitions/sarashina2-8x70b', kind: 'other-statement', flagged: false },
  ],
  ['llm-jp-4-kappa: card stricter than tag', { subject: 'third-intelligence/llm-jp-4-kappa-32b-a3b-v0.1', kind: 'other-statement' }],
  ['KARAKURI: outputs of OpenAI models', { subject: 'karakuri-ai/karakuri-lm-8x7b-instruct-v0.1', kind: 'outputs-terms-unknown' }],
  [
    'Sarvam-1, Sabia-7B, Param-1: nothing settles the licence',
    { subject: 'sarvamai/sarvam-1', kind: 'other-statement', undecidable: true },
    { subject: 'maritaca-ai/sabia-7b', kind: 'licence-unknown', with: 'meta-llama/LLaMA-1-7B' },
    { subject: 'bharatgenai/Param-1-2.9B-Instruct', kind: 'other-statement' },
  ],
  ['Falcon-H1: badge against hub', { subject: 'tiiuae/Falcon-H1-34B-Instruct', kind: 'other-statement', direction: 'looser' }],
  [
    'GLM-4.5 and ALIA: code against weights, both free',
    { subject: 'zai-org/GLM-4.5', kind: 'other-statement', direction: 'same', flagged: false },
    { subject: 'BSC-LT/ALIA-40b', kind: 'other-statement', direction: 'same', flagged: false },
  ],
  [
    'Codestral: a page claims Apache-2.0, MNPL is kept',
    { subject: 'mistralai/Codestral-22B-v0.1', kind: 'other-statement', direction: 'looser' },
  ],
  ['Gemma 4: one reader adds a duty, Apache-2.0 is kept', { subject: 'google/gemma-4-31b-it', kind: 'other-statement' }],
  ['EXAONE: 2.1(d) against 2.2', { subject: 'EXAONE-1.1-NC', kind: 'contradiction' }, { subject: 'EXAONE-1.2-NC', kind: 'contradiction' }],
  ['K-EXAONE: irrevocable and revocable', { subject: 'K-EXAONE', kind: 'contradiction' }],
  ['Krutrim: commercial at which size', { subject: 'Krutrim-Community-1.0', kind: 'contradiction' }],
  [
    'a repack of Kimi K3 declares Apache-2.0',
    { subject: 'moonshotai/Kimi-K3', kind: 'other-statement', direction: 'looser', says: /repack/ },
  ],
  [
    'Apertus: who is bound downstream',
    { subject: 'Apertus-AUP-1.0', kind: 'contradiction' },
    { subject: 'aisingapore/Apertus-SEA-LION-v4-8B-IT', kind: 'binding-unclear', undecidable: true },
  ],
]
assert.equal(CASES.length, 22)
for (const [title, ...rows] of CASES)
  test(title, () => {
    for (const { says, ...row } of rows) {
      const found = all.find((conflict) => matches(conflict, row) && (says === undefined || says.test(conflict.says)))
      assert.ok(found, JSON.stringify(all.filter(({ subject }) => subject === row.subject)))
    }
  })
const matches = (conflict: Conflict, row: Omit<Row, 'says'>): boolean =>
  Object.entries(row).every(([field, value]) => conflict[field as keyof Conflict] === value)

test('a clean lineage has no conflict', () => {
  for (const subject of ['mistralai/Mixtral-8x7B-Instruct-v0.1', 'aisingapore/Llama-SEA-LION-v3-70B', 'BSC-LT/salamandra-7b-instruct'])
    assert.deepEqual(
      all.filter((conflict) => conflict.subject === subject),
      [],
    )
})
