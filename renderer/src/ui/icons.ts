// The icons in use, by name, so that actions can name one without importing a component.
import type { Component } from 'svelte'
import Archive from '@lucide/svelte/icons/archive'
import ArchiveRestore from '@lucide/svelte/icons/archive-restore'
import ArrowDown from '@lucide/svelte/icons/arrow-down'
import ArrowUp from '@lucide/svelte/icons/arrow-up'
import Blend from '@lucide/svelte/icons/blend'
import Box from '@lucide/svelte/icons/box'
import Boxes from '@lucide/svelte/icons/boxes'
import Briefcase from '@lucide/svelte/icons/briefcase'
import BriefcaseBusiness from '@lucide/svelte/icons/briefcase-business'
import Check from '@lucide/svelte/icons/check'
import ChevronDown from '@lucide/svelte/icons/chevron-down'
import ChevronLeft from '@lucide/svelte/icons/chevron-left'
import ChevronRight from '@lucide/svelte/icons/chevron-right'
import CircleAlert from '@lucide/svelte/icons/circle-alert'
import CircleCheck from '@lucide/svelte/icons/circle-check'
import CircleHelp from '@lucide/svelte/icons/circle-question-mark'
import CircleX from '@lucide/svelte/icons/circle-x'
import Columns2 from '@lucide/svelte/icons/columns-2'
import Command from '@lucide/svelte/icons/command'
import Copy from '@lucide/svelte/icons/copy'
import Cpu from '@lucide/svelte/icons/cpu'
import Crosshair from '@lucide/svelte/icons/crosshair'
import Download from '@lucide/svelte/icons/download'
import Eye from '@lucide/svelte/icons/eye'
import EyeOff from '@lucide/svelte/icons/eye-off'
import FileImage from '@lucide/svelte/icons/file-image'
import FolderInput from '@lucide/svelte/icons/folder-input'
import FolderOpen from '@lucide/svelte/icons/folder-open'
import Grid3x3 from '@lucide/svelte/icons/grid-3x3'
import Hash from '@lucide/svelte/icons/hash'
import History from '@lucide/svelte/icons/history'
import ImageOff from '@lucide/svelte/icons/image-off'
import ImagePlus from '@lucide/svelte/icons/image-plus'
import Images from '@lucide/svelte/icons/images'
import Info from '@lucide/svelte/icons/info'
import Keyboard from '@lucide/svelte/icons/keyboard'
import Layers from '@lucide/svelte/icons/layers'
import ListChecks from '@lucide/svelte/icons/list-checks'
import Loader from '@lucide/svelte/icons/loader-circle'
import LocateFixed from '@lucide/svelte/icons/locate-fixed'
import Maximize from '@lucide/svelte/icons/maximize'
import Minus from '@lucide/svelte/icons/minus'
import MoveRight from '@lucide/svelte/icons/move-right'
import Pause from '@lucide/svelte/icons/pause'
import Pencil from '@lucide/svelte/icons/pencil'
import Play from '@lucide/svelte/icons/play'
import Plus from '@lucide/svelte/icons/plus'
import Redo2 from '@lucide/svelte/icons/redo-2'
import RefreshCw from '@lucide/svelte/icons/refresh-cw'
import Repeat from '@lucide/svelte/icons/repeat'
import ScanFace from '@lucide/svelte/icons/scan-face'
import ScrollText from '@lucide/svelte/icons/scroll-text'
import Search from '@lucide/svelte/icons/search'
import Settings from '@lucide/svelte/icons/settings'
import ShieldCheck from '@lucide/svelte/icons/shield-check'
import ShieldAlert from '@lucide/svelte/icons/shield-alert'
import SquareDashed from '@lucide/svelte/icons/square-dashed'
import Stethoscope from '@lucide/svelte/icons/stethoscope'
import Tag from '@lucide/svelte/icons/tag'
import Trash from '@lucide/svelte/icons/trash'
import TriangleAlert from '@lucide/svelte/icons/triangle-alert'
import Undo2 from '@lucide/svelte/icons/undo-2'
import Unplug from '@lucide/svelte/icons/unplug'
import Upload from '@lucide/svelte/icons/upload'
import User from '@lucide/svelte/icons/user'
import Users from '@lucide/svelte/icons/users'
import VenetianMask from '@lucide/svelte/icons/venetian-mask'
import Waypoints from '@lucide/svelte/icons/waypoints'
import WifiOff from '@lucide/svelte/icons/wifi-off'
import X from '@lucide/svelte/icons/x'
import ZoomIn from '@lucide/svelte/icons/zoom-in'
import ZoomOut from '@lucide/svelte/icons/zoom-out'

export const icons = {
  archive: Archive,
  'archive-restore': ArchiveRestore,
  'arrow-down': ArrowDown,
  'arrow-up': ArrowUp,
  blend: Blend,
  box: Box,
  boxes: Boxes,
  briefcase: Briefcase,
  cases: BriefcaseBusiness,
  check: Check,
  'chevron-down': ChevronDown,
  'chevron-left': ChevronLeft,
  'chevron-right': ChevronRight,
  alert: CircleAlert,
  ok: CircleCheck,
  help: CircleHelp,
  failed: CircleX,
  'columns-2': Columns2,
  command: Command,
  copy: Copy,
  cpu: Cpu,
  crosshair: Crosshair,
  download: Download,
  eye: Eye,
  'eye-off': EyeOff,
  'file-image': FileImage,
  'folder-input': FolderInput,
  'folder-open': FolderOpen,
  'grid-3x3': Grid3x3,
  hash: Hash,
  history: History,
  'image-off': ImageOff,
  'image-plus': ImagePlus,
  images: Images,
  info: Info,
  keyboard: Keyboard,
  layers: Layers,
  'list-checks': ListChecks,
  loader: Loader,
  'locate-fixed': LocateFixed,
  mask: VenetianMask,
  maximize: Maximize,
  minus: Minus,
  'move-right': MoveRight,
  pause: Pause,
  pencil: Pencil,
  play: Play,
  plus: Plus,
  redo: Redo2,
  refresh: RefreshCw,
  repeat: Repeat,
  'scan-face': ScanFace,
  'scroll-text': ScrollText,
  search: Search,
  settings: Settings,
  'shield-check': ShieldCheck,
  'shield-alert': ShieldAlert,
  'square-dashed': SquareDashed,
  doctor: Stethoscope,
  tag: Tag,
  trash: Trash,
  warning: TriangleAlert,
  undo: Undo2,
  unplug: Unplug,
  upload: Upload,
  user: User,
  users: Users,
  waypoints: Waypoints,
  offline: WifiOff,
  x: X,
  'zoom-in': ZoomIn,
  'zoom-out': ZoomOut,
} satisfies Record<string, Component>

export type IconName = keyof typeof icons
