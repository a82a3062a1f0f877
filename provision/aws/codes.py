"""The wire codes of AWS's errors, by what they mean. Classes and codes differ, and RDS is inconsistent about
"Fault", so codes are compared as they come over the wire (botocore's service models; EC2's list of error codes)."""

from __future__ import annotations

THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "PriorRequestNotComplete",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
    }
)

BUSY = frozenset(
    {
        "ConcurrentModification",
        "ConcurrentModificationException",
        "ConcurrentTagAccess",
        "ENINotReadyException",
        "EntityTemporarilyUnmodifiable",
        "IncorrectState",
        "InvalidDBProxyStateFault",
        "OperationAbortedException",
        "ResourceNotReadyException",
    }
)
"""Something else is being done to it just now, whatever resource it is. Codes that only sometimes mean that are
among the `cures` of the resources that can be told so."""

TROUBLE = frozenset(
    {
        "EC2UnexpectedException",
        "IDPCommunicationError",
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "InternalServiceError",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceException",
        "ServiceFailure",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "Unavailable",
    }
)
"""AWS's own trouble, like every HTTP status from 500 on that is not among `LASTING`."""

LASTING = frozenset(
    {
        "EFSMountConnectivityException",
        "InvalidRuntimeException",
        "InvalidSecurityGroupIDException",
        "InvalidSubnetIDException",
        "InvalidZipFileException",
        "KMSDisabledException",
        "KMSInvalidStateException",
        "KMSNotFoundException",
    }
)
"""Lambda: answers of Invoke with status 502 that stay until somebody changes something."""

EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})

UNKNOWN_IDENTITY = frozenset(
    {
        "AuthFailure",
        "IDPRejectedClaim",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidGrantException",
        "InvalidIdentityToken",
        "InvalidSecurity.RequestHasExpired",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotAuthorized",
        "RequestInTheFuture",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "UnauthorizedException",
        "UnrecognizedClientException",
    }
)

DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "EC2AccessDeniedException",
        "KMSAccessDeniedException",
        "KMSKeyNotAccessibleFault",
        "UnauthorizedOperation",
    }
)

FREE_PLAN = (
    'Set database.instance_class = "db.t4g.micro" and database.backup_days = 1 (0 where that is refused, too), '
    "or upgrade the account's plan in the AWS console; "
    "then run the same command again."
)
ACCOUNT = {
    "FreeTierRestrictionError": FREE_PLAN,
    "AccountDisabled": "Write to AWS Support: AWS has disabled this for the account.",
    "Blocked": "Write to AWS Support: the account is blocked.",
    "OptInRequired": "Sign the account up for the service, or enable the Region, in the AWS console.",
    "PendingVerification": "Wait for AWS's e-mail that the account is verified (up to four hours), then run it again.",
    "RegionDisabledException": "Enable the Region in the AWS console (Account, then AWS Regions), or give another one.",
    "SubscriptionRequiredException": "Finish signing the account up in the AWS console.",
}
"""What to do about an account that may not use a service, a Region or a size."""

NOT_IMPLEMENTED = frozenset(
    {"InvalidAction", "NotImplemented", "NotImplementedException", "UnknownOperationException", "UnsupportedOperation"}
)

QUOTAS = {
    "VpcLimitExceeded": "VPCs per Region (5 unless raised)",
    "InternetGatewayLimitExceeded": "internet gateways per Region (tied to the VPC quota, 5 unless raised)",
    "AddressLimitExceeded": "Elastic IP addresses per Region (5 unless raised)",
    "NatGatewayLimitExceeded": "NAT gateways per Availability Zone (5 unless raised)",
    "VpcEndpointLimitExceeded": "interface endpoints per VPC (50 unless raised)",
    "SecurityGroupLimitExceeded": "security groups per Region (2,500 unless raised)",
    "RulesPerSecurityGroupLimitExceeded": "rules per security group (60 unless raised)",
    "SecurityGroupsPerInterfaceLimitExceeded": "security groups per network interface (5 unless raised)",
    "NetworkInterfaceLimitExceeded": "network interfaces per Region (5,000 unless raised)",
    "SubnetLimitExceeded": "subnets per VPC (200 unless raised)",
    "RouteTableLimitExceeded": "route tables per VPC (200 unless raised)",
    "RouteLimitExceeded": "routes per route table",
    "TagLimitExceeded": "tags per resource (50)",
    "InstanceQuotaExceeded": "DB instances per Region (40 unless raised)",
    "StorageQuotaExceeded": "total storage of DB instances (100,000 GiB unless raised)",
    "DBInstanceAutomatedBackupQuotaExceeded": "retained automated backups of DB instances (40 unless raised)",
    "SnapshotQuotaExceeded": "manual DB snapshots (100 unless raised)",
    "DBSubnetGroupQuotaExceeded": "DB subnet groups (50 unless raised)",
    "DBSubnetQuotaExceededFault": "subnets per DB subnet group (20)",
    "DBParameterGroupQuotaExceeded": "DB parameter groups (50 unless raised)",
    "DBProxyQuotaExceededFault": "RDS proxies per Region (20 unless raised)",
    "DBProxyQuotaExceeded": "RDS proxies per Region (20 unless raised)",
    "LimitExceeded": "roles (1,000 unless raised), or the size of a role's policies (10,240 characters)",
    "LimitExceededException": "secrets (500,000), log groups (1,000,000) or another quota of that service",
    "CodeStorageExceededException": "Lambda's code storage (75 GB unless raised)",
    "ENILimitReachedException": "network interfaces of Lambda per VPC (250 to 500 unless raised)",
    "EniLimitExceeded": "network interfaces of Lambda per VPC (250 to 500 unless raised)",
}

QUOTA_TEXTS = {
    "instances available with free plan": "DB instances of an account on the Free plan",
    "less than or equal to 3008": "memory of a Lambda function (3,008 MB in new accounts)",
    "UnreservedConcurrentExecution": "concurrent executions of Lambda (10 in new accounts)",
}
"""AWS: refusals that tell their quota, or a lower one than is usual, in the text alone."""

QUOTA_ENDINGS = ("LimitExceeded", "QuotaExceeded", "QuotaExceededFault", "QuotaExceededException")
"""How the codes of the quotas end that are not in the table."""

CAPACITY = {
    "InsufficientAddressCapacity": "Try again later: AWS itself has no free public addresses there now.",
    "InsufficientAvailableIPsInSubnetFault": "Free some addresses in the private subnets; RDS Proxy wants ten.",
    "InsufficientCapacity": "Try again later, or choose other zones (network.zones).",
    "InsufficientDBInstanceCapacity": "Try again later, or choose another database.instance_class or other zones "
    "(network.zones).",
    "InsufficientFreeAddressesInSubnet": "Free some addresses in the subnet; AWS keeps five of each for itself.",
    "NotAvailableInZone": "Choose other zones with network.zones.",
    "SubnetIPAddressLimitReachedException": "Free some addresses in the private subnets; Lambda wants them.",
}
"""What to do where there is no room; AWS may have some later, but nobody knows when."""

MISSING = frozenset(
    {
        "DBInstanceNotFound",
        "DBInstanceNotFoundFault",
        "DBParameterGroupNotFound",
        "DBProxyNotFoundFault",
        "DBProxyTargetGroupNotFoundFault",
        "DBProxyTargetNotFoundFault",
        "DBSnapshotNotFound",
        "DBSubnetGroupNotFoundFault",
        "Gateway.NotAttached",
        "NatGatewayNotFound",
        "NoSuchEntity",
        "ResourceNotFoundException",
    }
)
"""Besides every EC2 code that ends in `.NotFound`."""

EXISTS = frozenset(
    {
        "DBInstanceAlreadyExists",
        "DBParameterGroupAlreadyExists",
        "DBProxyAlreadyExistsFault",
        "DBSubnetGroupAlreadyExists",
        "EntityAlreadyExists",
        "IdempotentParameterMismatch",
        "IdempotentParameterMismatchException",
        "InvalidGroup.Duplicate",
        "NetworkAclEntryAlreadyExists",
        "ResourceAlreadyExistsException",
        "ResourceExistsException",
    }
)
"""Answers to a create whose first answer was lost, or to one that another run was faster with: looking tells which."""
