// Actions on cases.
import type { Action, Context } from './types.ts'

const hasCase = (w: Context): true | string => (w.cases.current ? true : 'Open a case first.')

export const caseActions: readonly Action[] = [
  {
    id: 'cases.create',
    label: 'New case…',
    icon: 'plus',
    group: 'Case',
    keys: ['alt+n'],
    perform: (w, via) => w.ask({ kind: 'case', edit: null, via }),
  },
  {
    id: 'cases.list',
    label: 'Open case…',
    icon: 'cases',
    group: 'Case',
    keys: ['alt+2'],
    perform: (w) => (w.selection.view = 'cases'),
  },
  {
    id: 'demo.open',
    label: (w) => (w.app.status?.demo ? 'Open the demonstration case' : 'Set up the demonstration case'),
    icon: 'play',
    group: 'Case',
    when: (w) => (w.app.demo ? 'The demonstration case is being set up.' : true),
    perform: (w, via) => w.app.openDemo(via),
  },
  {
    id: 'cases.edit',
    label: 'Case details…',
    icon: 'pencil',
    group: 'Case',
    startsSection: true,
    when: hasCase,
    perform: (w, via) => w.cases.current && w.ask({ kind: 'case', edit: w.cases.current, via }),
  },
  {
    id: 'cases.archive',
    label: 'Archive case',
    icon: 'archive',
    group: 'Case',
    when: (w) => (w.cases.current?.archivedAt === null ? true : 'Open a case that is not archived.'),
    perform: async (w, via) => {
      const current = w.cases.current
      if (!current) return
      await w.cases.setArchived(current, true, via)
      await w.openCase(null)
      w.selection.view = 'cases'
    },
  },
  {
    id: 'cases.restore',
    label: 'Restore case from the archive',
    icon: 'archive-restore',
    group: 'Case',
    when: (w) => (w.cases.current?.archivedAt ? true : 'The open case is not archived.'),
    perform: (w, via) => w.cases.current && w.cases.setArchived(w.cases.current, false, via),
  },
  {
    id: 'settings.open',
    label: 'Settings…',
    icon: 'settings',
    group: 'Case',
    keys: ['mod+,'],
    startsSection: true,
    perform: (w, via) => w.ask({ kind: 'settings', via }),
  },
  {
    id: 'edit.undo',
    label: (w) => (w.undo.nextUndo ? `Undo: ${w.undo.nextUndo}` : 'Undo'),
    icon: 'undo',
    group: 'Edit',
    keys: ['mod+z'],
    when: (w) => (w.undo.nextUndo ? true : 'Nothing to undo.'),
    perform: async (w, via) => {
      const what = w.undo.nextUndo
      if (await w.undo.undo(via)) w.notices.info(`Undone: ${what}`)
    },
  },
  {
    id: 'edit.redo',
    label: (w) => (w.undo.nextRedo ? `Redo: ${w.undo.nextRedo}` : 'Redo'),
    icon: 'redo',
    group: 'Edit',
    keys: ['mod+shift+z', 'mod+y'],
    when: (w) => (w.undo.nextRedo ? true : 'Nothing to redo.'),
    perform: async (w, via) => {
      const what = w.undo.nextRedo
      if (await w.undo.redo(via)) w.notices.info(`Done again: ${what}`)
    },
  },
]
