#!/bin/sh
# Makes all that RAI needs of Amazon: a private bucket, queues with dead-letter queues, and for each part a user whose
# key can do nothing but take on a role with the least rights. Run again, it changes what differs and makes nothing twice.
#
#   deploy/aws/create.sh BUCKET ACCOUNT REGION [APP [QUEUE...]]
#   deploy/aws/create.sh rai-course 123456789012 us-east-1 rai rai_amd64 rai_arm64
#
# Needs the AWS CLI, signed in as an administrator of the account. AWS="aws --endpoint-url URL" reaches other services.
set -eu

usage() { sed -n '5,6s/^# *//p' "$0" >&2; exit 2; }
[ $# -ge 3 ] || usage
bucket=$1 account=$2 region=$3 app=${4:-rai}
[ $# -lt 4 ] && shift 3 || shift 4
[ $# -gt 0 ] || set -- "${app}_amd64"
here=$(dirname "$0")
aws=${AWS:-aws}
# Which parts of this are wanted: "bucket queues roles".
wanted=${RAI_AWS_STEPS:-bucket queues roles}

# A generated file with this deployment's names in it.
filled() { sed -e "s/RAI_BUCKET/$bucket/g; s/RAI_ACCOUNT/$account/g; s/RAI_APP/$app/g; s/RAI_PART/${2:-}/g" "$here/$1.json"; }

make_bucket() {
  if ! $aws s3api head-bucket --bucket "$bucket" 2>/dev/null; then
    if [ "$region" = us-east-1 ]; then
      $aws s3api create-bucket --bucket "$bucket" --region "$region" >/dev/null
    else
      $aws s3api create-bucket --bucket "$bucket" --region "$region" \
        --create-bucket-configuration "LocationConstraint=$region" >/dev/null
    fi
  fi
  $aws s3api put-public-access-block --bucket "$bucket" --public-access-block-configuration \
    BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
  $aws s3api put-bucket-encryption --bucket "$bucket" --server-side-encryption-configuration \
    '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}'
  $aws s3api put-bucket-lifecycle-configuration --bucket "$bucket" --lifecycle-configuration "$(filled lifecycle)"
  echo "bucket $bucket: private, encrypted, what is tagged rai-lifetime=expiring goes after 30 days"
}

queue_url() { $aws sqs get-queue-url --region "$region" --queue-name "$1" --query QueueUrl --output text 2>/dev/null; }

make_queue() {
  dead="$1_dead"
  queue_url "$dead" >/dev/null || $aws sqs create-queue --region "$region" --queue-name "$dead" \
    --attributes MessageRetentionPeriod=1209600,SqsManagedSseEnabled=true >/dev/null
  redrive="{\\\"deadLetterTargetArn\\\":\\\"arn:aws:sqs:$region:$account:$dead\\\",\\\"maxReceiveCount\\\":\\\"10\\\"}"
  attributes="{\"RedrivePolicy\":\"$redrive\",\"VisibilityTimeout\":\"60\",\"SqsManagedSseEnabled\":\"true\"}"
  if url=$(queue_url "$1"); then
    $aws sqs set-queue-attributes --region "$region" --queue-url "$url" --attributes "$attributes"
  else
    $aws sqs create-queue --region "$region" --queue-name "$1" --attributes "$attributes" >/dev/null
  fi
  echo "queue $1: what is received 10 times without an end goes to $dead"
}

make_role() {
  part=$1 name="$app-$1"
  $aws iam get-user --user-name "$name" >/dev/null 2>&1 || $aws iam create-user --user-name "$name" >/dev/null
  if $aws iam get-role --role-name "$name" >/dev/null 2>&1; then
    $aws iam update-assume-role-policy --role-name "$name" --policy-document "$(filled trust "$part")"
  else
    # A new user is known everywhere only after some seconds.
    tries=0
    until $aws iam create-role --role-name "$name" --max-session-duration 3600 \
      --assume-role-policy-document "$(filled trust "$part")" >/dev/null; do
      tries=$((tries + 1)); [ $tries -lt 10 ] || exit 1
      sleep 3
    done
  fi
  $aws iam put-role-policy --role-name "$name" --policy-name least --policy-document "$(filled "policy-$part")"
  $aws iam put-user-policy --user-name "$name" --policy-name take-the-role --policy-document \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Resource\":\"arn:aws:iam::$account:role/$name\"}]}"
  echo "role $name: make its key with: $aws iam create-access-key --user-name $name"
}

for step in $wanted; do
  case $step in
    bucket) make_bucket ;;
    queues) for queue in "$@"; do make_queue "$queue"; done ;;
    roles) for part in bot worker stager sweeper; do make_role "$part"; done ;;
    *) echo "there is no step $step" >&2; exit 2 ;;
  esac
done
