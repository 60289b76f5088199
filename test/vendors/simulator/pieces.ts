/** A text in pieces of so many characters. */
export const piecesOf = (text: string, size: number): readonly string[] => {
  const signs = [...text]
  return Array.from({ length: Math.ceil(signs.length / size) }, (_, index) => signs.slice(index * size, (index + 1) * size).join(''))
}
