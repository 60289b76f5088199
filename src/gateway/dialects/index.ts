// The tables of dialects and of what their callers can ask: a new dialect is a folder, and its name here.
import { anthropicMessages, services as anthropicServices } from './anthropic-messages/index.ts'
import { bedrockConverse, services as bedrockServices } from './bedrock-converse/index.ts'
import { cohereChat, services as cohereServices } from './cohere-chat/index.ts'
import type { Dialect } from './dialect.ts'
import { services as embeddingServices } from './embeddings/index.ts'
import { gemini, services as geminiServices } from './gemini/index.ts'
import { gigachat, services as gigachatServices } from './gigachat/index.ts'
import type { DialectName } from './neutral.ts'
import { services as chatServices, openaiChat } from './openai-chat/index.ts'
import { services as completionServices, openaiCompletions } from './openai-completions/index.ts'
import { openaiResponses, services as responsesServices } from './openai-responses/index.ts'
import { services as rerankServices } from './rerank/index.ts'

export const DIALECTS: { readonly [name in DialectName]: Dialect } = {
  'anthropic-messages': anthropicMessages,
  'bedrock-converse': bedrockConverse,
  'cohere-chat': cohereChat,
  gemini,
  gigachat,
  'openai-chat': openaiChat,
  'openai-completions': openaiCompletions,
  'openai-responses': openaiResponses,
}

export const SERVICE_ROWS = [
  ...anthropicServices,
  ...bedrockServices,
  ...cohereServices,
  ...embeddingServices,
  ...geminiServices,
  ...gigachatServices,
  ...chatServices,
  ...completionServices,
  ...responsesServices,
  ...rerankServices,
] as const
