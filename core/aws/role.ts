import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import type { AwsClientOptions, AwsCredentials } from './client-options.ts'
import { awsFailure } from './failure.ts'

export interface RoleOptions {
  readonly client: AwsClientOptions
  readonly roleArn: string
  readonly durationSeconds: number
  readonly sessionPolicy?: string
}

/** A new session of a role. Rejects with a `ProviderError` of `sts`. */
export async function assumeRole(options: RoleOptions): Promise<AwsCredentials & { readonly expiration: Date }> {
  const { roleArn, durationSeconds, sessionPolicy } = options
  const client = new STSClient(options.client)
  try {
    const { Credentials: given } = await client.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: 'rai',
        DurationSeconds: durationSeconds,
        ...(sessionPolicy && { Policy: sessionPolicy }),
      }),
    )
    if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken || !given.Expiration) {
      throw new Error('the answer holds no credentials')
    }
    return {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.SessionToken,
      expiration: given.Expiration,
    }
  } catch (thrown) {
    throw awsFailure('sts', `take on the role ${roleArn}`, thrown)
  } finally {
    client.destroy()
  }
}
