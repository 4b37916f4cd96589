import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import type { AwsClientOptions, AwsCredentials } from './client-options.ts'
import { clockTrouble } from './clock.ts'
import { awsFailure } from './failure.ts'

export interface RoleOptions {
  readonly client: AwsClientOptions
  readonly roleArn: string
  readonly durationSeconds: number
  readonly sessionPolicy?: string
  /** What the account's log of calls shows: `rai-worker`. */
  readonly sessionName: string
}

/** A new session of a role. Rejects with a `ProviderError` of `sts`, also when this host's clock is too wrong for it. */
export async function assumeRole(options: RoleOptions): Promise<AwsCredentials & { readonly expiration: Date }> {
  const { roleArn, durationSeconds, sessionPolicy, sessionName } = options
  const client = new STSClient(options.client)
  try {
    const { Credentials: given } = await client.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: durationSeconds,
        ...(sessionPolicy && { Policy: sessionPolicy }),
      }),
    )
    if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken || !given.Expiration) {
      throw new Error('the answer holds no credentials')
    }
    // The SDK notices and corrects for a wrong clock when it asks; signed links and the end of a session could not.
    const trouble = clockTrouble(-client.config.systemClockOffset)
    if (trouble !== undefined) throw new Error(trouble)
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
