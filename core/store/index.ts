// The store's surface: what services may use.
export { currentAccount, ensureAccount, listAccounts, type Account } from './accounts.ts'
export { auditHead, listAudit } from './audit/list.ts'
export { verifyAudit, verifyFolder, type VerifyOptions } from './audit/verify.ts'
export type { BlobFs, BlobStore } from './blobs.ts'
export { describeCandidates, type Ranked } from './candidates.ts'
export {
  addComparisonTemplates,
  probeTemplate,
  faceOf,
  referenceFaces,
  referenceVectors,
  shrunkReferences,
} from './comparisonTemplates.ts'
export type { ComparisonTemplateInput, ReferenceFace } from './comparisonTemplates.ts'
export { namesOfImages, noteComparison, type ImageNames } from './comparisons.ts'
export { createCase, getCase, listCases, setCaseArchived, updateCase, type CaseInput } from './cases.ts'
export { addGalleryImage, addGalleryImages, reenrolImages, sameFile } from './enrol.ts'
export type { AddedImage, GalleryImageInput, ReenrolInput } from './enrol.ts'
export { addEvidence, getEvidence, listEvidence, setEvidenceDetected, setEvidenceExcluded } from './evidence.ts'
export type { EvidenceInput } from './evidence.ts'
export {
  createGallery,
  findGallery,
  getGallery,
  listGalleries,
  setGalleryArchived,
  updateGallery,
} from './galleries.ts'
export {
  findGalleryImage,
  galleryFace,
  getGalleryImage,
  imagesWithoutOutcome,
  listGalleryImages,
} from './galleryImages.ts'
export { galleryTemplates, type GalleryTemplates } from './galleryTemplates.ts'
export {
  addHallucination,
  discardHallucination,
  getHallucination,
  hallucinationImage,
  listHallucinations,
  notePicture,
} from './hallucinations.ts'
export type { HallucinationInput, StoredHallucination, StoredPart } from './hallucinations.ts'
export { finishItems, listItems, pendingItems } from './jobItems.ts'
export type { JobItem, JobItemInput, JobItemSource, JobItemState, SettledItem } from './jobItems.ts'
export { createJob, getJob, jobParameters, listJobs, setJobState } from './jobs.ts'
export type { JobInput, StoredJobState } from './jobs.ts'
export { activateModel, activeModel, getModel, listModels, registerModel, retireModel } from './models.ts'
export { offeredRecogniser, offerRecogniser, settleOffer } from './offer.ts'
export { openStore, type OpenOptions } from './open.ts'
export type { FaceGeometry, GalleryOutcome, ProbeOutcome, TemplateInput } from './outcome.ts'
export { findDemo, isFirstStart } from './overview.ts'
export { addProbe, getProbe, listProbes, listProbesOfEvidence, setProbeRetired, updateProbe } from './probes.ts'
export type { ProbeChanges, ProbeInput } from './probes.ts'
export { addSearch, getSearch, listSearches, type SearchInput, type SearchRecord } from './searches.ts'
export { addShrunkTemplates, facesOfTemplates, shrunkTemplates, type TemplateFace } from './shrunk.ts'
export { defaultSettings, getSettings, setSettings } from './settings.ts'
export type { Actor, Audit, Query, Store } from './store.ts'
export { getSubject, listSubjects, updateSubject } from './subjects.ts'
export { isSynthetic, refuseSynthetic } from './synthetic.ts'
export { getTemplate, listTemplates, type Template } from './templates.ts'
