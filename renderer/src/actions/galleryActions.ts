// Actions on galleries: making, enrolling, renewing, archiving. They concern the gallery opened in the manager.
import type { Gallery } from '../../../core/contract/galleries.ts'
import type { Action, Context } from './types.ts'

/** In the manager the opened gallery; elsewhere the one that searches go to. */
export const galleryAtHand = (w: Context): Gallery | null =>
  w.selection.view === 'galleries' ? w.galleries.managed : (w.galleries.chosen ?? w.galleries.managed)

const usable = (w: Context): true | string => {
  const gallery = galleryAtHand(w)
  if (!gallery) return 'Make a gallery first.'
  return gallery.archivedAt ? 'This gallery is archived: restore it to change it.' : true
}

export const galleryActions: readonly Action[] = [
  {
    id: 'galleries.create',
    label: 'New gallery…',
    icon: 'plus',
    group: 'Gallery',
    keys: ['alt+g'],
    perform: (w, via) => w.ask({ kind: 'gallery', edit: null, via }),
  },
  {
    id: 'galleries.enrol',
    label: 'Enrol reference images…',
    icon: 'folder-input',
    group: 'Gallery',
    keys: ['mod+shift+e'],
    when: usable,
    perform: (w, via) => {
      const gallery = galleryAtHand(w)
      if (gallery) w.ask({ kind: 'enrol', gallery, via })
    },
  },
  {
    id: 'galleries.reenrol',
    label: 'Re-enrol with the model in use',
    icon: 'refresh',
    group: 'Gallery',
    when: (w) => {
      const ok = usable(w)
      return ok !== true ? ok : (galleryAtHand(w)?.stale ?? 0) > 0 ? true : 'All its templates are of the model in use.'
    },
    perform: (w, via) => {
      const gallery = galleryAtHand(w)
      return gallery && w.galleries.reenrol(gallery, via)
    },
  },
  {
    id: 'galleries.reenrolAll',
    label: 'Re-enrol all stale galleries',
    icon: 'refresh',
    group: 'Gallery',
    when: (w) => (w.galleries.open.some((g) => g.stale > 0) ? true : 'No gallery is stale.'),
    perform: (w, via) => w.galleries.reenrolAll(via),
  },
  {
    id: 'galleries.edit',
    label: 'Gallery details…',
    icon: 'pencil',
    group: 'Gallery',
    startsSection: true,
    when: usable,
    perform: (w, via) => {
      const gallery = galleryAtHand(w)
      if (gallery) w.ask({ kind: 'gallery', edit: gallery, via })
    },
  },
  {
    id: 'galleries.archive',
    label: 'Archive gallery',
    icon: 'archive',
    group: 'Gallery',
    when: usable,
    perform: (w, via) => {
      const gallery = galleryAtHand(w)
      return gallery && w.galleries.setArchived(gallery, true, via)
    },
  },
  {
    id: 'galleries.restore',
    label: 'Restore gallery from the archive',
    icon: 'archive-restore',
    group: 'Gallery',
    when: (w) => (galleryAtHand(w)?.archivedAt ? true : 'The gallery is not archived.'),
    perform: (w, via) => {
      const gallery = galleryAtHand(w)
      return gallery && w.galleries.setArchived(gallery, false, via)
    },
  },
]
