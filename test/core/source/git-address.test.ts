import { describe, expect, it } from 'vitest'
import { checkedAddresses, isPublic } from '../../../core/source/git-address.ts'
import { checkGitUrl } from '../../../core/source/git-url.ts'
import { refusalOf } from './trees.ts'

describe('an address', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '198.18.0.1',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001:0:1::',
    '::127.0.0.1',
    'fd00:ec2::254',
    'text',
  ])('%s is private', (address) => {
    expect(isPublic(address)).toBe(false)
  })

  it.each(['140.82.121.3', '2606:50c0:8000::153', '64:ff9b::8c52:7903', '::ffff:140.82.121.3'])(
    '%s is public',
    (address) => {
      expect(isPublic(address)).toBe(true)
    },
  )

  it('refuses a host of which one address is private', async () => {
    const resolve = async () => ['140.82.121.3', '10.0.0.1']
    expect(await refusalOf(checkedAddresses('host.org', { resolve }))).toMatchObject({ code: 'git-address-private' })
    expect(await checkedAddresses('host.org', { resolve, allowPrivateAddresses: true })).toHaveLength(2)
  })

  it.each(['2130706433', '0x7f.1', '0177.0.0.1', '127.1', '[::1]', '[::ffff:7f00:1]'])(
    'written as %s is still found private',
    async (host) => {
      const address = checkGitUrl(`https://${host}/o/r`, {})
      expect(await refusalOf(checkedAddresses(address.host, {}))).toMatchObject({ code: 'git-address-private' })
    },
  )

  it('that cannot be looked up now is our failure, one that does not exist is theirs', async () => {
    const failing = (code: string) => ({
      resolve: async () => Promise.reject(Object.assign(new Error(code), { code })),
    })
    expect(await refusalOf(checkedAddresses('x.org', failing('ENOTFOUND')))).toMatchObject({ code: 'git-host-unknown' })
    await expect(checkedAddresses('x.org', failing('EAI_AGAIN'))).rejects.toMatchObject({
      name: 'ProviderError',
      retryable: true,
    })
  })
})
