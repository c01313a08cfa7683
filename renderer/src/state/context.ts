// How components reach the workbench without handing it through every layer.
import { createContext } from 'svelte'
import type { Workbench } from './workbench.svelte.ts'

export const [useWorkbench, provideWorkbench] = createContext<Workbench>()
