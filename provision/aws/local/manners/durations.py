"""How long AWS takes, in seconds: typical values of a small stack, as seen in published logs of real runs.

These are what the local AWS takes at pace 1, and what a benchmark adds up to find the longest chain of waits.
"""

from __future__ import annotations

from typing import Final

# EC2
NAT_GATEWAY_CREATE: Final = 110.0  # nine applies: 84 to 121 s
NAT_GATEWAY_FAIL: Final = 20.0  # CreateNatGateway answers 200 and fails later
NAT_GATEWAY_DELETE: Final = 60.0  # five destroys: 42 to 61 s
ADDRESS_RELEASE_LAG: Final = 5.0  # after "deleted", ReleaseAddress may still answer AuthFailure
VPC_ENDPOINT_CREATE: Final = 90.0  # one to three minutes
VPC_ENDPOINT_DELETE: Final = 60.0

# RDS
DB_CREATE: Final = 360.0  # PostgreSQL on a t3.micro: 302, 357 and 368 s
DB_BACKUP: Final = 40.0  # the last part of DB_CREATE: reachable, and backing up for the first time
DB_MODIFY: Final = 60.0
DB_DELETE: Final = 240.0  # 111 to 385 s without a final snapshot
PROXY_CREATE: Final = 240.0  # 150 s and more; AWS's users report 3 to 10 minutes
PROXY_MODIFY: Final = 30.0
PROXY_DELETE: Final = 60.0  # 30 to 60 s at best
TARGET_REGISTER: Final = 20.0  # REGISTERING
TARGET_CAPACITY: Final = 70.0  # then UNAVAILABLE with PENDING_PROXY_CAPACITY
TARGET_AVAILABLE: Final = TARGET_REGISTER + TARGET_CAPACITY

# Lambda
FUNCTION_CREATE: Final = 5.0  # without a VPC
FUNCTION_CREATE_IN_VPC: Final = 30.0  # Pending, while its interfaces are made
FUNCTION_UPDATE: Final = 8.0  # LastUpdateStatus InProgress
INTERFACE_RELEASE_AFTER_DELETE: Final = 1000.0  # two destroys: 1038 and 1048 s
INTERFACE_RELEASE_AFTER_DETACH: Final = 240.0  # the function taken out of its VPC, its role still valid
INTERFACE_AVAILABLE: Final = 0.9  # of the release; then it shows `available`, and whoever may can delete it
INTERFACE_STRANDED: Final = 4.0  # times longer when the role went first: Lambda can no longer remove it
PERMISSION_KNOWN: Final = 5.0  # a statement new in its policy, to those it lets in

# IAM and Secrets Manager
ROLE_USABLE: Final = 10.0  # a new role, trust or policy: 2 s typically, 10 to 30 s seen
ROLE_GRANT: Final = 12.0  # and until KMS grants on its behalf (environment variables)
SECRET_NAME_FREE: Final = 10.0  # after a forced deletion, which is asynchronous
