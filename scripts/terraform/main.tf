# The same architecture as provision's, for a comparison on the same local AWS: `scripts/bench --only terraform`.
# The endpoint comes from AWS_ENDPOINT_URL, the function's zip from the variable `archive`.

terraform {
  required_providers {
    aws    = { source = "hashicorp/aws" }
    random = { source = "hashicorp/random" }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "local"
  secret_key                  = "local"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
}

variable "archive" { type = string }
variable "name" {
  type    = string
  default = "terraform-rds"
}

data "aws_availability_zones" "usable" { state = "available" }
data "aws_caller_identity" "me" {}

locals {
  zones = slice(data.aws_availability_zones.usable.names, 0, 2)
}

# Network
resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
}

resource "aws_default_security_group" "empty" { vpc_id = aws_vpc.main.id }

resource "aws_subnet" "private" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.${count.index}.0/24"
  availability_zone = local.zones[count.index]
}

resource "aws_subnet" "public" {
  count                   = 2
  vpc_id                  = aws_vpc.main.id
  cidr_block              = "10.0.${count.index + 2}.0/24"
  availability_zone       = local.zones[count.index]
  map_public_ip_on_launch = true
}

resource "aws_internet_gateway" "main" { vpc_id = aws_vpc.main.id }
resource "aws_eip" "nat" { domain = "vpc" }

resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public[0].id
  allocation_id = aws_eip.nat.id
  depends_on    = [aws_internet_gateway.main, aws_route.public]
}

resource "aws_route_table" "public" { vpc_id = aws_vpc.main.id }
resource "aws_route" "public" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}
resource "aws_route_table_association" "public" {
  count          = 2
  route_table_id = aws_route_table.public.id
  subnet_id      = aws_subnet.public[count.index].id
}

resource "aws_route_table" "private" {
  count  = 2
  vpc_id = aws_vpc.main.id
}
resource "aws_route" "private" {
  count                  = 2
  route_table_id         = aws_route_table.private[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main.id
}
resource "aws_route_table_association" "private" {
  count          = 2
  route_table_id = aws_route_table.private[count.index].id
  subnet_id      = aws_subnet.private[count.index].id
}

# Groups, each rule no wider than its use
resource "aws_security_group" "part" {
  for_each    = toset(["function", "database", "proxy"])
  name        = "${var.name}-${each.key}"
  description = each.key
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_egress_rule" "internet" {
  security_group_id = aws_security_group.part["function"].id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

locals {
  ways = { function-database = ["function", "database"], function-proxy = ["function", "proxy"], proxy-database = ["proxy", "database"] }
}
resource "aws_vpc_security_group_egress_rule" "way" {
  for_each                     = local.ways
  security_group_id            = aws_security_group.part[each.value[0]].id
  referenced_security_group_id = aws_security_group.part[each.value[1]].id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}
resource "aws_vpc_security_group_ingress_rule" "way" {
  for_each                     = local.ways
  security_group_id            = aws_security_group.part[each.value[1]].id
  referenced_security_group_id = aws_security_group.part[each.value[0]].id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

# Secret and database
resource "random_password" "database" {
  length  = 30
  special = false
}

resource "aws_secretsmanager_secret" "database" {
  name                    = "${var.name}/database"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "database" {
  secret_id = aws_secretsmanager_secret.database.id
  secret_string = jsonencode({
    engine   = "postgres", host = aws_db_instance.main.address, port = aws_db_instance.main.port,
    dbname   = "cloudtechsimplified", username = "postgres", password = random_password.database.result,
    dbInstanceIdentifier = aws_db_instance.main.identifier
  })
}

resource "aws_db_subnet_group" "main" {
  name       = "${var.name}-database"
  subnet_ids = aws_subnet.private[*].id
}

resource "aws_db_parameter_group" "main" {
  name   = "${var.name}-postgres17"
  family = "postgres17"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}

resource "aws_db_instance" "main" {
  identifier                 = "${var.name}-database"
  engine                     = "postgres"
  engine_version             = "17"
  instance_class             = "db.t3.small"
  allocated_storage          = 20
  max_allocated_storage      = 200
  storage_type               = "gp3"
  storage_encrypted          = true
  db_name                    = "cloudtechsimplified"
  username                   = "postgres"
  password                   = random_password.database.result
  db_subnet_group_name       = aws_db_subnet_group.main.name
  parameter_group_name       = aws_db_parameter_group.main.name
  vpc_security_group_ids     = [aws_security_group.part["database"].id]
  backup_retention_period    = 7
  copy_tags_to_snapshot      = true
  auto_minor_version_upgrade = true
  skip_final_snapshot        = true
}

# Roles, function, proxy
data "aws_iam_policy_document" "trust" {
  for_each = { function = "lambda.amazonaws.com", proxy = "rds.amazonaws.com" }
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = [each.value]
    }
  }
}

resource "aws_iam_role" "part" {
  for_each           = data.aws_iam_policy_document.trust
  name               = "${var.name}-us-east-1-${each.key}"
  assume_role_policy = each.value.json
}

data "aws_iam_policy_document" "function" {
  statement {
    actions = [
      "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses"
    ]
    resources = ["*"]
  }
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.function.arn}:*"]
  }
}

data "aws_iam_policy_document" "secret" {
  statement {
    actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.database.arn]
  }
}

resource "aws_iam_role_policy" "function" {
  role   = aws_iam_role.part["function"].name
  policy = data.aws_iam_policy_document.function.json
}
resource "aws_iam_role_policy" "secret" {
  for_each = aws_iam_role.part
  role     = each.value.name
  policy   = data.aws_iam_policy_document.secret.json
}

resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/${var.name}-function"
  retention_in_days = 14
}

resource "aws_lambda_function" "main" {
  function_name    = "${var.name}-function"
  filename         = var.archive
  source_code_hash = filebase64sha256(var.archive)
  handler          = "index.handler"
  runtime          = "python3.13"
  memory_size      = 256
  timeout          = 180
  role             = aws_iam_role.part["function"].arn
  vpc_config {
    subnet_ids         = aws_subnet.private[*].id
    security_group_ids = [aws_security_group.part["function"].id]
  }
  environment {
    variables = {
      DB_ENDPOINT_ADDRESS = aws_db_proxy.main.endpoint
      DB_PORT             = "5432"
      DB_NAME             = "cloudtechsimplified"
      DB_SECRET_ARN       = aws_secretsmanager_secret.database.arn
    }
  }
  depends_on = [aws_iam_role_policy.function, aws_iam_role_policy.secret, aws_cloudwatch_log_group.function]
}

resource "aws_db_proxy" "main" {
  name                   = "${var.name}-proxy"
  engine_family          = "POSTGRESQL"
  role_arn               = aws_iam_role.part["proxy"].arn
  vpc_subnet_ids         = aws_subnet.private[*].id
  vpc_security_group_ids = [aws_security_group.part["proxy"].id]
  require_tls            = true
  auth {
    auth_scheme = "SECRETS"
    iam_auth    = "DISABLED"
    secret_arn  = aws_secretsmanager_secret.database.arn
  }
  depends_on = [aws_iam_role_policy.secret]
}

resource "aws_db_proxy_default_target_group" "main" {
  db_proxy_name = aws_db_proxy.main.name
  connection_pool_config {
    max_connections_percent      = 90
    max_idle_connections_percent = 45
    connection_borrow_timeout    = 30
  }
}

resource "aws_db_proxy_target" "main" {
  db_proxy_name          = aws_db_proxy.main.name
  target_group_name      = aws_db_proxy_default_target_group.main.name
  db_instance_identifier = aws_db_instance.main.identifier
}
