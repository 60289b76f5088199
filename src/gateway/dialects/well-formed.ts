/** The text with U+FFFD for each half of a surrogate pair that has lost its other half; no wire in UTF-8 can carry one. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd')
