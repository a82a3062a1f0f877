"""Credentials, permissions and accounts, as each protocol says them."""

from __future__ import annotations

from provision.errors import Denied, NoCredentials
from tests.refusals.expected import EXPIRED, LENT, UNKNOWN, Case, Told, account, denied, nobody

USER = "User: arn:aws:iam::123456789012:user/ann is not authorized to perform:"
BLOB = "Encoded authorization failure message: zb1-Q_x9"
PLAIN = f"You are not authorized to perform this operation. {BLOB}"

CREDENTIALS = [
    Case("ec2", "DescribeVpcs", "RequestExpired", 400, "Request has expired.", EXPIRED, "vpc"),
    Case("rds", "DescribeDBInstances", "ExpiredToken", 403, "The security token included in the request is expired", EXPIRED, "database"),
    Case("sts", "GetCallerIdentity", "ExpiredToken", 403, "The security token included in the request is expired", EXPIRED),
    Case("sts", "AssumeRoleWithWebIdentity", "ExpiredTokenException", 400, "Token expired", EXPIRED),
    Case("iam", "GetRole", "ExpiredToken", 403, "The security token included in the request is expired", EXPIRED, "role.function"),
    Case("lambda", "GetFunction", "ExpiredTokenException", 403, "The security token included in the request is expired", EXPIRED, "function"),
    Case("secretsmanager", "DescribeSecret", "ExpiredTokenException", 400, "The security token included in the request is expired", EXPIRED, "secret"),
    Case("logs", "DescribeLogGroups", "UnrecognizedClientException", 400, "The security token included in the request is expired", EXPIRED, "function.logs"),
    Case("ec2", "DescribeVpcs", "AuthFailure", 401, "AWS was not able to validate the provided access credentials", UNKNOWN, "vpc"),
    Case("ec2", "ReleaseAddress", "AuthFailure", 401, "AWS was not able to validate the provided access credentials", UNKNOWN, "address.nat-a"),
    Case("rds", "DescribeDBInstances", "InvalidClientTokenId", 403, "The security token included in the request is invalid.", UNKNOWN, "database"),
    Case("sts", "GetCallerIdentity", "InvalidClientTokenId", 403, "The security token included in the request is invalid.", UNKNOWN),
    Case("secretsmanager", "DescribeSecret", "UnrecognizedClientException", 400, "The security token included in the request is invalid.", UNKNOWN, "secret"),
    Case("lambda", "GetFunction", "UnrecognizedClientException", 403, "The security token included in the request is invalid.", UNKNOWN, "function"),
    Case("iam", "GetRole", "SignatureDoesNotMatch", 403, "Signature expired: 20261124T000000Z is now earlier than 20261124T010000Z", UNKNOWN, "role.function"),
    Case("ec2", "DescribeVpcs", "InvalidSecurity.RequestHasExpired", 400, "The difference between the request timestamp and the AWS server time is greater than 5 minutes.", UNKNOWN, "vpc"),
    Case("lambda", "GetFunction", "InvalidSignatureException", 403, "Signature not yet current", UNKNOWN, "function"),
    Case("rds", "DescribeDBInstances", "SignatureDoesNotMatch", 403, "The request signature we calculated does not match the signature you provided.", UNKNOWN, "database"),
    Case("sts", "GetCallerIdentity", "SignatureDoesNotMatch", 403, "Signature not yet current", UNKNOWN),
    Case("secretsmanager", "DescribeSecret", "InvalidSignatureException", 400, "The request signature we calculated does not match", UNKNOWN, "secret"),
    Case("logs", "DescribeLogGroups", "ExpiredTokenException", 400, "The security token included in the request is expired", EXPIRED, "function.logs"),
    Case("iam", "GetRole", "InvalidClientTokenId", 403, "The security token included in the request is invalid.", UNKNOWN, "role.function"),
    Case("iam", "GetRole", "InvalidClientTokenId", 403, "The security token included in the request is invalid", nobody("does not accept these credentials", "GetSessionToken"), "role.function"),
    Case("rds", "DescribeDBInstances", "MissingAuthenticationToken", 403, "Request is missing Authentication Token", UNKNOWN),
    Case("sts", "GetCallerIdentity", "IncompleteSignature", 400, "The request signature does not conform to AWS standards.", UNKNOWN),
    Case("sts", "AssumeRole", "ValidationError", 400, "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.", LENT, "database"),
    Case("sts", "AssumeRole", "PackedPolicyTooLarge", 400, "Packed policy consumes 120% of allotted space.", LENT),
    Case("sts", "AssumeRoleWithWebIdentity", "InvalidIdentityToken", 400, "No OpenIDConnect provider found", UNKNOWN),
]  # fmt: skip

PERMISSIONS = [
    Case("ec2", "CreateVpc", "UnauthorizedOperation", 403, PLAIN, denied("ec2:CreateVpc", "decode-authorization-message --encoded-message zb1-Q_x9"), "vpc"),
    Case("ec2", "CreateVpc", "UnauthorizedOperation", 403, f"You are not authorized to perform this operation. {USER} ec2:CreateTags on resource: arn:aws:ec2:eu-central-1:123456789012:vpc/* because no identity-based policy allows the ec2:CreateTags action. {BLOB}", denied("ec2:CreateTags", "on arn:aws:ec2:eu-central-1:123456789012:vpc/*", "zb1-Q_x9"), "vpc"),
    Case("ec2", "ReleaseAddress", "AuthFailure", 400, "You do not have permission to access the specified resource.", denied("ec2:ReleaseAddress"), "nat.a"),
    Case("rds", "CreateDBInstance", "AccessDenied", 403, f"{USER} rds:CreateDBInstance on resource: arn:aws:rds:eu-central-1:123456789012:db:shop because no identity-based policy allows the rds:CreateDBInstance action", denied("rds:CreateDBInstance", "to this identity"), "database"),
    Case("rds", "DescribeDBInstances", "AccessDenied", 403, "", denied("rds:DescribeDBInstances"), "database"),
    Case("rds", "CreateDBInstance", "AccessDeniedException", 403, f"{USER} rds:CreateDBInstance on resource: x", denied("rds:CreateDBInstance"), "database"),
    Case("rds", "CreateDBProxy", "AccessDenied", 403, f"{USER} iam:PassRole on resource: arn:aws:iam::123456789012:role/shop-eu-central-1-proxy because no identity-based policy allows the iam:PassRole action", denied("iam:PassRole", "role/shop-eu-central-1-proxy"), "proxy"),
    Case("rds", "CreateDBInstance", "AccessDenied", 403, f"{USER} iam:CreateServiceLinkedRole on resource: arn:aws:iam::123456789012:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS", denied("iam:CreateServiceLinkedRole", "rds.amazonaws.com"), "database"),
    Case("rds", "CreateDBInstance", "InvalidParameterValue", 400, "Verify that you have permission to create service linked role.", denied("iam:CreateServiceLinkedRole", "rds.amazonaws.com"), "database"),
    Case("iam", "CreateRole", "AccessDenied", 403, f"{USER} iam:CreateRole on resource: arn:aws:iam::123456789012:role/x", denied("iam:CreateRole", "to this identity"), "role.function"),
    Case("iam", "CreateRole", "AccessDenied", 403, f"{USER} iam:CreateRole on resource: arn:aws:iam::123456789012:role/x because no identity-based policy allows the iam:CreateRole action", denied("iam:CreateRole", "set iam.permissions_boundary"), "role.function"),
    Case("sts", "AssumeRole", "AccessDenied", 403, "MultiFactorAuthentication failed with invalid MFA one time pass code.", Told(error=NoCredentials, exit_code=3, what="one-time code", hint="next one", absent=("Allow",))),
    Case("sts", "AssumeRole", "AccessDenied", 403, f"{USER} sts:AssumeRole on resource: arn:aws:iam::123456789012:role/deploy", denied("sts:AssumeRole", "role/deploy")),
    Case("lambda", "CreateFunction", "AccessDeniedException", 403, f"{USER} iam:PassRole on resource: arn:aws:iam::123456789012:role/shop-eu-central-1-function", denied("iam:PassRole", "role/shop-eu-central-1-function"), "function"),
    Case("lambda", "GetFunction", "AccessDeniedException", 403, "", denied("lambda:GetFunction"), "function"),
    Case("lambda", "Invoke", "AccessDeniedException", 403, "", denied("lambda:InvokeFunction")),
    Case("lambda", "CreateFunction", "InvalidParameterValueException", 400, "Your access has been denied by EC2, please make sure your request credentials have permission to DescribeSecurityGroups for sg-1. EC2 Error Code: UnauthorizedOperation.", denied("ec2:DescribeSecurityGroups"), "function"),
    Case("lambda", "Invoke", "EC2AccessDeniedException", 502, "Need additional permissions to configure VPC settings.", denied("ec2:CreateNetworkInterface", "function's role"), "function.endpoint"),
    Case("lambda", "Invoke", "KMSAccessDeniedException", 502, "Lambda was unable to decrypt the environment variables because KMS access was denied.", denied("kms:Decrypt", "function's role"), "function.endpoint"),
    Case("secretsmanager", "CreateSecret", "AccessDeniedException", 400, f"{USER} secretsmanager:TagResource on resource: shop/database", denied("secretsmanager:TagResource", "on shop/database"), "secret"),
    Case("secretsmanager", "GetSecretValue", "AccessDeniedException", 400, "Access to KMS is not allowed", denied("secretsmanager:GetSecretValue"), "database"),
    Case("logs", "CreateLogGroup", "AccessDeniedException", 400, "", denied("logs:CreateLogGroup"), "function.logs"),
    Case("service-quotas", "GetServiceQuota", "AccessDeniedException", 400, "", denied("servicequotas:GetServiceQuota")),
]  # fmt: skip

DECIDED_ELSEWHERE = [
    Case("ec2", "CreateInternetGateway", "UnauthorizedOperation", 403, f"You are not authorized to perform this operation. {USER} ec2:CreateInternetGateway on resource: arn:aws:ec2:eu-central-1:1:internet-gateway/* with an explicit deny in a service control policy. {BLOB}", denied("ec2:CreateInternetGateway", 'network.egress = "endpoint"'), "internet-gateway"),
    Case("ec2", "CreateVpc", "InvalidParameterValue", 400, "The tag policy does not allow the specified value for the following tag key: 'owner'.", Told(error=Denied, exit_code=3, what="tag policy", hint="--tag"), "vpc"),
    Case("ec2", "CreateVpc", "UnauthorizedOperation", 403, f"You are not authorized to perform this operation. {USER} ec2:CreateVpc on resource: arn:aws:ec2:eu-central-1:1:vpc/* with an explicit deny in a service control policy. {BLOB}", denied("ec2:CreateVpc", "organization's administrator", "zb1-Q_x9", "Allow the action"), "vpc"),
    Case("ec2", "AllocateAddress", "UnauthorizedOperation", 403, f"You are not authorized to perform this operation. {USER} ec2:AllocateAddress on resource: arn:aws:ec2:eu-central-1:1:elastic-ip/* with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o-1/service_control_policy/p-1. {BLOB}", denied("ec2:AllocateAddress", "demands tags, give them with [tags]"), "address.nat-a"),
    Case("ec2", "DeleteVpc", "UnauthorizedOperation", 403, f"You are not authorized to perform this operation. {USER} ec2:DeleteVpc on resource: arn:aws:ec2:eu-central-1:1:vpc/vpc-1 with an explicit deny in a service control policy. {BLOB}", denied("ec2:DeleteVpc", "organization's administrator", "[tags]"), "vpc"),
    Case("ec2", "DescribeVpcs", "UnauthorizedOperation", 403, f"You are not authorized to perform this operation. {USER} ec2:DescribeVpcs with an explicit deny in an identity-based policy. {BLOB}", denied("ec2:DescribeVpcs", "(MFA), log in with one"), "vpc"),
    Case("rds", "CreateDBProxy", "AccessDenied", 403, f"{USER} rds:CreateDBProxy on resource: * with an explicit deny in a permissions boundary", denied("rds:CreateDBProxy", "permissions boundary", "Allow the action"), "proxy"),
    Case("rds", "CreateDBProxy", "AccessDenied", 403, f"{USER} rds:CreateDBProxy on resource: * because no permissions boundary allows the rds:CreateDBProxy action", denied("rds:CreateDBProxy", "in the permissions boundary"), "proxy"),
    Case("iam", "CreateRole", "AccessDenied", 403, f"{USER} iam:CreateRole on resource: x because no service control policy allows the iam:CreateRole action", denied("iam:CreateRole", "service control policy"), "role.function"),
    Case("iam", "CreateRole", "AccessDenied", 403, f"{USER} iam:CreateRole on resource: x with an explicit deny in a service control policy", denied("iam:CreateRole", "set iam.permissions_boundary", "Allow the action"), "role.function"),
    Case("iam", "PutRolePolicy", "AccessDenied", 403, f"{USER} iam:PutRolePolicy on resource: x with an explicit deny in an identity-based policy", denied("iam:PutRolePolicy", "account's administrator", "iam.permissions_boundary"), "role.function"),
    Case("secretsmanager", "GetSecretValue", "AccessDeniedException", 400, f"{USER} secretsmanager:GetSecretValue on resource: x with an explicit deny in a resource-based policy", denied("secretsmanager:GetSecretValue", "resource's owner"), "secret"),
    Case("lambda", "CreateFunction", "AccessDeniedException", 403, f"{USER} lambda:CreateFunction on resource: x because no session policy allows the lambda:CreateFunction action", denied("lambda:CreateFunction", "policy of this session"), "function"),
    Case("secretsmanager", "GetSecretValue", "AccessDeniedException", 400, f"{USER} secretsmanager:GetSecretValue on resource: x because no VPC endpoint policy allows the secretsmanager:GetSecretValue action", denied("secretsmanager:GetSecretValue", "VPC endpoint")),
    Case("rds", "CreateDBInstance", "AccessDenied", 403, f"{USER} rds:CreateDBInstance on resource: x with an explicit deny in an identity-based policy", denied("rds:CreateDBInstance", "account's administrator", "Allow the action"), "database"),
    Case("rds", "CreateDBInstance", "AccessDenied", 403, f"{USER} rds:CreateDBInstance with an explicit deny", denied("rds:CreateDBInstance", "explicitly", "Allow the action"), "database"),
]  # fmt: skip

ACCOUNTS = [
    Case("ec2", "CreateVpc", "OptInRequired", 401, "You are not subscribed to this service.", account("enable the Region"), "vpc"),
    Case("rds", "CreateDBInstance", "OptInRequired", 403, "The AWS Access Key ID needs a subscription for the service.", account("Sign the account up"), "database"),
    Case("ec2", "CreateNatGateway", "PendingVerification", 400, "Your account is currently being verified.", account("e-mail"), "nat.a"),
    Case("ec2", "AllocateAddress", "Blocked", 403, "Your account is currently blocked.", account("AWS Support"), "address.nat-a"),
    Case("sts", "GetCallerIdentity", "RegionDisabledException", 403, "STS is not activated in this region.", account("Enable the Region")),
    Case("rds", "CreateDBInstance", "FreeTierRestrictionError", 400, "The specified backup retention period exceeds the maximum available to free tier customers.", account("database.backup_days = 1"), "database"),
    Case("rds", "CreateDBInstance", "FreeTierRestrictionError", 400, "This instance size isn't available with free plan accounts.", account("db.t4g.micro"), "database"),
    Case("rds", "CreateDBProxy", "FreeTierRestrictionError", 400, "This feature isn't available with free plan accounts. To remove all limitations, upgrade your account plan.", Told(error=Denied, exit_code=3, what="may not use", hint="`disable-proxy`", absent=("instance_class",)), "proxy"),
    Case("ec2", "CreateVpc", "AccountDisabled", 400, "The functionality you have requested has been administratively disabled for this account.", account("AWS Support"), "vpc"),
    Case("lambda", "GetFunction", "SubscriptionRequiredException", 403, "", account("Finish signing")),
]  # fmt: skip

CASES = [*CREDENTIALS, *PERMISSIONS, *DECIDED_ELSEWHERE, *ACCOUNTS]
