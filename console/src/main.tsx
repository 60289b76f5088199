import { createRoot } from 'react-dom/client'
import { Application } from './application.tsx'
import { keepFrame } from './shell/worker.ts'
import './styles/tokens.css'
import './styles/base.css'
import { startWords } from './words/words.tsx'

await startWords()
const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<Application />)
keepFrame()
