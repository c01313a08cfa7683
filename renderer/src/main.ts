// Starts the workbench once the host has answered.
import './zodWithoutEval.ts'
import { mount } from 'svelte'
import App from './App.svelte'
import { connect } from './host.ts'

const target = document.getElementById('app')!
try {
  mount(App, { target, props: { host: await connect() } })
} catch (thrown) {
  target.textContent = thrown instanceof Error ? thrown.message : String(thrown)
}
