// The services' surface: open the application, or compose its services over parts of your own.
export { openApplication, type Application, type ApplicationOptions } from './application.ts'
export type { Host } from './context.ts'
export { createServices, type ServiceOptions, type ServiceTable } from './createServices.ts'
