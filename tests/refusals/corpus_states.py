"""What AWS says of things that are in use, not there (yet), there already, or still going."""

from __future__ import annotations

from provision.errors import Failed
from tests.refusals.expected import AGAIN, GONE, PROTECTED, Again, Case, failed

INVALID = "InvalidParameterValueException"
ROLE_OF_LAMBDA = Again(seconds=300.0, otherwise=Failed, otherwise_hint="permissions boundary")
GRANT_OF_LAMBDA = Again(seconds=300.0, otherwise=Failed, otherwise_hint="key")
ROLE_OF_RDS = Again(seconds=120.0, otherwise=Failed, otherwise_hint="permissions boundary")

IN_USE = [
    Case("ec2", "DetachInternetGateway", "DependencyViolation", 400, "Network vpc-1 has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.", AGAIN, "internet-gateway"),
    Case("ec2", "DetachInternetGateway", "Gateway.NotAttached", 400, "resource igw-1 is not attached to network vpc-1", GONE, "internet-gateway"),
    Case("ec2", "DeleteInternetGateway", "DependencyViolation", 400, "The internetGateway 'igw-1' has dependencies and cannot be deleted.", AGAIN, "internet-gateway"),
    Case("ec2", "ReleaseAddress", "InvalidIPAddress.InUse", 400, "The address with allocation id eipalloc-1 cannot be released because it is in use.", AGAIN, "address.nat-a"),
    Case("ec2", "ReleaseAddress", "AuthFailure", 400, "You do not have permission to access the specified resource.", AGAIN, "address.nat-a"),
    Case("ec2", "ReleaseAddress", "InvalidAddress.Locked", 400, "The address with allocation id eipalloc-1 cannot be released because it is locked to your account.", failed("AWS Support"), "address.nat-a"),
    Case("ec2", "ReleaseAddress", "InvalidAddress.PtrSet", 400, "The address with allocation id eipalloc-1 cannot be released because it has a reverse DNS record.", failed("reset-address-attribute"), "address.nat-a"),
    Case("ec2", "ReleaseAddress", "InvalidAllocationID.NotFound", 400, "The allocation ID 'eipalloc-1' does not exist", GONE, "address.nat-a"),
    Case("ec2", "DeleteRouteTable", "DependencyViolation", 400, "The routeTable 'rtb-1' has dependencies and cannot be deleted.", AGAIN, "table.public"),
    Case("ec2", "CreateNatGateway", "Resource.AlreadyAssociated", 400, "Elastic IP address [eipalloc-1] is already associated", AGAIN, "nat.a"),
    Case("ec2", "DeleteVpcEndpoints", "IncorrectState", 400, "The VPC endpoint vpce-1 is in an incorrect state (pending) for the operation.", AGAIN, "endpoint.secretsmanager"),
    Case("ec2", "DeleteSecurityGroup", "CannotDelete", 400, 'the specified group: "sg-1" name: "default" cannot be deleted by a user', failed("carries on"), "group.function"),
    Case("ec2", "DeleteSecurityGroup", "DependencyViolation", 400, "resource sg-1 has a dependent object", failed("not this stack's")),
    Case("ec2", "DeleteSecurityGroup", "InvalidGroup.InUse", 400, "There are active instances using security group sg-1", failed("not this stack's")),
    Case("ec2", "DeleteSubnet", "DependencyViolation", 400, "The subnet 'subnet-1' has dependencies and cannot be deleted.", failed("not this stack's")),
    Case("ec2", "DeleteVpc", "DependencyViolation", 400, "The vpc 'vpc-1' has dependencies and cannot be deleted.", failed("not this stack's")),
    Case("rds", "DeleteDBSubnetGroup", "InvalidDBSubnetGroupStateFault", 400, "Cannot delete the subnet group 'shop' because at least one database instance: y is still using it.", AGAIN, "database.subnets"),
    Case("rds", "DeleteDBParameterGroup", "InvalidDBParameterGroupState", 400, "One or more database instances are still members of this parameter group", AGAIN, "database.parameters"),
    Case("rds", "DeleteDBInstance", "InvalidDBInstanceState", 400, "Instance shop-database is already being deleted.", AGAIN, "database"),
    Case("rds", "DeleteDBInstance", "InvalidDBInstanceState", 400, "Instance shop-database is not currently in a deletable state. Please try your request later.", AGAIN, "database"),
    Case("rds", "DeleteDBInstance", "InvalidParameterCombination", 400, "Cannot delete protected DB Instance, please disable deletion protection and try again.", PROTECTED, "database"),
    Case("rds", "DeleteDBInstance", "InvalidParameterCombination", 400, "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.", failed("--final-snapshot"), "database"),
    Case("rds", "DeleteDBInstance", "InvalidParameterValue", 400, "Invalid database snapshot identifier: a--b. FinalDBSnapshotIdentifier must not contain two hyphens", failed("--final-snapshot"), "database"),
    Case("rds", "DeleteDBInstance", "DBSnapshotAlreadyExists", 400, "Cannot create the snapshot because a snapshot with the identifier last already exists.", failed("--final-snapshot"), "database"),
    Case("rds", "RegisterDBProxyTargets", "InvalidDBInstanceState", 400, "DB Instance shop-database is in an unsupported state - CREATING, needs to be in [AVAILABLE, MODIFYING, BACKING_UP]", AGAIN, "proxy.target"),
    Case("rds", "RegisterDBProxyTargets", "DBProxyTargetAlreadyRegisteredFault", 400, "A DB instance is already registered", AGAIN, "proxy.target"),
    Case("rds", "DeregisterDBProxyTargets", "DBProxyTargetNotFoundFault", 404, "Target not found", GONE, "proxy.target"),
    Case("rds", "DeregisterDBProxyTargets", "DBProxyTargetGroupNotFoundFault", 404, "Target group not found", GONE, "proxy.target"),
    Case("rds", "DeregisterDBProxyTargets", "DBProxyNotFoundFault", 404, "DBProxy shop-proxy not found", GONE, "proxy.target"),
    Case("rds", "ModifyDBProxy", "InvalidDBProxyStateFault", 400, "Proxy shop-proxy is modifying.", AGAIN, "proxy"),
    Case("rds", "ModifyDBProxyTargetGroup", "InvalidDBProxyStateFault", 400, "Proxy shop-proxy is creating.", AGAIN, "proxy.pool"),
    Case("iam", "DeleteRole", "DeleteConflict", 409, "Cannot delete entity, must detach all policies first.", AGAIN, "role.function"),
    Case("iam", "PutRolePolicy", "ConcurrentModification", 409, "The request was rejected because another one is under way.", AGAIN, "role.function"),
    Case("iam", "UpdateAssumeRolePolicy", "EntityTemporarilyUnmodifiable", 409, "The entity is temporarily unmodifiable.", AGAIN, "role.proxy"),
    Case("iam", "DeleteRole", "UnmodifiableEntity", 400, "Cannot perform the operation on the protected role", failed("carries on"), "role.function"),
    Case("ec2", "CreateTags", "ConcurrentTagAccess", 400, "You can't run simultaneous commands to modify a tag for a specific resource.", AGAIN, "vpc"),
    Case("lambda", "UpdateFunctionConfiguration", "ResourceConflictException", 409, "The operation cannot be performed at this time. An update is in progress for resource: arn", AGAIN, "function"),
    Case("lambda", "UpdateFunctionConfiguration", "ResourceConflictException", 409, "The operation cannot be performed at this time. An update is in progress for resource: arn", AGAIN, "function.endpoint"),
    Case("lambda", "DeleteFunction", "ResourceConflictException", 409, "The operation cannot be performed at this time. The function is currently in the following state: Pending", AGAIN, "function"),
    Case("lambda", "UpdateFunctionCode", "PreconditionFailedException", 412, "The RevisionId provided does not match the latest RevisionId.", AGAIN, "function"),
    Case("secretsmanager", "DeleteSecret", "InvalidParameterException", 400, "You can't delete secret arn that still has replica regions [us-west-2].", failed("remove-regions-from-replication"), "secret"),
    Case("lambda", "Invoke", "ResourceNotReadyException", 502, "The function is inactive and its VPC connection is no longer available.", AGAIN),
    Case("lambda", "Invoke", "ENINotReadyException", 502, "The ENI is not ready", AGAIN),
    Case("logs", "PutRetentionPolicy", "OperationAbortedException", 400, "A conflicting operation is currently in progress against this resource.", AGAIN, "function.logs"),
]  # fmt: skip

LATE = [
    Case("lambda", "CreateFunction", INVALID, 400, "The role defined for the function cannot be assumed by Lambda.", ROLE_OF_LAMBDA, "function"),
    Case("lambda", "CreateFunction", INVALID, 400, "The provided execution role does not have permissions to call CreateNetworkInterface on EC2", ROLE_OF_LAMBDA, "function"),
    Case("lambda", "CreateFunction", INVALID, 400, "Lambda was unable to configure access to your environment variables because the KMS key is invalid for CreateGrant. Please check your KMS key settings.", GRANT_OF_LAMBDA, "function"),
    Case("lambda", "CreateFunction", INVALID, 400, "Your request has been throttled by EC2, please make sure you have enough API rate limit.", AGAIN, "function"),
    Case("iam", "CreateRole", "MalformedPolicyDocument", 400, 'Invalid principal in policy: "SERVICE":"nobody.amazonaws.com"', failed("carries on"), "role.function"),
    Case("rds", "CreateDBInstance", "DBSubnetGroupNotFoundFault", 404, "DB subnet group 'shop' does not exist.", AGAIN, "database"),
    Case("rds", "CreateDBInstance", "DBParameterGroupNotFound", 404, "DBParameterGroup not found: shop", AGAIN, "database"),
    Case("rds", "CreateDBInstance", "InvalidParameterValue", 400, "Invalid security group , groupId= sg-1, groupName=.", AGAIN, "database"),
    Case("lambda", "CreateFunction", INVALID, 400, "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error Message: The security group 'sg-1' does not exist", AGAIN, "function"),
    Case("rds", "CreateDBSubnetGroup", "InvalidParameterValue", 400, "Some input subnets in :[subnet-1] are invalid.", AGAIN, "database.subnets"),
    Case("rds", "CreateDBSubnetGroup", "InvalidSubnet", 400, "The subnet ID 'subnet-1' does not exist", AGAIN, "database.subnets"),
    Case("rds", "CreateDBInstance", "InvalidParameterValue", 400, "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING", ROLE_OF_RDS, "database"),
    Case("ec2", "CreateFlowLogs", "InvalidParameter", 400, "LogDestination: shop-flow-logs does not exist.", AGAIN, "flow-log"),
    Case("ec2", "CreateFlowLogs", "InvalidParameter", 400, "DeliverLogsPermissionArn: Unable to assume given IAM role", AGAIN, "flow-log"),
    Case("ec2", "CreateVpcEndpoint", "InvalidParameter", 400, "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for vpc-1", AGAIN, "endpoint.secretsmanager"),
    Case("ec2", "AttachInternetGateway", "Resource.AlreadyAssociated", 400, "resource igw-1 is already attached to network vpc-1", AGAIN, "internet-gateway"),
    Case("ec2", "AssociateRouteTable", "Resource.AlreadyAssociated", 400, "the specified association for route table rtb-1 conflicts with an existing association", AGAIN, "table.public"),
    Case("rds", "CreateDBProxy", "InvalidParameterValue", 400, "RDS is not authorized to assume service-role arn:aws:iam::1:role/x.", ROLE_OF_RDS, "proxy"),
    Case("ec2", "CreateRoute", "InvalidNatGatewayID.NotFound", 400, "The natGateway ID 'nat-1' does not exist", AGAIN, "route.private-a"),
    Case("ec2", "CreateRoute", "InvalidGatewayID.NotFound", 400, "The gateway ID 'igw-1' does not exist", AGAIN, "route.public"),
    Case("ec2", "CreateRoute", "InvalidParameterException", 400, "invalid parameter", AGAIN, "route.public"),
    Case("ec2", "CreateRoute", "InvalidParameterValue", 400, "route table rtb-1 and network gateway igw-1 belong to different networks", AGAIN, "route.public"),
    Case("ec2", "CreateRoute", "InvalidParameterValue", 400, "Value (x) for parameter destinationCidrBlock is invalid.", failed("carries on"), "route.public"),
    Case("ec2", "AttachInternetGateway", "InvalidInternetGatewayID.NotFound", 400, "The internetGateway ID 'igw-1' does not exist", GONE, "internet-gateway"),
    *(
        Case("ec2", operation, code, 400, "The thing does not exist", GONE)
        for operation, code in (
            ("CreateSubnet", "InvalidVpcID.NotFound"),
            ("ModifySubnetAttribute", "InvalidSubnetID.NotFound"),
            ("AuthorizeSecurityGroupIngress", "InvalidGroup.NotFound"),
            ("AssociateRouteTable", "InvalidRouteTableID.NotFound"),
            ("DisassociateRouteTable", "InvalidAssociationID.NotFound"),
            ("DeleteRoute", "InvalidRoute.NotFound"),
            ("DescribeNatGateways", "NatGatewayNotFound"),
            ("DescribeVpcEndpoints", "InvalidVpcEndpointId.NotFound"),
            ("DeleteVpcEndpoints", "InvalidVpcEndpoint.NotFound"),
            ("RevokeSecurityGroupIngress", "InvalidPermission.NotFound"),
            ("DeleteNetworkInterface", "InvalidNetworkInterfaceID.NotFound"),
        )
    ),
    Case("rds", "DescribeDBInstances", "DBInstanceNotFound", 404, "DBInstance shop-database not found.", GONE),
    Case("iam", "GetRole", "NoSuchEntity", 404, "The role with name x cannot be found.", GONE),
    Case("iam", "CreateRole", "NoSuchEntity", 404, "Scope ARN: arn:aws:iam::123456789012:policy/limit does not exist or is not attachable.", failed("iam.permissions_boundary"), "role.function"),
    Case("lambda", "GetFunction", "ResourceNotFoundException", 404, "Function not found: arn", GONE),
    Case("secretsmanager", "DescribeSecret", "ResourceNotFoundException", 400, "Secrets Manager can't find the specified secret.", GONE),
    Case("logs", "DeleteLogGroup", "ResourceNotFoundException", 400, "The specified log group does not exist.", GONE),
]  # fmt: skip

TAKEN = [
    Case("secretsmanager", "CreateSecret", "InvalidRequestException", 400, "You can't create this secret because a secret with this name is already scheduled for deletion.", AGAIN, "secret"),
    Case("secretsmanager", "CreateSecret", "InvalidRequestException", 400, "You can't perform this operation on the secret because it was deleted.", AGAIN, "secret"),
    Case("secretsmanager", "GetSecretValue", "InvalidRequestException", 400, "You can't perform this operation on the secret because it was marked for deletion.", GONE, "database"),
    Case("secretsmanager", "GetSecretValue", "InvalidRequestException", 400, "You can't perform this operation on the secret because it was marked for deletion.", GONE),
    Case("secretsmanager", "CreateSecret", "ResourceExistsException", 400, "The operation failed because the secret shop/database already exists.", AGAIN, "secret"),
    Case("rds", "CreateDBInstance", "DBInstanceAlreadyExists", 400, "DB Instance already exists", AGAIN, "database"),
    Case("rds", "CreateDBProxy", "DBProxyAlreadyExistsFault", 400, "DB Proxy already exists", AGAIN, "proxy"),
    Case("rds", "CreateDBSubnetGroup", "DBSubnetGroupAlreadyExists", 400, "The DB subnet group 'shop' already exists.", AGAIN, "database.subnets"),
    Case("rds", "CreateDBParameterGroup", "DBParameterGroupAlreadyExists", 400, "Parameter group shop already exists", AGAIN, "database.parameters"),
    Case("iam", "CreateRole", "EntityAlreadyExists", 409, "Role with name x already exists.", AGAIN, "role.function"),
    Case("lambda", "CreateFunction", "ResourceConflictException", 409, "Function already exist: shop-function", AGAIN, "function"),
    Case("logs", "CreateLogGroup", "ResourceAlreadyExistsException", 400, "The specified log group already exists", AGAIN, "function.logs"),
    Case("ec2", "CreateSecurityGroup", "InvalidGroup.Duplicate", 400, "The security group 'x' already exists for VPC 'vpc-1'", AGAIN, "group.function"),
    Case("ec2", "CreateRoute", "RouteAlreadyExists", 400, "The route identified by 0.0.0.0/0 already exists.", AGAIN, "route.public"),
    Case("ec2", "AuthorizeSecurityGroupIngress", "InvalidPermission.Duplicate", 400, "the specified rule already exists", AGAIN, "rule.database-from-function"),
    Case("ec2", "CreateNetworkAclEntry", "NetworkAclEntryAlreadyExists", 400, "The network acl entry identified by 110 already exists.", AGAIN, "acl.default"),
    Case("ec2", "CreateNatGateway", "IdempotentParameterMismatch", 400, "The same token with other parameters", AGAIN, "nat.a"),
    Case("ec2", "CreateSubnet", "InvalidSubnet.Conflict", 400, "The CIDR '10.0.0.0/24' conflicts with another subnet", AGAIN, "subnet.private-a"),
    Case("ec2", "CreateSubnet", "InvalidSubnet.Conflict", 400, "The CIDR '10.0.0.0/24' conflicts with another subnet", failed("network.cidr")),
]  # fmt: skip

CASES = [*IN_USE, *LATE, *TAKEN]
