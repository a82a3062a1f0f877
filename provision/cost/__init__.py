"""What a stack costs, from a dated table of prices and the settings alone: no account, no network, no terminal."""
