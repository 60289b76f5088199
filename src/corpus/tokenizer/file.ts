// `tokenizer.json` as Hugging Face's `tokenizers` reads it (version 1.0 of its format).
import { BYTE_CHARACTERS, type DigitRule, patternOf } from './pieces.ts'
import type { Merge } from './train.ts'

export type TokenizerSettings = {
  /** All tokens together: special ones, the 256 bytes, and merges. */
  readonly vocabulary: number
  /** In their order, from number 0. */
  readonly special: readonly string[]
  readonly digits: DigitRule
}

/** How many new tokens a vocabulary has room for. */
export const roomIn = ({ vocabulary, special }: Pick<TokenizerSettings, 'vocabulary' | 'special'>): number =>
  vocabulary - special.length - BYTE_CHARACTERS.length

/** The file: special tokens first, then bytes, then merges. The same merges and settings give the same bytes. */
export const tokenizerJson = (merges: readonly Merge[], { special, digits }: Omit<TokenizerSettings, 'vocabulary'>): string => {
  const written = [...BYTE_CHARACTERS]
  for (const { left, right, token } of merges) written[token] = `${written[left] ?? ''}${written[right] ?? ''}`
  const vocabulary = new Map([...special, ...written].map((token, id) => [token, id]))
  return `${JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [{ type: 'Split', pattern: { Regex: patternOf(digits) }, behavior: 'Isolated', invert: false }, BYTE_LEVEL],
    },
    post_processor: BYTE_LEVEL,
    decoder: BYTE_LEVEL,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocabulary),
      merges: merges.map(({ left, right }) => [written[left] ?? '', written[right] ?? '']),
    },
  })}\n`
}
const BYTE_LEVEL = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false }

/** `tokenizer_config.json`: what `transformers` asks beside it. The first special token ends a text. */
export const configJson = ({ special }: Pick<TokenizerSettings, 'special'>): string =>
  `${JSON.stringify({
    tokenizer_class: 'PreTrainedTokenizerFast',
    clean_up_tokenization_spaces: false,
    ...(special[0] === undefined ? {} : { eos_token: special[0] }),
  })}\n`
