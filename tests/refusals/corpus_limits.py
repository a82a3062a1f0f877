"""Throttling, AWS's own trouble, quotas, capacity, and values that AWS does not take."""

from __future__ import annotations

from provision.errors import QuotaReached
from tests.refusals.expected import FEWER, LOST, Again, Case, Told, denied, failed, full, quota

INVALID = "InvalidParameterValueException"

THROTTLING = [
    Case("ec2", "CreateVpc", "RequestLimitExceeded", 503, "Request limit exceeded.", FEWER, "vpc"),
    Case("ec2", "DescribeVpcs", "Throttling", 400, "Rate exceeded", FEWER),
    Case("rds", "CreateDBInstance", "Throttling", 400, "Rate exceeded", FEWER, "database"),
    Case("rds", "DescribeDBInstances", "ThrottlingException", 400, "Rate exceeded", FEWER, "database"),
    Case("iam", "CreateRole", "Throttling", 400, "Rate exceeded", FEWER, "role.function"),
    Case("sts", "GetCallerIdentity", "Throttling", 400, "Rate exceeded", FEWER),
    Case("secretsmanager", "CreateSecret", "ThrottlingException", 400, "Rate exceeded", FEWER, "secret"),
    Case("logs", "CreateLogGroup", "ThrottlingException", 400, "Rate exceeded", FEWER, "function.logs"),
    Case("lambda", "CreateFunction", "TooManyRequestsException", 429, "Rate Exceeded.", FEWER, "function"),
    Case("lambda", "Invoke", "EC2ThrottledException", 502, "Lambda was throttled by Amazon EC2", FEWER),
    Case("lambda", "GetFunction", "SomethingNewException", 429, "", FEWER),
    Case("ec2", "CreateVpc", "SlowDown", 503, "Reduce your request rate.", FEWER, "vpc"),
    Case("logs", "CreateLogGroup", "ThrottledException", 400, "", FEWER, "function.logs"),
    Case("rds", "CreateDBProxy", "RequestThrottledException", 400, "", FEWER, "proxy"),
    Case(
        "iam",
        "CreateRole",
        "PriorRequestNotComplete",
        400,
        "The request failed because a prior request did not complete.",
        FEWER,
        "role.function",
    ),
    Case("ec2", "CreateVpc", "BandwidthLimitExceeded", 509, "", FEWER, "vpc"),
    Case("service-quotas", "GetServiceQuota", "TooManyRequestsException", 400, "", FEWER),
    Case("ec2", "CreateVpc", "SomethingNew", 400, "Rate exceeded", FEWER, "vpc"),
]

TROUBLE = [
    Case("ec2", "CreateVpc", "InternalError", 500, "An internal error has occurred", LOST, "vpc"),
    Case("ec2", "CreateVpc", "Unavailable", 503, "The service is unavailable. Please try again shortly.", LOST, "vpc"),
    Case("rds", "CreateDBProxy", "InternalFailure", 500, "An internal error has occurred", LOST, "proxy"),
    Case("rds", "CreateDBProxy", "ServiceUnavailable", 503, "Try later.", LOST, "proxy"),
    Case("iam", "CreateRole", "ServiceFailure", 500, "The request processing has failed", LOST, "role.function"),
    Case("lambda", "CreateFunction", "ServiceException", 500, "Lambda had a problem", LOST, "function"),
    Case("lambda", "Invoke", "EC2UnexpectedException", 502, "Lambda received an unexpected EC2 exception", LOST),
    Case("secretsmanager", "CreateSecret", "InternalServiceError", 500, "An error occurred", LOST, "secret"),
    Case("sts", "GetCallerIdentity", "RequestTimeout", 400, "The request timed out", LOST),
    Case("sts", "AssumeRoleWithWebIdentity", "IDPCommunicationError", 400, "Cannot reach the provider", LOST),
    *(
        Case(service, operation, "SomethingNew", status, "", LOST)
        for service, operation in (
            ("ec2", "CreateVpc"),
            ("rds", "CreateDBInstance"),
            ("lambda", "CreateFunction"),
            ("secretsmanager", "CreateSecret"),
        )
        for status in (500, 502, 503, 504, 509)
    ),
]

QUOTAS = [
    Case("ec2", "CreateVpc", "VpcLimitExceeded", 400, "The maximum number of VPCs has been reached.", quota("VPCs per Region"), "vpc"),
    Case("ec2", "CreateInternetGateway", "InternetGatewayLimitExceeded", 400, "The maximum number of internet gateways has been reached.", quota("internet gateways per Region"), "internet-gateway"),
    Case("ec2", "AllocateAddress", "AddressLimitExceeded", 400, "The maximum number of addresses has been reached.", quota("Elastic IP addresses per Region"), "address.nat-a"),
    Case("ec2", "CreateNatGateway", "NatGatewayLimitExceeded", 400, "Performing this operation would exceed the limit of 5 NAT gateways", quota("NAT gateways per Availability Zone"), "nat.a"),
    Case("ec2", "CreateVpcEndpoint", "VpcEndpointLimitExceeded", 400, "", quota("interface endpoints per VPC"), "endpoint.secretsmanager"),
    Case("ec2", "CreateSecurityGroup", "SecurityGroupLimitExceeded", 400, "", quota("security groups per Region"), "group.function"),
    Case("ec2", "AuthorizeSecurityGroupIngress", "RulesPerSecurityGroupLimitExceeded", 400, "", quota("rules per security group"), "rule.database-from-function"),
    Case("ec2", "CreateVpcEndpoint", "SecurityGroupsPerInterfaceLimitExceeded", 400, "", quota("security groups per network interface")),
    Case("ec2", "CreateNatGateway", "NetworkInterfaceLimitExceeded", 400, "", quota("network interfaces per Region"), "nat.a"),
    Case("ec2", "CreateSubnet", "SubnetLimitExceeded", 400, "", quota("subnets per VPC"), "subnet.private-a"),
    Case("ec2", "CreateRouteTable", "RouteTableLimitExceeded", 400, "", quota("route tables per VPC"), "table.public"),
    Case("ec2", "CreateRoute", "RouteLimitExceeded", 400, "", quota("routes per route table"), "route.public"),
    Case("ec2", "CreateTags", "TagLimitExceeded", 400, "More than 50 tags", quota("tags per resource")),
    Case("ec2", "CreateVpc", "VpcPeeringLimitExceeded", 400, "", quota("vpc peering")),
    Case("rds", "CreateDBInstance", "InstanceQuotaExceeded", 400, "", quota("DB instances per Region"), "database"),
    Case("rds", "CreateDBInstance", "InstanceQuotaExceeded", 400, "You reached the maximum number of instances available with free plan accounts. To remove all limitations, upgrade your account plan.", Told(error=QuotaReached, exit_code=3, what="Free plan", hint="upgrade the account's plan", absent=("40",)), "database"),
    Case("rds", "CreateDBInstance", "StorageQuotaExceeded", 400, "", quota("total storage"), "database"),
    Case("rds", "DeleteDBInstance", "DBInstanceAutomatedBackupQuotaExceeded", 400, "", quota("automated backups"), "database"),
    Case("rds", "DeleteDBInstance", "SnapshotQuotaExceeded", 400, "", quota("manual DB snapshots"), "database"),
    Case("rds", "CreateDBSubnetGroup", "DBSubnetGroupQuotaExceeded", 400, "", quota("DB subnet groups"), "database.subnets"),
    Case("rds", "CreateDBSubnetGroup", "DBSubnetQuotaExceededFault", 400, "", quota("subnets per DB subnet group"), "database.subnets"),
    Case("rds", "CreateDBParameterGroup", "DBParameterGroupQuotaExceeded", 400, "", quota("DB parameter groups"), "database.parameters"),
    Case("rds", "CreateDBProxy", "DBProxyQuotaExceededFault", 400, "", quota("RDS proxies per Region"), "proxy"),
    Case("iam", "CreateRole", "LimitExceeded", 409, "Cannot exceed quota for RolesPerAccount: 1000", quota("roles"), "role.function"),
    Case("iam", "PutRolePolicy", "LimitExceeded", 409, "Maximum policy size of 10240 bytes exceeded for role x", quota("size of a role's policies"), "role.function"),
    Case("lambda", "CreateFunction", "CodeStorageExceededException", 400, "Code storage limit exceeded.", quota("code storage"), "function"),
    Case("lambda", "Invoke", "ENILimitReachedException", 502, "The function was not able to create an ENI", quota("network interfaces of Lambda"), "function.endpoint"),
    Case("lambda", "CreateFunction", INVALID, 400, "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 3008", quota("3,008 MB"), "function"),
    Case("lambda", "PutFunctionConcurrency", INVALID, 400, "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [10].", quota("concurrent executions")),
    Case("secretsmanager", "CreateSecret", "LimitExceededException", 400, "You have reached the limit of secrets.", quota("secrets (500,000)"), "secret"),
    Case("iam", "CreateRole", "LimitExceeded", 409, "Cannot exceed quota for PolicySize: 2048", quota("size of a role's policies"), "role.proxy"),
    Case("ec2", "CreateFlowLogs", "FlowLogsLimitExceeded", 400, "", quota("flow logs")),
    Case("rds", "CreateDBInstance", "OptionGroupQuotaExceededFault", 400, "", quota("option group"), "database"),
    Case("lambda", "CreateFunction", INVALID, 400, "'memorySize' failed to satisfy constraint: Member must have value less than or equal to 3008", quota("3,008 MB"), "function"),
    Case("logs", "CreateLogGroup", "LimitExceededException", 400, "Resource limit exceeded.", quota("log groups (1,000,000)"), "function.logs"),
]  # fmt: skip

CAPACITY = [
    Case("ec2", "CreateNatGateway", "NotAvailableInZone", 400, "Nat Gateway is not available in this availability zone", full("network.zones"), "nat.a"),
    Case("ec2", "CreateNatGateway", "InsufficientFreeAddressesInSubnet", 400, "There are not enough free addresses in subnet", full("Free some addresses"), "nat.a"),
    Case("ec2", "AllocateAddress", "InsufficientAddressCapacity", 500, "Not enough available addresses to satisfy your request.", full("Try again later"), "address.nat-a"),
    Case("rds", "CreateDBInstance", "InsufficientDBInstanceCapacity", 400, "The specified DB instance class isn't available in the specified Availability Zone.", full("database.instance_class"), "database"),
    Case("rds", "RegisterDBProxyTargets", "InsufficientAvailableIPsInSubnetFault", 400, "The requested operation can't be performed because there aren't enough available IPs", full("ten"), "proxy.target"),
    Case("lambda", "Invoke", "SubnetIPAddressLimitReachedException", 502, "Lambda couldn't set up VPC access because a subnet has no available IP addresses.", full("Free some addresses"), "function.endpoint"),
    Case("rds", "CreateDBInstance", "InvalidVPCNetworkStateFault", 400, "Availability zone eu-central-1a is unavailable", failed("network.zones"), "database"),
]  # fmt: skip

VALUES = [
    Case("rds", "CreateDBInstance", "InvalidParameterValue", 400, "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.", failed("new password"), "database"),
    Case("rds", "CreateDBInstance", "InvalidParameterValue", 400, "MasterUsername user cannot be used as it is a reserved word used by the engine", failed("database.username"), "database"),
    Case("rds", "CreateDBInstance", "InvalidParameterCombination", 400, "Cannot find version 17.99 for postgres", failed("database.engine_version"), "database"),
    Case("rds", "CreateDBInstance", "InvalidParameterCombination", 400, "RDS does not support creating a DB instance with the following combination: DBInstanceClass=db.t2.micro, Engine=postgres", failed("database.instance_class"), "database"),
    Case("rds", "CreateDBInstance", "InvalidParameterCombination", 400, "Invalid max storage size for engine name postgres and storage type gp3: 21", failed("database.max_storage_gib"), "database"),
    Case("rds", "ModifyDBInstance", "InvalidParameterCombination", 400, "You can't currently modify the storage of this DB instance because the previous storage change is being optimized.", failed("has optimized"), "database"),
    Case("rds", "CreateDBInstance", "StorageTypeNotSupported", 400, "Storage type not supported", failed("carries on"), "database"),
    Case("rds", "CreateDBInstance", "InvalidSubnet", 400, "The requested subnet is invalid", failed("carries on"), "database"),
    Case("rds", "CreateDBSubnetGroup", "DBSubnetGroupDoesNotCoverEnoughAZs", 400, "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement.", failed("network.zones"), "database.subnets"),
    Case("rds", "ModifyDBSubnetGroup", "InvalidDBSubnetStateFault", 400, "The DB subnet isn't in the available state.", failed("carries on")),
    Case("lambda", "CreateFunction", INVALID, 400, "The runtime parameter of python3.9 is no longer supported for creating or updating AWS Lambda functions.", failed("function.runtime"), "function"),
    Case("lambda", "CreateFunction", INVALID, 400, "The provided subnets contain availability zone Lambda doesn't support (use1-az3)", failed("network.zones"), "function"),
    Case("lambda", "UpdateFunctionConfiguration", INVALID, 400, "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.", failed("environment variables"), "function"),
    Case("lambda", "UpdateFunctionConfiguration", INVALID, 400, "Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification.", failed("environment variables"), "function"),
    Case("lambda", "UpdateFunctionConfiguration", "RequestEntityTooLargeException", 413, "Request must be smaller than 5120 bytes for the UpdateFunctionConfiguration operation", failed("environment variables"), "function"),
    Case("lambda", "CreateFunction", "RequestTooLargeException", 413, "Request too large", failed("carries on"), "function"),
    Case("lambda", "Invoke", "InvalidSubnetIDException", 502, "The subnet ID is not valid", failed("`up`"), "function.endpoint"),
    Case("lambda", "Invoke", "InvalidSecurityGroupIDException", 502, "The security group ID is not valid", failed("`up`"), "function.endpoint"),
    Case("lambda", "Invoke", "KMSDisabledException", 502, "The KMS key is disabled", failed("Enable the key"), "function.endpoint"),
    Case("lambda", "Invoke", "KMSInvalidStateException", 502, "The KMS key is pending deletion", failed("Enable the key"), "function.endpoint"),
    Case("lambda", "Invoke", "InvalidRuntimeException", 502, "The runtime is not supported", failed("carries on"), "function.endpoint"),
    Case("lambda", "Invoke", "KMSNotFoundException", 502, "The KMS key was not found", failed("Enable the key"), "function.endpoint"),
    Case("ec2", "CreateSubnet", "InvalidParameterValue", 400, "Value (us-east-1z) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: us-east-1a", failed("network.zones"), "subnet.private-a"),
    Case("ec2", "CreateVpcEndpoint", "InvalidParameter", 400, "The VPC endpoint service com.amazonaws.eu-central-1.secretsmanager does not support the availability zone of the subnet: subnet-1.", failed("network.zones"), "endpoint.secretsmanager"),
    Case("ec2", "CreateVpcEndpoint", "InvalidServiceName", 400, "The Vpc Endpoint Service 'com.amazonaws.eu-central-1.secretsmanager' does not exist", failed("network.egress"), "endpoint.secretsmanager"),
    Case("ec2", "CreateVpc", "InvalidVpc.Range", 400, "The CIDR '10.0.0.0/8' is invalid.", failed("network.cidr"), "vpc"),
    Case("secretsmanager", "CreateSecret", "InvalidParameterException", 400, "Invalid name.", failed("carries on"), "secret"),
    Case("secretsmanager", "GetSecretValue", "InvalidRequestException", 400, "You can't do that now.", failed("carries on"), "secret"),
    Case("secretsmanager", "CreateSecret", "EncryptionFailure", 400, "Secrets Manager can't encrypt the protected secret text", failed("Enable the key"), "secret"),
    Case("secretsmanager", "GetSecretValue", "DecryptionFailure", 400, "Secrets Manager can't decrypt the protected secret text", failed("Enable the key"), "database"),
    Case("secretsmanager", "PutResourcePolicy", "MalformedPolicyDocumentException", 400, "The resource policy has syntax errors.", failed("carries on"), "secret"),
    Case("secretsmanager", "PutResourcePolicy", "PublicPolicyException", 400, "The BlockPublicPolicy parameter is set to true", failed("carries on"), "secret"),
    Case("secretsmanager", "PutResourcePolicy", "PreconditionNotMetException", 400, "The request failed because you did not complete all the prerequisite steps.", failed("carries on"), "secret"),
    Case("rds", "CreateDBInstance", "KMSKeyNotAccessibleFault", 400, "An error occurred accessing an AWS KMS key.", denied("kms:CreateGrant"), "database"),
    Case("rds", "CreateDBInstance", "InvalidParameterValue", 400, "The something with a new text", failed("carries on"), "database"),
]  # fmt: skip

EMULATORS = [
    Case("rds", "ModifyDBProxy", "NotImplemented", 501, "The operation is not implemented", failed("--target local", "cannot carry out ModifyDBProxy"), "proxy"),
    Case("rds", "DescribeDBEngineVersions", "InternalFailure", 501, "API for service 'rds' not yet implemented or pro feature", failed("--target local", "cannot carry out DescribeDBEngineVersions")),
    Case("rds", "DescribeDBProxies", "InvalidAction", 400, "Could not find operation DescribeDBProxies for version 2014-10-31", failed("Region", "cannot carry out DescribeDBProxies")),
    Case("secretsmanager", "PutResourcePolicy", "UnknownOperationException", 400, "", failed("--target local", "cannot carry out PutResourcePolicy"), "secret"),
    Case("ec2", "CreateVpcEndpoint", "UnsupportedOperation", 400, "The operation is not supported.", failed("--target local", "cannot carry out CreateVpcEndpoint"), "endpoint.secretsmanager"),
]  # fmt: skip

NOT_MADE_YET = "Unable to create the resource. Verify that you have permission to create service linked role. Otherwise wait and try again later."
NOT_SPREAD_YET = "RDS is not authorized to assume service-linked role arn:aws:iam::123456789012:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS (Service: AWSSecurityTokenService; Status Code: 403; Error Code: AccessDenied). Check your RDS service-linked role and try again."
FOR_A_WHILE = Again(seconds=60.0, otherwise=denied("iam:CreateServiceLinkedRole").error)
LINKED_ROLE = [
    Case("rds", operation, "InvalidParameterValue", 400, text, FOR_A_WHILE, step)
    for text in (NOT_MADE_YET, NOT_SPREAD_YET)
    for operation, step in (("CreateDBInstance", "database"), ("CreateDBProxy", "proxy"))
]  # fmt: skip

CASES = [*THROTTLING, *TROUBLE, *QUOTAS, *CAPACITY, *VALUES, *EMULATORS, *LINKED_ROLE]
