"""The wire codes of AWS's errors, by what they mean. Classes and codes differ, and RDS is inconsistent about
"Fault", so codes are compared as they come over the wire (botocore's service models; EC2's list of error codes)."""

from __future__ import annotations

THROTTLED = frozenset(
    {
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

EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})

UNKNOWN_IDENTITY = frozenset(
    {
        "AuthFailure",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotAuthorized",
        "SignatureDoesNotMatch",
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
        "UnauthorizedOperation",
    }
)

ACCOUNT = frozenset(
    {"Blocked", "OptInRequired", "PendingVerification", "RegionDisabledException", "InvalidAction.Region"}
)

NOT_IMPLEMENTED = frozenset({"InvalidAction", "NotImplemented", "UnknownOperationException", "UnsupportedOperation"})

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
    "InstanceQuotaExceeded": "RDS DB instances (40 unless raised)",
    "StorageQuotaExceeded": "total storage of RDS DB instances (100,000 GiB unless raised)",
    "DBInstanceAutomatedBackupQuotaExceeded": "retained automated backups of RDS",
    "SnapshotQuotaExceeded": "manual DB snapshots (100 unless raised)",
    "DBSubnetGroupQuotaExceeded": "DB subnet groups (50 unless raised)",
    "DBSubnetQuotaExceededFault": "subnets per DB subnet group (20)",
    "DBParameterGroupQuotaExceeded": "DB parameter groups (50 unless raised)",
    "DBProxyQuotaExceededFault": "RDS proxies (20 unless raised)",
    "DBProxyQuotaExceeded": "RDS proxies (20 unless raised)",
    "LimitExceeded": "IAM roles, or the size of a role's policies",
    "LimitExceededException": "secrets, log groups or another quota of that service",
    "CodeStorageExceededException": "Lambda's code storage (75 GB unless raised)",
    "ENILimitReachedException": "network interfaces of Lambda per VPC (250 to 500 unless raised)",
}

CAPACITY = frozenset(
    {
        "InsufficientDBInstanceCapacity",
        "InsufficientFreeAddressesInSubnet",
        "InsufficientAvailableIPsInSubnetFault",
        "NotAvailableInZone",
        "InsufficientAddressCapacity",
        "SubnetIPAddressLimitReachedException",
    }
)

MISSING = frozenset(
    {
        "DBInstanceNotFound",
        "DBInstanceNotFoundFault",
        "DBParameterGroupNotFound",
        "DBProxyNotFoundFault",
        "DBProxyTargetGroupNotFoundFault",
        "DBProxyTargetNotFoundFault",
        "DBSubnetGroupNotFoundFault",
        "Gateway.NotAttached",
        "InvalidVpcEndpoint.NotFound",
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
        "ResourceAlreadyExistsException",
        "ResourceExistsException",
    }
)
"""Answers to a create whose first answer was lost, or to one that another run was faster with: looking tells which."""
