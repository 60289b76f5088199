// The verify page as one file: the same page, with all it needs inside and nobody to ask.
import { createRoot } from 'react-dom/client'
import { Verify } from './pages/verify/verify.tsx'
import './styles/tokens.css'
import './styles/base.css'
import { loadWords, startWords, WordsProvider } from './words/words.tsx'

await startWords()
await loadWords('receipt')
const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <WordsProvider>
      <Verify isSaved />
    </WordsProvider>,
  )
