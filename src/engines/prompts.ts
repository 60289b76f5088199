import { type ChatHistoryItem, type LlamaModel, resolveChatWrapper, type Token } from 'node-llama-cpp'
import { ok, type Result } from '../core/result.ts'
import { type CallFailure, refuse } from './failure.ts'
import type { PreparedPrompt } from './generate.ts'
import type { Message, Prompt } from './request.ts'

/** Turns what callers write into tokens of one model. What a caller writes never becomes a control token of the template. */
export type Prompts = {
  /** Tokens are numbered from 0 to one less than this. */
  readonly vocabulary: number
  /** In the model's own chat template, ready for the assistant's answer. */
  chat(messages: readonly Message[]): Result<PreparedPrompt, CallFailure>
  /** A text gets the token that texts of this model begin with, if any; a list of tokens is taken as it is. */
  text(prompt: Prompt): Result<PreparedPrompt, CallFailure>
  tokens(prompt: Prompt): Result<readonly Token[], CallFailure>
}

export const promptsOf = (model: LlamaModel): Prompts => {
  const wrapper = resolveChatWrapper(model, { warningLogs: false })
  const vocabulary = [...model.iterateAllTokens()].length
  const beginning = model.tokens.shouldPrependBosToken && model.tokens.bos !== null ? [model.tokens.bos] : []
  const tokens = (prompt: Prompt): Result<readonly Token[], CallFailure> => {
    if (typeof prompt === 'string') return ok(model.tokenize(prompt))
    const strange = prompt.find((token) => token >= vocabulary)
    if (strange !== undefined) return refuse('invalid_value', `token ${strange} is not in the model's vocabulary of ${vocabulary}`)
    return ok(prompt as readonly Token[])
  }
  return {
    vocabulary,
    tokens,
    chat(messages) {
      const history = messages.map(
        ({ role, text }): ChatHistoryItem => (role === 'assistant' ? { type: 'model', response: [text] } : { type: role, text }),
      )
      try {
        const state = wrapper.generateContextState({ chatHistory: [...history, { type: 'model', response: [] }] })
        const triggers = state.stopGenerationTriggers
        const texts = triggers.flatMap(({ values }) => (values.every((value) => typeof value === 'string') ? [values.join('')] : []))
        const ends = triggers.map((trigger) => trigger.tokenize(model.tokenizer)).filter(({ length }) => length === 1)
        const tokens = state.contextText.tokenize(model.tokenizer)
        return ok({ tokens, hidden: 0, text: undefined, stops: texts.filter(Boolean), stopTokens: ends.flat() })
      } catch (failure) {
        // Some templates insist, for example, that user and assistant take turns.
        const why = failure instanceof Error ? failure.message : String(failure)
        return refuse('invalid_value', `the model's chat template does not take these messages: ${why}`, 'messages')
      }
    },
    text(prompt) {
      const found = tokens(prompt)
      if (!found.ok) return found
      const rest = { stops: [], stopTokens: [] }
      // Who counts tokens means these and no other: where a likelihood is taken, one more would shift all.
      if (typeof prompt !== 'string') return ok({ ...rest, tokens: found.value, hidden: 0, text: undefined })
      return ok({ ...rest, tokens: [...beginning, ...found.value], hidden: beginning.length, text: prompt })
    },
  }
}
