"""What to do about a refusal, as AWS's code and words tell."""

from __future__ import annotations

HINTS = (
    ("This feature isn", "Upgrade the account's plan in the AWS console, or do without: a proxy with `disable-proxy`."),
    ("instances available with free plan", "Remove a DB instance, or upgrade the account's plan in the AWS console."),
    ("not a valid password", "Delete the secret by hand and run `up` again: a new password is generated."),
    ("Cannot find version", "Choose another database.engine_version."),
    ("reserved word", "Choose another database.name or database.username."),
    ("combination: DBInstanceClass", "Choose another database.instance_class."),
    *(
        (words, "Set database.max_storage_gib to at least 10 % over the storage that there is.")
        for words in ("Invalid max storage size", "Max storage size must be", "maximum allocated storage must be")
    ),
    *(
        (words, "Look for a permissions boundary, or a policy of the organization, that keeps the role from it.")
        for words in ("cannot be assumed", "role does not have", "required permissions for", "authorized to assume")
    ),
    ("is not attachable", "Set iam.permissions_boundary to a managed policy of this account, or to one of AWS's own."),
    ("is being optimized", "Wait until RDS has optimized the last change of the storage, then run it again: hours."),
    ("is no longer supported", "Choose a newer function.runtime."),
    ("availability zone Lambda doesn't support", "Choose other zones with network.zones."),
    ("parameter availabilityZone is invalid", "Choose other zones with network.zones."),
    ("does not support the availability zone", "Choose other zones with network.zones, or network.egress = nat."),
    ("DBSubnetGroupDoesNotCoverEnoughAZs", "Choose two zones with network.zones."),
    ("InvalidVPCNetworkStateFault", "Choose other zones with network.zones, or try again later."),
    ("exceeded the 4KB limit", "Remove environment variables that were added to the function by hand."),
    ("must be smaller than 5120", "Remove environment variables that were added to the function by hand."),
    ("reserved keys", "Remove environment variables that were added to the function by hand."),
    ("InvalidSubnet.Conflict", "Something else uses these addresses; choose another network.cidr."),
    ("InvalidServiceName", 'Set network.egress = "nat": AWS has no such endpoint here.'),
    ("InvalidVpc.Range", "Choose another network.cidr."),
    ("InvalidAddress.Locked", "Ask AWS Support to unlock the address, then run the same command again."),
    (
        "InvalidAddress.PtrSet",
        "Take its reverse DNS record away (`aws ec2 reset-address-attribute`), then run it again.",
    ),
    ("FlowLogAlreadyExists", "Delete the VPC's other flow log that writes to the same log group, then run it again."),
    ("DependencyViolation", "Something that is not this stack's holds it; remove that, then run it again."),
    ("InvalidGroup.InUse", "Something that is not this stack's uses it; remove that, then run it again."),
    ("DeleteConflict", "Take the role away from what somebody else gave it to, then run the same command again."),
    ("DBSnapshotAlreadyExists", "Choose another name with --final-snapshot."),
    ("FinalDBSnapshotIdentifier", "Give --final-snapshot a name of letters, digits and single hyphens."),
    (
        "replica regions",
        "Take its replicas away with `aws secretsmanager remove-regions-from-replication`, then run it again.",
    ),
    (
        "cannot invoke the specified Lambda function",
        "Look for what denies lambda:InvokeFunction on it to you or to AWS, such as a policy of the organization.",
    ),
    (
        "previous rotation",
        "Secrets Manager tries it again by itself; `doctor` says where to read why it fails. Then run it again.",
    ),
    ("EncryptionFailure", "Enable the key that the secret is encrypted with in the AWS console, then run it again."),
    ("DecryptionFailure", "Enable the key that the secret is encrypted with in the AWS console, then run it again."),
    ("KMS", "Enable the key in the AWS console, then run the same command again."),
    ("InvalidSubnetIDException", "Run `up`: it repairs the function's network."),
    ("InvalidSecurityGroupIDException", "Run `up`: it repairs the function's network."),
    ("dedicated", "Lambda and RDS Proxy refuse dedicated tenancy; use a VPC with default tenancy."),
)
"""(part of AWS's code and text, what to do about it)."""


def next_step(code: str, text: str, otherwise: str) -> str:
    """`otherwise` where nothing special is to be done."""
    said = f"{code} {text}".lower()
    return next((hint for words, hint in HINTS if words.lower() in said), otherwise)
