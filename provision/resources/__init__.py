"""Every kind of thing the stack is made of, a file each, by AWS service."""
