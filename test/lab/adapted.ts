// Of a vendor of whom nothing is documented, what the lab measured is to make calls that a strict vendor takes.
import assert from 'node:assert/strict'
import type { Json } from '../../src/core/json.ts'
import { profileWith } from '../../src/gateway/lab/adapter.ts'
import type { Report } from '../../src/gateway/lab/report.ts'
import { parseProfile } from '../../src/gateway/providers/profile.ts'
import { shipped } from '../providers/shipped.ts'
import { callVendor } from '../vendors/call.ts'
import { startVendor, VENDORS } from '../vendors/index.ts'
import { QUESTIONS } from '../vendors/questions.ts'
import type { Case } from './vendors.ts'

/** The profile with its address and its key, and without a word on what the vendor does. */
const bare = (name: string) => {
  const profile = shipped(name)
  const places = profile.places.map(({ urls, ...place }) => ({ ...place, urls: { 'openai-chat': urls['openai-chat'] } }))
  const parsed = parseProfile({ ...profile, places, dialects: { 'openai-chat': { models: [] } } } as unknown as Json)
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error.messages.join('; '))
  return parsed.value
}

/** What a simulated vendor refuses of all questions, asked by a profile that holds what was measured and nothing else. */
export const refusedOf = async (wanted: Case, report: Report): Promise<readonly string[]> => {
  const laid = profileWith(bare(wanted.vendor), [{ file: 'x', report: { ...report, simulated: false, modelThere: report.model } }])
  assert.ok(laid.ok, laid.ok ? '' : laid.error.messages.join('; '))
  const { place, model, parameters, options = {} } = wanted
  const choice = { dialect: 'openai-chat' as const, ...(place && { place }), ...(model && { model }), ...(parameters && { parameters }) }
  const simulated = await startVendor(wanted.vendor, options)
  try {
    const problems: string[] = []
    for (const [name, question] of Object.entries(QUESTIONS)) {
      const { status, answer } = await callVendor(simulated, laid.value, question, choice)
      if (!answer.ok) problems.push(`${name}: ${status} ${answer.error.message}`)
    }
    return problems
  } finally {
    await simulated.stop()
  }
}

export const speaksChat = ({ vendor }: Case): boolean =>
  shipped(vendor).dialects['openai-chat'] !== undefined &&
  VENDORS.get(vendor)?.services.some(({ dialect }) => dialect === 'openai-chat') === true
