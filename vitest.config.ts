// Unit tests stand beside the code they test; slow ones are named *.slow.test.ts and run in a project of their own.
import { defineConfig } from 'vitest/config'

// Some tests load ONNX Runtime by themselves: see core/runtime/ort.ts.
const env = { ORT_DISABLE_TELEMETRY: '1' }
const common = {
  env,
  environment: 'node',
  testTimeout: 20_000,
  hookTimeout: 60_000,
} as const

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['{core,electron,renderer,test}/**/*.test.ts'],
          exclude: ['**/*.slow.test.ts', 'test/e2e/**', 'node_modules/**'],
        },
      },
      { test: { ...common, name: 'slow', include: ['{core,electron,test}/**/*.slow.test.ts'], testTimeout: 300_000 } },
    ],
  },
})
