import { describe, expect, it } from 'vitest'
import { commandEnvironment } from '../../../worker/runner/command-environment.ts'

describe('commandEnvironment', () => {
  it('lets the caller override the image, and the image the defaults', () => {
    const environment = commandEnvironment(['PATH=/image', 'A=1', 'B=x=y'], { A: '2' })
    expect(environment.toSorted()).toEqual(['A=2', 'B=x=y', 'HOME=/tmp', 'PATH=/image'])
  })

  it('drops what would load code into every program, or pose as us', () => {
    const hooks = ['LD_PRELOAD=/x', 'LD_AUDIT=/x', 'BASH_ENV=/x', 'ENV=/x', 'NVIDIA_VISIBLE_DEVICES=all', 'RAI_TEAM=us']
    expect(commandEnvironment(hooks, {}).map((entry) => entry.split('=')[0])).toEqual(['PATH', 'HOME'])
  })

  it('keeps the library path that images with drivers need', () => {
    expect(commandEnvironment(['LD_LIBRARY_PATH=/cuda'], {})).toContain('LD_LIBRARY_PATH=/cuda')
  })
})
