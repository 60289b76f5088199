// The same SDKs against simulated vendors, as strict as these are and with all that they do in their own way. What their scripted model
// answers follows from the question: it repeats what it is asked to say, and calls tools for the places that are named.
import type { DialectName } from '../../src/gateway/dialects/neutral.ts'
import { startVendor } from '../vendors/index.ts'
import type { Simulated } from '../vendors/simulator/server.ts'
import { resultFor, SCHEMA, TOOL } from './script.ts'
import { OUTPUT, type Problem, placeOf, structuredOr, TOOLS, type Trial } from './verbs.ts'

/** One column. `pieces`: the bytes that the vendor writes at once. */
export type VendorColumn = { readonly name: string; readonly vendor: string; readonly dialect: DialectName; readonly pieces: number }
export const VENDOR_COLUMNS: readonly VendorColumn[] = [
  { name: 'openai', vendor: 'openai', dialect: 'openai-chat', pieces: 1 },
  { name: 'openai-by-responses', vendor: 'openai', dialect: 'openai-responses', pieces: 7 },
  { name: 'anthropic', vendor: 'anthropic', dialect: 'anthropic-messages', pieces: 7 },
  { name: 'google', vendor: 'google-gemini', dialect: 'gemini', pieces: 7 },
  { name: 'aws', vendor: 'aws-bedrock', dialect: 'bedrock-converse', pieces: 7 },
  { name: 'cohere', vendor: 'cohere', dialect: 'cohere-chat', pieces: 7 },
  { name: 'mistral', vendor: 'mistral', dialect: 'openai-chat', pieces: 7 },
  { name: 'deepseek', vendor: 'deepseek', dialect: 'openai-chat', pieces: 7 },
  { name: 'sea-lion', vendor: 'sea-lion', dialect: 'openai-chat', pieces: 7 },
]
export type StartedVendor = { readonly column: VendorColumn; readonly simulated: Simulated }

export const startVendors = (): Promise<readonly StartedVendor[]> =>
  Promise.all(
    VENDOR_COLUMNS.map(async (column) => {
      const place = column.vendor === 'aws-bedrock' && { region: 'eu-central-1' }
      return { column, simulated: await startVendor(column.vendor, { ...place, pieceLength: column.pieces }) }
    }),
  )

const WORDS = 'Würde für alle: 尊严, गरिमा, كرامة, 𐌸𐌹𐌿𐌳𐌰 🕊️.'
const PLACES = ['Genève', 'Łódź', 'Αθήνα'] as const
const SAY = `Say “${WORDS}”`
const WEATHER = `what is the weather in ${PLACES.join(', ')}?`

const says = async (trial: Trial, stream: boolean): Promise<Problem[]> => {
  const { text, finish } = await trial.driver.ask(trial.way, { model: trial.alias, stream, question: SAY })
  // Left to chance, the model ends in another way each time.
  const right = text.startsWith(WORDS) && finish === trial.driver.finish.stop
  return right ? [] : [{ message: `said ${JSON.stringify(text)}, ended with ${finish}` }]
}

const calls = async (trial: Trial): Promise<Problem[]> => {
  const { driver, way, alias: model } = trial
  const asked = { model, stream: true, tools: [TOOL] }
  const heard = await driver.ask(way, { ...asked, question: WEATHER })
  const called = heard.calls.map((call) => `${call.name} ${placeOf(call)}`)
  const wanted = PLACES.map((place) => `${TOOL.name} ${place}`)
  if (JSON.stringify(called) !== JSON.stringify(wanted)) return [{ message: `called ${called.join(', ')}`, excuse: TOOLS }]
  const results = heard.calls.map((call) => ({ call, text: resultFor(placeOf(call)) }))
  const { text } = await driver.ask(way, { ...asked, question: '', before: { question: WEATHER, turn: heard.turn, results } })
  const missing = PLACES.filter((place) => !text.includes(resultFor(place)))
  return missing.length === 0 ? [] : [{ message: `no result of ${missing.join(', ')} in ${JSON.stringify(text)}`, excuse: TOOLS }]
}

const describes = (trial: Trial): Promise<Problem[]> =>
  structuredOr(trial, async () => {
    const asked = { model: trial.alias, stream: false, question: 'Describe the declaration of 1789 as JSON.', schema: SCHEMA }
    const { structured } = await trial.driver.ask(trial.way, asked)
    const { title, year, parts } = structured as { readonly title?: unknown; readonly year?: unknown; readonly parts?: unknown }
    const right = typeof title === 'string' && year === 1789 && Array.isArray(parts)
    return right ? [] : [{ message: `described ${JSON.stringify(structured)}`, excuse: OUTPUT }]
  })

export const VENDOR_VERBS = ['whole', 'streamed', 'tools', 'JSON schema'] as const
export type VendorVerb = (typeof VENDOR_VERBS)[number]
export const VENDOR_RUNS: { readonly [verb in VendorVerb]: (trial: Trial) => Promise<readonly Problem[]> } = {
  whole: (trial) => says(trial, false),
  streamed: (trial) => says(trial, true),
  tools: calls,
  'JSON schema': describes,
}
