import type { JsonObject } from '../../../core/json.ts'
import { defined } from '../../dialects/defined.ts'
import { asking, OPENAI_TEXT, step, unlimited } from '../asking.ts'
import type { Experiment, Finding, Judgement, Subject } from '../experiment.ts'
import type { Heard, Hearing } from '../hearing.ts'
import { isAnswered, isRefused, judged, measured, opinion } from '../judging.ts'

const GREETING = 'Say hello in one word.'

/** Without a limit where it has several names, and nobody knows yet which one is taken here. */
const greeting = ({ dialect }: Subject, stream: boolean) =>
  (OPENAI_TEXT as readonly string[]).includes(dialect.name) ? unlimited(GREETING, { stream }) : asking(GREETING, { stream })

/** Class 13. Asked first: an endpoint that only streams must be asked for streams by all that follows. */
export const streaming: Experiment = {
  id: 'streaming',
  number: 13,
  title: 'Whole answers and streams',
  steps: [
    step('whole', (_, subject) => ({ request: greeting(subject, false), plain: true })),
    step('stream', (_, subject) => ({ request: greeting(subject, true), plain: true })),
    step('options', {
      request: asking(GREETING, { stream: true }),
      patch: { stream_options: { include_usage: true } },
      dialects: OPENAI_TEXT,
    }),
  ],
  settle: (heard, subject): Subject => {
    const [whole, stream] = [heard.of('whole'), heard.of('stream')]
    const only = isRefused(whole) && isAnswered(stream) && stream.streamed
    const streams = only ? 'only' : isAnswered(whole) && isRefused(stream) ? 'never' : 'both'
    return { ...subject, streams, streamUsage: usageOf(heard) ?? subject.streamUsage }
  },
  judge: (heard): Judgement => {
    const [whole, stream, options] = [heard.of('whole'), heard.of('stream'), heard.of('options')]
    const findings: Finding[] = [
      judged('whole', whole, (answer) =>
        answer.streamed ? opinion('ignores', 'a whole answer was asked for, and a stream came') : opinion('honours', 'gives whole answers'),
      ),
      judged('stream', stream, (answer) =>
        answer.streamed
          ? opinion('honours', `streams its answer in ${answer.events.length} events`)
          : opinion('ignores', 'a stream was asked for, and a whole answer came'),
      ),
      judged('usage-asked', options, (answer) =>
        hasUsage(answer) ? opinion('honours', usagePlace(answer)) : opinion('ignores', 'the stream it was asked of has no count of tokens'),
      ),
      measured('usage-unasked', stream, (answer) =>
        hasUsage(answer)
          ? opinion('emulated', 'a stream counts its tokens without being asked')
          : opinion('honours', 'a stream counts no tokens where it is not asked to'),
      ),
      measured('keep-alive', stream, (answer) =>
        hasComments(answer)
          ? opinion('emulated', 'comments stand between the events of a stream')
          : opinion('honours', 'nothing but events stands in a stream'),
      ),
    ]
    return { findings, classes: classesOf(heard) }
  },
}

const hasUsage = (heard: Heard): boolean => heard.answer?.usage !== undefined
const usageOf = (heard: Hearing): Subject['streamUsage'] | undefined => {
  const [stream, options] = [heard.of('stream'), heard.of('options')]
  if (isAnswered(stream) && hasUsage(stream)) return 'always'
  return isAnswered(options) ? (hasUsage(options) ? 'asked' : 'never') : isRefused(options) ? 'never' : undefined
}
const hasComments = (heard: Heard): boolean => /(?:^|\n):/.test(heard.text)

const usagePlace = (heard: Heard): string => {
  const last = heard.events.findLast((event) => typeof event === 'object' && event !== null && 'usage' in event && event.usage !== null)
  const choices = typeof last === 'object' && last !== null && 'choices' in last ? last.choices : undefined
  return Array.isArray(choices) && choices.length === 0
    ? 'a stream counts its tokens in a last event without choices'
    : 'a stream counts its tokens in an event with a choice'
}

const classesOf = (heard: Hearing): { readonly [name: string]: JsonObject } => {
  const [whole, stream, options] = [heard.of('whole'), heard.of('stream'), heard.of('options')]
  if (!isAnswered(stream) || !stream.streamed) return {}
  return {
    streaming: defined({
      only: isRefused(whole) ? true : undefined,
      usage: usageOf(heard),
      options: isAnswered(options) ? true : isRefused(options) ? false : undefined,
      comments: hasComments(stream) ? true : undefined,
    }),
  }
}
