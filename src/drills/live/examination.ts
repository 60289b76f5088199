import { type EvaluationQuestion, isRight } from './evaluation.ts'
import type { Measured } from './measured.ts'
import type { Examined } from './order.ts'

/** Puts one question; what was answered, or undefined once the drill is over, when an answer says nothing of it any more. */
export type Put = (examined: Examined, question: EvaluationQuestion) => Promise<string | undefined>
type When = 'before' | 'during'
type Grade = { readonly asked: number; readonly right: number }
const NONE: Grade = { asked: 0, right: 0 }

/** How many questions are answered right before a drill and while it lasts, by alias and language. */
export class Examination {
  readonly #examined: readonly Examined[]
  readonly #grades = new Map<string, Grade>()

  constructor(examined: readonly Examined[]) {
    this.#examined = examined
  }

  /** One question after another, so that examining is no load of its own. */
  async take(when: When, put: Put): Promise<void> {
    for (const examined of this.#examined)
      for (const question of examined.questions) {
        const answer = await put(examined, question)
        if (answer === undefined) return
        const { asked, right } = this.#grade(examined, question.language, when)
        this.#grades.set(nameOf(examined, question.language, when), {
          asked: asked + 1,
          right: right + (isRight(question, answer) ? 1 : 0),
        })
      }
  }

  figures(): Measured['quality'] {
    return this.#examined.flatMap((examined) =>
      [...new Set(examined.questions.map(({ language }) => language))].map((language) => ({
        alias: examined.alias,
        language,
        before: this.#grade(examined, language, 'before'),
        during: this.#grade(examined, language, 'during'),
      })),
    )
  }

  #grade(examined: Examined, language: string, when: When): Grade {
    return this.#grades.get(nameOf(examined, language, when)) ?? NONE
  }
}

const nameOf = ({ alias }: Examined, language: string, when: When): string => `${when} ${language} ${alias}`
