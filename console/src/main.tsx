import { createRoot } from 'react-dom/client'
import { Application, queries } from './application.tsx'
import { startEarly } from './early.ts'
import { keepFrame } from './shell/worker.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/print.css'
import { startWords } from './words/words.tsx'

// Not awaited where the module stands: a page's code imports this one, and would wait for what waits for it.
const start = async (): Promise<void> => {
  const words = startWords()
  const page = startEarly(queries)
  await words
  await page
  const root = document.getElementById('root')
  if (root !== null) createRoot(root).render(<Application />)
  keepFrame()
}
start()
