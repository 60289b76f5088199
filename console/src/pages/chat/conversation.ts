// A conversation in this window: what was asked, and what became of each answer. It is kept nowhere else.
import { useCallback, useEffect, useReducer, useRef } from 'react'
import type { ChatLine } from '../../../../src/http/console/contract/chat.ts'
import type { Request } from '../../../../src/http/console/contract/index.ts'
import { ApiFailure, askLines } from '../../api/client.ts'

type Line<Kind extends ChatLine['kind']> = Extract<ChatLine, { kind: Kind }>
export type Tool = { readonly name: string; readonly arguments: string }
export type Answered = {
  readonly state: 'asked' | 'ended' | 'refused' | 'broke' | 'stopped'
  readonly text: string
  readonly reasoning: string
  readonly tools: readonly Tool[]
  readonly began?: Line<'began'>
  readonly ended?: Line<'ended'>
  /** Why there is no answer, or no whole one. */
  readonly problem?: string
  readonly call?: string
  /** Milliseconds on this window’s clock. */
  readonly asked: number
  readonly firstWord?: number
  readonly over?: number
}
export type Verdict = { readonly verdict: 'best' | 'same' | 'none'; readonly best?: number }
export type Turn = {
  readonly question: string
  /** `data:` addresses of pictures. */
  readonly pictures: readonly string[]
  readonly answers: readonly Answered[]
  readonly rated?: Verdict
}

type Action =
  | { readonly kind: 'ask'; readonly question: string; readonly pictures: readonly string[]; readonly lanes: number; readonly now: number }
  | { readonly kind: 'again'; readonly turn: number; readonly lane: number; readonly now: number }
  | { readonly kind: 'lines'; readonly turn: number; readonly lane: number; readonly lines: readonly ChatLine[]; readonly now: number }
  | {
      readonly kind: 'end'
      readonly turn: number
      readonly lane: number
      readonly state: Answered['state']
      readonly problem?: string
      readonly now: number
    }
  | { readonly kind: 'rate'; readonly turn: number; readonly rated: Verdict }
  | { readonly kind: 'clear' }

const fresh = (asked: number): Answered => ({ state: 'asked', text: '', reasoning: '', tools: [], asked })

const heard = (answered: Answered, line: ChatLine, now: number): Answered => {
  switch (line.kind) {
    case 'began':
      return { ...answered, began: line, call: line.call }
    case 'text':
      return { ...answered, text: answered.text + line.text, firstWord: answered.firstWord ?? now }
    case 'reasoning':
      return { ...answered, reasoning: answered.reasoning + line.text, firstWord: answered.firstWord ?? now }
    case 'tool': {
      const known = answered.tools[line.index] ?? { name: '', arguments: '' }
      const tools = [...answered.tools]
      tools[line.index] = { name: known.name + line.name, arguments: known.arguments + line.arguments }
      return { ...answered, tools }
    }
    case 'ended':
      return { ...answered, state: 'ended', ended: line, over: now }
    case 'refused':
      return { ...answered, state: 'refused', problem: line.message, call: line.call, over: now }
    case 'broke':
      return { ...answered, state: 'broke', problem: line.message, over: now }
  }
}

const change = (turns: readonly Turn[], turn: number, lane: number, to: (answered: Answered) => Answered): readonly Turn[] =>
  turns.map((each, index) =>
    index === turn ? { ...each, answers: each.answers.map((answered, place) => (place === lane ? to(answered) : answered)) } : each,
  )

const reduce = (turns: readonly Turn[], action: Action): readonly Turn[] => {
  switch (action.kind) {
    case 'ask': {
      const { question, pictures, lanes, now } = action
      return [...turns, { question, pictures, answers: Array.from({ length: lanes }, () => fresh(now)) }]
    }
    case 'again':
      return change(turns, action.turn, action.lane, () => fresh(action.now))
    case 'lines':
      return change(turns, action.turn, action.lane, (answered) =>
        action.lines.reduce((before, line) => heard(before, line, action.now), answered),
      )
    case 'end':
      return change(turns, action.turn, action.lane, (answered) =>
        answered.state === 'asked'
          ? { ...answered, state: action.state, over: action.now, ...(action.problem === undefined ? {} : { problem: action.problem }) }
          : answered,
      )
    case 'rate':
      return turns.map((each, index) => (index === action.turn ? { ...each, rated: action.rated } : each))
    case 'clear':
      return []
  }
}

type Asking = Request<'POST /chat/answers'>['body']
type Content = Asking['messages'][number]['content']

const contentOf = ({ question, pictures }: Pick<Turn, 'question' | 'pictures'>): Content =>
  pictures.length === 0
    ? question
    : [{ type: 'text', text: question }, ...pictures.map((url) => ({ type: 'image_url' as const, image_url: { url } }))]

/** What this lane has said so far; a turn it did not answer is left out whole. */
const historyOf = (turns: readonly Turn[], lane: number): Asking['messages'] =>
  turns.flatMap((turn) => {
    const answered = turn.answers[lane]
    if (answered?.state !== 'ended' || answered.text === '') return []
    return [
      { role: 'user' as const, content: contentOf(turn) },
      { role: 'assistant' as const, content: answered.text },
    ]
  })

export type Choice = Omit<Asking, 'messages' | 'only' | 'maxTokens'>
export type Conversation = {
  readonly turns: readonly Turn[]
  readonly isRunning: boolean
  /** One answer for each of `lanes`: an `endpoint/model`, or undefined for the whole plan. */
  ask(question: string, pictures: readonly string[], choice: Choice, lanes: readonly (string | undefined)[]): void
  again(turn: number, lane: number, choice: Choice, only: string | undefined): void
  stop(): void
  clear(): void
  rate(turn: number, rated: Verdict): void
}

export const useConversation = (): Conversation => {
  const [turns, dispatch] = useReducer(reduce, [])
  const running = useRef(new Set<AbortController>())
  const known = useRef(turns)
  known.current = turns
  const stop = useCallback((): void => {
    for (const controller of running.current) controller.abort()
  }, [])
  useEffect(() => stop, [stop])

  const hear = (turn: number, lane: number, asking: Asking): void => {
    const controller = new AbortController()
    running.current.add(controller)
    let waiting: ChatLine[] = []
    let frame = 0
    // Painted at most once a frame, however fast words come.
    const flush = (): void => {
      frame = 0
      const lines = waiting
      waiting = []
      if (lines.length > 0) dispatch({ kind: 'lines', turn, lane, lines, now: performance.now() })
    }
    const end = (state: Answered['state'], problem?: string): void => {
      cancelAnimationFrame(frame)
      flush()
      running.current.delete(controller)
      dispatch({ kind: 'end', turn, lane, state, now: performance.now(), ...(problem === undefined ? {} : { problem }) })
    }
    askLines<ChatLine>('POST /chat/answers', asking, controller.signal, (line) => {
      waiting.push(line)
      if (frame === 0) frame = requestAnimationFrame(flush)
    }).then(
      () => end('broke', ''),
      (reason: unknown) =>
        controller.signal.aborted ? end('stopped') : end('refused', reason instanceof ApiFailure ? reason.message : String(reason)),
    )
  }

  const ask: Conversation['ask'] = (question, pictures, choice, lanes) => {
    const turn = known.current.length
    dispatch({ kind: 'ask', question, pictures, lanes: lanes.length, now: performance.now() })
    for (const [lane, only] of lanes.entries()) {
      const messages = [...historyOf(known.current, lane), { role: 'user' as const, content: contentOf({ question, pictures }) }]
      hear(turn, lane, { ...choice, ...(only === undefined ? {} : { only }), messages })
    }
  }
  const again: Conversation['again'] = (turn, lane, choice, only) => {
    const asked = known.current[turn]
    if (asked === undefined) return
    dispatch({ kind: 'again', turn, lane, now: performance.now() })
    const messages = [...historyOf(known.current.slice(0, turn), lane), { role: 'user' as const, content: contentOf(asked) }]
    hear(turn, lane, { ...choice, ...(only === undefined ? {} : { only }), messages })
  }
  return {
    turns,
    isRunning: turns.some(({ answers }) => answers.some(({ state }) => state === 'asked')),
    ask,
    again,
    stop,
    clear: () => {
      stop()
      dispatch({ kind: 'clear' })
    },
    rate: (turn, rated) => dispatch({ kind: 'rate', turn, rated }),
  }
}
