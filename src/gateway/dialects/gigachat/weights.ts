import { isOneOf, type MemberWeights } from '../member-weights.ts'

/** https://developers.sber.ru/docs/ru/gigachat/api/reference/rest/post-chat. `profanity_check` is a demand where it is asked for. */
export const weights: MemberWeights = {
  content: [],
  // How often a stream speaks.
  hints: ['update_interval'],
  idle: { repetition_penalty: isOneOf(1), profanity_check: isOneOf(false) },
  unasked: ['usage', 'x_headers'],
}
