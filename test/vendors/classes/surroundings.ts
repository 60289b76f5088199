// Classes 14 to 18: who asks, of whom, and where.
import type { JsonObject } from '../../../src/core/json.ts'
import { at, HELLO, type Probe, type Seen } from '../probe.ts'
import { type DeviationClass, PLAIN, refused } from './demonstration.ts'
import { gigachat } from './gigachat.ts'

export const SURROUNDINGS: readonly DeviationClass[] = [
  {
    number: 14,
    title: 'authentication',
    shown: [
      {
        vendor: 'yandex',
        does: 'takes a key of its own kind',
        shows: async ({ chat, simulated }) => (await chat({}, { headers: { authorization: `Api-Key ${simulated.key}` } })).status === 200,
        unlike: 'openai',
      },
      {
        vendor: 'sarvam',
        does: 'takes a subscription key in a header of its own',
        shows: async ({ chat, simulated }) => (await chat({}, { headers: { 'api-subscription-key': simulated.key } })).status === 200,
        unlike: 'openai',
      },
      { vendor: 'gigachat', does: 'takes a token for which the key was exchanged', shows: gigachatWantsToken },
      {
        vendor: 'infomaniak',
        does: 'wants the product in the path',
        shows: async ({ chat }) =>
          (await chat()).status === 200 && (await chat({}, { path: '/2/ai/1/openai/v1/chat/completions' })).status === 404,
      },
      {
        vendor: 'yandex',
        does: 'wants the folder in the name of the model',
        shows: async ({ chat }) => refused(await chat({ model: 'yandexgpt/latest' })) && (await chat()).status === 200,
      },
      {
        vendor: 'ovhcloud',
        does: 'answers whoever asks',
        shows: async ({ chat }) => (await chat({}, { headers: {} })).status === 200,
        unlike: 'openai',
      },
      {
        vendor: 'aws-bedrock',
        does: 'wants requests signed, or a key',
        shows: async ({ post }) => (await post('/model/amazon.nova-lite-v1%3A0/converse', {}, {})).status === 401,
      },
    ],
  },
  {
    number: 15,
    title: 'names of models',
    shown: [
      {
        vendor: 'yandex',
        does: 'names a model by an address of its own',
        shows: async ({ chat }) => refused(await chat({ model: 'yandexgpt/latest' })),
      },
      {
        vendor: 'cscs',
        does: 'wants three parts',
        shows: async ({ chat }) => (await chat()).status === 200 && refused(await chat({ model: 'swiss-ai/Apertus-70B-Instruct' })),
      },
      {
        vendor: 'azure-openai',
        does: 'names a deployment, in the older interface in the path',
        shows: async ({ chat }) => {
          const path = '/openai/deployments/my-deployment/chat/completions'
          return (
            (await chat({ model: null }, { path: `${path}?api-version=2024-10-21` })).status === 200 &&
            (await chat({ model: null }, { path })).status === 404
          )
        },
      },
      {
        vendor: 'aws-bedrock',
        options: { region: 'us-east-1' },
        does: 'puts a place before the name',
        shows: async ({ post, simulated }) => {
          const ask = (model: string) =>
            post(`/model/${encodeURIComponent(model)}/converse`, CONVERSE, { authorization: `Bearer ${simulated.key}` })
          return (await ask('us.amazon.nova-lite-v1:0')).status === 200 && refused(await ask('eu.amazon.nova-lite-v1:0'))
        },
      },
    ],
  },
  {
    number: 16,
    title: 'what is kept',
    shown: [
      {
        vendor: 'yandex',
        does: 'keeps what it is asked, unless a header says not to',
        shows: async ({ chat, simulated }) => {
          const authorization = `Api-Key ${simulated.key}`
          const asked = await chat({}, { headers: { authorization, 'x-data-logging-enabled': 'false' } })
          return (await chat()).header('x-simulated-logged') === 'true' && asked.header('x-simulated-logged') === 'false'
        },
        unlike: 'openai',
      },
    ],
  },
  {
    number: 17,
    title: 'place of processing',
    shown: [
      {
        vendor: 'xai',
        options: { region: 'eu-west-1' },
        does: 'fails where the region of the address has not the model',
        shows: async ({ chat }) => (await chat({ model: 'grok-4.20-reasoning' })).status === 404 && (await chat()).status === 200,
      },
      {
        vendor: 'openai',
        options: { region: 'au' },
        does: 'has hosts for regions, and not every model at each',
        shows: async ({ chat }) => (await chat({ model: 'gpt-5' })).status === 404 && (await chat()).status === 200,
      },
      {
        vendor: 'anthropic',
        does: 'takes the place in the body, refuses it for older models, and says where it ran',
        shows: anthropicReports,
      },
      {
        vendor: 'google-vertex',
        does: 'has the place in the path',
        shows: async ({ post, token, simulated }) => {
          const bearer = await token('/token', { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'a.b.c' })
          const project = simulated.vendor.parameters?.project ?? ''
          const ask = (location: string) =>
            post(
              `/v1/projects/${project}/locations/${location}/publishers/google/models/gemini-2.5-flash:generateContent`,
              { contents: [{ role: 'user', parts: [{ text: 'Hello.' }] }] },
              { authorization: `Bearer ${bearer}` },
            )
          return (await ask('europe-west4')).status === 200 && (await ask('mars-north1')).status === 404
        },
      },
    ],
  },
  {
    number: 18,
    title: 'limits of rate',
    shown: [
      {
        vendor: 'openai',
        does: 'says what is left under names of its own',
        shows: async ({ chat }) => (await chat()).header('x-ratelimit-remaining-requests') === '599',
        unlike: PLAIN,
      },
      {
        vendor: 'anthropic',
        does: 'says so under others',
        shows: async (probe) => (await anthropicAsked(probe, {})).header('anthropic-ratelimit-requests-remaining') === '599',
      },
      {
        vendor: 'mistral',
        does: 'says so by the minute',
        shows: async ({ chat }) => (await chat()).header('x-ratelimit-remaining-req-minute') === '599',
        unlike: PLAIN,
      },
      {
        vendor: 'ionos',
        options: { requests: 1 },
        does: 'says how long to wait when nothing is left',
        shows: async ({ chat }) => {
          const [first, second] = [await chat(), await chat()]
          return first.status === 200 && second.status === 429 && second.header('retry-after') === '7'
        },
        unlike: PLAIN,
      },
    ],
  },
]

async function gigachatWantsToken(probe: Probe): Promise<boolean> {
  const body = { model: 'GigaChat-2-Max', messages: [HELLO] }
  const withKey = await probe.post('/api/v1/chat/completions', body, { authorization: `Bearer ${probe.simulated.key}` })
  return withKey.status === 401 && (await gigachat(probe, {})).status === 200
}

const anthropicAsked = ({ post, simulated }: Probe, members: JsonObject): Promise<Seen> =>
  post(
    '/v1/messages',
    { model: 'claude-sonnet-4-6', max_tokens: 64, messages: [HELLO], ...members },
    { 'x-api-key': simulated.key, 'anthropic-version': '2023-06-01' },
  )

async function anthropicReports(probe: Probe): Promise<boolean> {
  const told = await anthropicAsked(probe, { inference_geo: 'us' })
  const older = await anthropicAsked(probe, { inference_geo: 'us', model: 'claude-sonnet-4-5' })
  probe.simulated.fail('elsewhere')
  const elsewhere = await anthropicAsked(probe, { inference_geo: 'us' })
  const place = (seen: Seen) => at(seen.body, 'usage', 'inference_geo')
  return place(told) === 'us' && older.status === 400 && place(elsewhere) === 'global'
}

const CONVERSE: JsonObject = { messages: [{ role: 'user', content: [{ text: 'Hello.' }] }] }
