// Actions on model packages.
import type { Action, Context } from './types.ts'

const chosen = (w: Context): true | string => (w.models.selected ? true : 'Choose a model package first.')

/** Whether the selected package can take over its role. */
function usable(w: Context): true | string {
  const model = w.models.selected
  if (!model) return 'Choose a model package first.'
  if (model.active) return 'It is in use already.'
  return model.card.state === 'retired' ? 'It is retired.' : true
}
const offered = (w: Context): true | string => (w.app.status?.offer ? true : 'No other recogniser is recommended.')

export const modelActions: readonly Action[] = [
  {
    id: 'models.import',
    label: 'Import a recogniser (ONNX)…',
    icon: 'upload',
    group: 'Model',
    perform: (w, via) => w.ask({ kind: 'import-model', via }),
  },
  {
    id: 'models.selfTest',
    label: 'Run the self-test',
    icon: 'list-checks',
    group: 'Model',
    when: (w) =>
      !w.models.selected
        ? 'Choose a model package first.'
        : w.models.tests.get(w.models.selected.hash) === null
          ? 'The self-test is under way.'
          : true,
    perform: (w, via) => w.models.selected && w.models.selfTest(w.models.selected.hash, via),
  },
  {
    id: 'models.activate',
    label: 'Use this model',
    icon: 'ok',
    group: 'Model',
    startsSection: true,
    when: usable,
    perform: (w, via) => {
      const model = w.models.selected
      if (!model) return
      const recogniser = model.card.role === 'recogniser'
      w.confirm(
        `Use “${model.card.name}”?`,
        recogniser
          ? 'New templates are made with it. Galleries become stale until they are re-enrolled; their old templates and every stored search stay as they are.'
          : 'Faces are found with it from now on; probes that exist stay as they are.',
        'Use this model',
        via,
        () => w.models.activate(model.hash, via),
      )
    },
  },
  {
    id: 'models.adopt',
    label: 'Use this model and re-enrol',
    icon: 'refresh',
    group: 'Model',
    when: (w) => {
      const ok = usable(w)
      return ok !== true || w.models.selected?.card.role === 'recogniser' ? ok : 'It makes no templates.'
    },
    perform: (w, via) => {
      const model = w.models.selected
      if (!model) return
      w.confirm(
        `Use “${model.card.name}” and re-enrol?`,
        'New templates are made with it, for all galleries at once; a gallery can be searched as soon as its own are done. Old templates and every stored search stay as they are.',
        'Use and re-enrol',
        via,
        () => w.models.activate(model.hash, via, true),
      )
    },
  },
  {
    id: 'models.adoptOffered',
    label: 'Use the recommended recogniser and re-enrol',
    icon: 'refresh',
    group: 'Model',
    hidden: true,
    when: offered,
    perform: (w, via) => w.app.status?.offer && w.models.activate(w.app.status.offer.sha256, via, true),
  },
  {
    id: 'models.declineOffered',
    label: 'Keep the recogniser in use',
    icon: 'x',
    group: 'Model',
    hidden: true,
    when: offered,
    perform: (w, via) => w.app.status?.offer && w.models.decline(w.app.status.offer.sha256, via),
  },
  {
    id: 'models.retire',
    label: 'Retire this model',
    icon: 'archive',
    group: 'Model',
    when: (w) => {
      const model = w.models.selected
      if (!model) return chosen(w)
      if (model.active) return 'It is in use: put another model in its place first.'
      return model.card.state === 'retired' ? 'It is retired already.' : true
    },
    perform: (w, via) => {
      const model = w.models.selected
      if (!model) return
      w.confirm(
        `Retire “${model.card.name}”?`,
        'It can no longer be put in use. Its templates and the searches made with it stay as they are. This cannot be undone.',
        'Retire',
        via,
        () => w.models.retire(model.hash, via),
      )
    },
  },
]
