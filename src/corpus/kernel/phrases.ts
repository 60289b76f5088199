// Phrases of the C4 rules (Raffel et al. 2020, section 2.2, and `c4_utils.py` of TensorFlow Datasets), as the words that the kernel sees.

/** What a phrase says; the kernel knows the numbers. */
const ABOUT_SCRIPTS = 1
const ABOUT_POLICY = 2
const LOREM_IPSUM = 4
export type Phrase = { readonly about: number; readonly words: string }

/** At most three words each. */
export const PHRASES: readonly Phrase[] = [
  { about: ABOUT_SCRIPTS, words: 'javascript' },
  { about: ABOUT_POLICY, words: 'terms of use' },
  { about: ABOUT_POLICY, words: 'privacy policy' },
  { about: ABOUT_POLICY, words: 'cookie policy' },
  { about: ABOUT_POLICY, words: 'uses cookies' },
  { about: ABOUT_POLICY, words: 'use of cookies' },
  { about: ABOUT_POLICY, words: 'use cookies' },
  { about: LOREM_IPSUM, words: 'lorem ipsum' },
]
