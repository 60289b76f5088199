// Classes 1 to 3: the members of a question.
import { at, contentOf, finishOf, HELLO, type Probe, said } from '../probe.ts'
import { COUNT, type DeviationClass, PLAIN, refused, unknownMember } from './demonstration.ts'

export const MEMBERS: readonly DeviationClass[] = [
  {
    number: 1,
    title: 'unknown field',
    shown: [
      {
        vendor: 'mistral',
        does: 'refuses it with 422, in a list of what is wrong and where',
        shows: async (probe) => {
          const seen = await unknownMember(probe)
          return seen.status === 422 && at(seen.body, 'message', 'detail', 0, 'type') === 'extra_forbidden'
        },
        unlike: PLAIN,
      },
      {
        vendor: 'openai',
        does: 'refuses it with 400, and names it',
        shows: async (probe) => {
          const seen = await unknownMember(probe)
          return seen.status === 400 && at(seen.body, 'error', 'param') === 'allod_probe'
        },
        unlike: PLAIN,
      },
      { vendor: 'sarvam', does: 'passes over it in its first interface, and refuses it in its second', shows: sarvamDiffers },
      { vendor: 'cortecs', does: 'passes over it', shows: async (probe) => (await unknownMember(probe)).status === 200, unlike: 'mistral' },
    ],
  },
  {
    number: 2,
    title: 'token limit, its name and default',
    shown: [
      {
        vendor: 'ionos',
        does: 'stops after 16 tokens where no limit is named',
        shows: async ({ chat }) => {
          const seen = await chat({ messages: COUNT })
          return finishOf(seen) === 'length' && at(seen.body, 'usage', 'completion_tokens') === 16
        },
        unlike: PLAIN,
      },
      {
        vendor: 'mistral',
        does: 'refuses the newer name',
        shows: async ({ chat }) => refused(await chat({ max_completion_tokens: 9 })) && !refused(await chat({ max_tokens: 9 })),
        unlike: PLAIN,
      },
      {
        vendor: 'public-ai',
        does: 'passes over the newer name',
        shows: async ({ chat }) =>
          finishOf(await chat({ messages: COUNT, max_completion_tokens: 9 })) === 'stop' &&
          finishOf(await chat({ messages: COUNT, max_tokens: 9 })) === 'length',
        unlike: PLAIN,
      },
      {
        vendor: 'tgi',
        does: 'stops after 100 tokens where no limit is named',
        shows: async ({ chat }) => finishOf(await chat({ messages: said('Count to 300.') })) === 'length',
        unlike: PLAIN,
      },
    ],
  },
  {
    number: 3,
    title: 'name of the seed',
    shown: [
      {
        vendor: 'mistral',
        does: 'calls it random_seed',
        shows: async ({ chat }) => {
          const [first, again] = [await chat({ random_seed: 7 }), await chat({ random_seed: 7 })]
          return refused(await chat({ seed: 7 })) && contentOf(first) === contentOf(again)
        },
        unlike: PLAIN,
      },
      {
        vendor: 'deepseek',
        does: 'has none, and does not say so',
        shows: async ({ chat }) => {
          const [first, again] = [await chat({ seed: 7 }), await chat({ seed: 7 })]
          return first.status === 200 && contentOf(first) !== contentOf(again)
        },
        unlike: PLAIN,
      },
    ],
  },
]

async function sarvamDiffers({ post }: Probe): Promise<boolean> {
  const ask = (path: string, model: string) => post(path, { model, messages: [HELLO], allod_probe: true })
  return (await ask('/v1/chat/completions', 'sarvam-105b')).status === 200 && (await ask('/v2/chat/completions', 'glm5.3')).status === 400
}
