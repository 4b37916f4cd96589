import { describeAssault } from './assault.ts'
import { hostileClasses } from './classes.ts'

describeAssault(hostileClasses, ({ always }) => always !== true)
