import { service } from '../support/service.ts'
import { describeFlow } from './flow.ts'
import { createInstallation } from './installation.ts'

describeFlow({
  name: 'on the embedded default',
  workers: 1,
  create: () => createInstallation({ docker: { host: service('docker').host } }),
})
