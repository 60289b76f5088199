// Classes 7 and 8: reasoning.
import { at, contentOf, HELLO, said } from '../probe.ts'
import { type DeviationClass, FOUND, PLAIN, refused, thinksIn, WEATHER } from './demonstration.ts'

export const REASONING: readonly DeviationClass[] = [
  {
    number: 7,
    title: 'switch of reasoning',
    shown: [
      {
        vendor: 'deepseek',
        does: 'thinks unless thinking.type says disabled',
        shows: async ({ chat }) =>
          thinksIn(await chat(), 'reasoning_content') && !thinksIn(await chat({ thinking: { type: 'disabled' } }), 'reasoning_content'),
        unlike: PLAIN,
      },
      {
        vendor: 'alibaba-model-studio',
        does: 'thinks where enable_thinking says so',
        shows: async ({ chat }) =>
          !thinksIn(await chat(), 'reasoning_content') && thinksIn(await chat({ enable_thinking: true }), 'reasoning_content'),
        unlike: PLAIN,
      },
      {
        vendor: 'sarvam',
        does: 'is switched off by null',
        shows: async (probe) => {
          const off = await probe.post('/v1/chat/completions', { model: 'sarvam-105b', messages: [HELLO], reasoning_effort: null })
          return off.status === 200 && thinksIn(await probe.chat(), 'reasoning_content') && !thinksIn(off, 'reasoning_content')
        },
      },
      {
        vendor: 'upstage',
        does: 'means by low that one model does not think, and by high that another does',
        shows: async ({ chat }) =>
          thinksIn(await chat({ reasoning_effort: 'medium' }), 'reasoning') &&
          !thinksIn(await chat({ reasoning_effort: 'low' }), 'reasoning') &&
          !thinksIn(await chat({ model: 'solar-pro2', reasoning_effort: 'medium' }), 'reasoning'),
      },
      {
        vendor: 'sea-lion',
        does: 'is told through the template',
        shows: async ({ chat }) => {
          const model = 'aisingapore/Llama-SEA-LION-v3.5-70B-R'
          const off = await chat({ model, chat_template_kwargs: { thinking_mode: 'off' } })
          return contentOf(await chat({ model })).startsWith('<think>') && !contentOf(off).includes('<think>')
        },
      },
      {
        vendor: 'ovhcloud',
        does: 'is told by a word in the text',
        shows: async ({ chat }) =>
          thinksIn(await chat(), 'reasoning_content') &&
          !thinksIn(await chat({ messages: said('Good morning. /no_think') }), 'reasoning_content'),
        unlike: PLAIN,
      },
    ],
  },
  {
    number: 8,
    title: 'place of reasoning, and its echo',
    shown: [
      {
        vendor: 'stepfun',
        does: 'calls it reasoning, or reasoning_content on demand',
        shows: async ({ chat }) =>
          thinksIn(await chat(), 'reasoning') && thinksIn(await chat({ reasoning_format: 'deepseek-style' }), 'reasoning_content'),
        unlike: 'deepseek',
      },
      {
        vendor: 'minimax',
        does: 'leaves it in the text between tags',
        shows: async ({ chat }) => contentOf(await chat()).startsWith('<think>'),
        unlike: PLAIN,
      },
      {
        vendor: 'mistral',
        does: 'puts it into parts of the content',
        shows: async ({ chat }) =>
          at((await chat({ reasoning_effort: 'high' })).body, 'choices', 0, 'message', 'content', 0, 'type') === 'thinking',
        unlike: PLAIN,
      },
      {
        vendor: 'deepseek',
        does: 'refuses a conversation in which the thoughts before a call are missing',
        shows: async ({ chat }) => {
          const echoed = FOUND.map((message) => (message.role === 'assistant' ? { ...message, reasoning_content: '' } : message))
          return refused(await chat({ messages: FOUND, tools: [WEATHER] })) && !refused(await chat({ messages: echoed, tools: [WEATHER] }))
        },
        unlike: PLAIN,
      },
      {
        vendor: 'mistral',
        does: 'refuses a conversation in which they come back by another name',
        shows: async ({ chat }) =>
          refused(await chat({ messages: [HELLO, { role: 'assistant', content: 'Hm.', reasoning_content: '' }, HELLO] })),
        unlike: 'deepseek',
      },
    ],
  },
]
