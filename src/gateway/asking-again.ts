// An answer that is not in the form demanded goes back to its model once, with what is wrong with it.
import { pointer } from './dialects/losses.ts'
import type { NeutralRequest, Usage, Warning } from './dialects/neutral.ts'
import { wellFormed } from './dialects/well-formed.ts'
import { type Checked, textOf } from './output-check.ts'

/** What a model wrote, and what is wrong with it. */
export type Fault = { readonly choice: number; readonly text: string; readonly problem: string }

/** Names that a model made up may be as long as it likes. */
const LONGEST_PROBLEM = 300

/**
 * Why the model is to be asked again, if it is: one answer that it ended itself. What was cut off would be cut off again, and of several
 * answers it would not be clear which is meant.
 */
export const faultOf = ({ response, problem }: Checked): Fault | undefined => {
  const [choice, ...others] = response.choices
  const text = choice === undefined ? undefined : textOf(choice)
  if (choice?.stop.kind !== 'stop' || text === undefined || problem === undefined || others.length > 0) return undefined
  return { choice: choice.index, text, problem: wellFormed(problem.slice(0, LONGEST_PROBLEM)) }
}

/** The same question behind the answer and what is wrong with it. */
export const askingAgain = (question: NeutralRequest, { text, problem }: Fault): NeutralRequest => {
  const said = `Your answer does not hold to the form that was demanded: ${problem}. Answer again, with one JSON object of that form and nothing else.`
  // Some endpoints take no turn without words.
  const answer = text.trim() === '' ? [] : [{ role: 'assistant' as const, parts: [{ kind: 'text' as const, text }] }]
  return { ...question, messages: [...question.messages, ...answer, { role: 'user', parts: [{ kind: 'text', text: said }] }] }
}

export const askedAgain = ({ choice, problem }: Fault): Warning => ({
  kind: 'emulated',
  weight: 'hint',
  path: pointer('choices', choice),
  message: `the model's first answer did not hold to the form that was demanded (${problem}), so it was asked again (\`json-by-asking-again\`)`,
})

/** What one answer tells of its use where others were paid for it too. */
export const together = (own: Usage, all: readonly Usage[]): Usage => ({
  ...own,
  input: all.reduce((sum, { input }) => sum + input, 0),
  output: all.reduce((sum, { output }) => sum + output, 0),
})
