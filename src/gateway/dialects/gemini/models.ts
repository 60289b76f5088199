// Where the models of this dialect differ in what they take. Names that are no Gemini's are taken for a model that takes everything.

/** Gemini 3 and after, and the aliases that always mean the newest. */
const NEW = /gemini-(?:[3-9]|\d\d|(?:pro|flash|flash-lite)-latest)/

/** Whether the model refuses the current turn's calls without a signature. https://ai.google.dev/gemini-api/docs/thought-signatures */
export const needsSignatures = (model: string): boolean => NEW.test(model)

/** Whether the model takes a budget of thoughts and no level. https://ai.google.dev/gemini-api/docs/thinking */
export const knowsBudgetsOnly = (model: string): boolean => /gemini-2/.test(model)

/** The least a model can think where it cannot do without: a level, or a budget. */
export const leastThought = (model: string): 'minimal' | 'low' | 128 | undefined => {
  if (/gemini-2\.5-pro/.test(model)) return 128
  if (!NEW.test(model)) return undefined
  return /gemini-.*pro/.test(model) ? 'low' : 'minimal'
}
