// Lint rule: the first line of every file says why the file exists.

/** @type {import('eslint').Rule.RuleModule} */
export const purpose = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { missing: 'the first line must be a comment that says why this file exists' },
  },
  create(context) {
    return {
      Program(node) {
        // What must stand on the very first line may: #! of a program, <script> of a component.
        const lines = context.sourceCode.lines
        const line = /^(#!|<script)/.test(lines[0] ?? '') ? lines[1] : lines[0]
        const found = /^\s*(\/\/|\/\*\*?|<!--)\s*\S/.test(line ?? '')
        if (!found) context.report({ loc: node.loc ?? { line: 1, column: 0 }, messageId: 'missing' })
      },
    }
  },
}
