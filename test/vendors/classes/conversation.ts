// Classes 9 to 13: what is said, and how it comes.
import { at, finishOf, HELLO, type Probe, said } from '../probe.ts'
import { type DeviationClass, FOUND, PLAIN, refused, SCHEMA, WEATHER } from './demonstration.ts'
import { gigachat } from './gigachat.ts'

export const CONVERSATION: readonly DeviationClass[] = [
  {
    number: 9,
    title: 'shape of content',
    shown: [
      {
        vendor: 'public-ai',
        does: 'takes a text, and no parts',
        shows: async ({ chat }) => refused(await chat({ messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello.' }] }] })),
        unlike: PLAIN,
      },
      {
        vendor: 'deepseek',
        does: 'takes no part but text',
        shows: async ({ chat }) =>
          refused(
            await chat({
              messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] }],
            }),
          ),
        unlike: PLAIN,
      },
    ],
  },
  {
    number: 10,
    title: 'rules of roles',
    shown: [
      {
        vendor: 'sea-lion',
        does: 'wants user and assistant in turn, and no tools between them',
        shows: async ({ chat }) =>
          refused(await chat({ messages: [HELLO, HELLO] })) && refused(await chat({ messages: FOUND, tools: [WEATHER] })),
        unlike: PLAIN,
      },
      {
        vendor: 'zai',
        does: 'wants a message of the user',
        shows: async ({ chat }) => at((await chat({ messages: [{ role: 'system', content: 'Greet.' }] })).body, 'error', 'code') === '1214',
        unlike: PLAIN,
      },
      {
        vendor: 'mistral',
        does: 'refuses the names of speakers',
        shows: async ({ chat }) => refused(await chat({ messages: [{ ...HELLO, name: 'ada' }] })),
        unlike: PLAIN,
      },
      {
        vendor: 'deepseek',
        does: 'knows no developer',
        shows: async ({ chat }) => refused(await chat({ messages: [{ role: 'developer', content: 'Be brief.' }, HELLO] })),
        unlike: PLAIN,
      },
    ],
  },
  {
    number: 11,
    title: 'reasons for the end',
    shown: [
      {
        vendor: 'mistral',
        does: 'has a word for a context that is full',
        shows: async ({ chat }) => finishOf(await chat({ messages: said('Count to 1000.') })) === 'model_length',
        unlike: PLAIN,
      },
      {
        vendor: 'deepseek',
        does: 'has a word for its own machines being short',
        shows: (probe) => interrupted(probe, 'insufficient_system_resource'),
        unlike: PLAIN,
      },
      { vendor: 'zai', does: 'has a word for its own network', shows: (probe) => interrupted(probe, 'network_error'), unlike: PLAIN },
    ],
  },
  {
    number: 12,
    title: 'JSON',
    shown: [
      {
        vendor: 'deepseek',
        does: 'takes no schema',
        shows: async ({ chat }) =>
          refused(await chat({ response_format: SCHEMA })) && !refused(await chat({ response_format: { type: 'json_object' } })),
        unlike: PLAIN,
      },
      {
        vendor: 'openai',
        does: 'wants the word before it gives an object',
        shows: async ({ chat }) =>
          refused(await chat({ response_format: { type: 'json_object' } })) &&
          !refused(await chat({ response_format: { type: 'json_object' }, messages: said('Answer in JSON.') })),
        unlike: PLAIN,
      },
      { vendor: 'gigachat', does: 'gives an object only by a schema', shows: gigachatWantsSchema },
    ],
  },
  {
    number: 13,
    title: 'streams',
    shown: [
      {
        vendor: 'alibaba-model-studio',
        does: 'has models that only stream',
        shows: async ({ chat }) => refused(await chat({ model: 'qwq-plus' })) && !refused(await chat({ model: 'qwq-plus', stream: true })),
      },
      {
        vendor: 'openai',
        does: 'counts in a last chunk without choices, where it is asked to',
        shows: async ({ chat }) => {
          const last = (await chat({ stream: true, stream_options: { include_usage: true } })).events.at(-1)
          return Array.isArray(last?.choices) && last.choices.length === 0 && at(last, 'usage', 'total_tokens') !== undefined
        },
        unlike: 'mistral',
      },
      {
        vendor: 'azure-openai',
        does: 'begins with a chunk without choices',
        shows: async ({ chat }) => at((await chat({ stream: true })).events[0], 'prompt_filter_results') !== undefined,
        unlike: 'openai',
      },
      {
        vendor: 'deepseek',
        does: 'keeps a stream alive with comments',
        shows: async ({ chat }) => /^: keep-alive$/m.test((await chat({ stream: true })).text),
        unlike: PLAIN,
      },
      {
        vendor: 'tgi',
        does: 'ends without a mark, and leaves no space after the colon',
        shows: async ({ chat }) => {
          const { text } = await chat({ stream: true })
          return !text.includes('[DONE]') && text.startsWith('data:{')
        },
        unlike: PLAIN,
      },
      {
        vendor: 'liberties',
        does: 'ends lines in two signs, and repeats the id of a call',
        shows: async ({ chat }) => (await chat({ stream: true })).text.includes('}\r\n\r\n'),
        unlike: PLAIN,
      },
    ],
  },
]

async function gigachatWantsSchema(probe: Probe): Promise<boolean> {
  const object = await gigachat(probe, { response_format: { type: 'json_object' } })
  const schema = await gigachat(probe, { response_format: { type: 'json_schema', schema: { type: 'object', properties: {} } } })
  return object.status === 422 && schema.status === 200
}

async function interrupted({ chat, simulated }: Probe, word: string): Promise<boolean> {
  simulated.fail('interrupted')
  return finishOf(await chat()) === word
}
