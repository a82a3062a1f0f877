"""A Lambda function in front of a private PostgreSQL on RDS, by plain boto3 calls."""
