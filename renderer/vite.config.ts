// Builds the workbench into dist/renderer: relative addresses, so that app:// and http://127.0.0.1 serve the same files.
import { svelte } from '@sveltejs/vite-plugin-svelte'
import path from 'node:path'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [svelte({ configFile: path.join(import.meta.dirname, 'svelte.config.js') })],
  build: {
    outDir: path.join(import.meta.dirname, '../dist/renderer'),
    emptyOutDir: true,
    target: 'chrome120',
    // Nothing is inlined as data: URLs, so that the content security policy can stay narrow.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    // Compiling components is what a build of components does.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
})
